import type { Consent, ConsentCallback } from "./contract/consent.js";
import type { BackendName, Downloads, EngineOptions, EngineStatus } from "./contract/engine.js";
import { PresentlyError } from "./contract/errors.js";
import type { ShopRules } from "./contract/rules.js";

/** What a shop says when it starts Presently. Addresses are relative to the page. */
export interface PresentlyOptions {
  /** Address of the release's manifest.json. */
  readonly manifest: string;
  /** Address of the training endpoint, without /v1/feedback. Without it nothing is ever sent. */
  readonly endpoint?: string | null;
  /** Address of the folder with engine.js, worker.js and the backends' WASM: the script tag's own; npm finds them by itself. */
  readonly assets?: string;
  /**
   * The shopper's choice where the shop knows it; else what this device remembers, else nothing is stored or shared.
   * "auto": what the page's consent tool says (IAB TCF, Google consent mode, Shopify), now and whenever it changes; a function: the same from
   * a tool that only the shop knows. `setConsent` is stronger, for as long as the page lasts.
   */
  readonly consent?: Partial<Consent> | "auto" | ConsentCallback;
  /** false: nothing is read from the page; `track` alone tells. */
  readonly capture?: boolean;
  /** Query parameters that hold what was searched for, besides the common ones (q, query, search, s, keyword …). */
  readonly searchParameters?: readonly string[];
  /** Encoder backends to try, software GPUs included; all that make sense by default. */
  readonly backends?: readonly BackendName[];
  /** "main": no worker. */
  readonly thread?: EngineStatus["thread"];
  /** Default of `recommend`'s own option, 0 … 1. */
  readonly explore?: number;
  /** Rules of the whole shop, or the address of a rules.json with them. They come before those of the release. */
  readonly rules?: ShopRules | string;
  /** How often an open page looks for a new release, in milliseconds; 0: never. */
  readonly refreshInterval?: number;
  /** What a catalogue too large for one file may cost a page, and how much of that are decoys. */
  readonly downloads?: Partial<Downloads>;
}

/** With absolute addresses and defaults; all but the endpoint is the engine's. */
export interface Settings extends Omit<EngineOptions, "store"> {
  readonly endpoint: string | null;
  readonly assets: string | undefined;
}

/** With the endpoint's own look at the feed, a price is in open pages within a minute. */
const REFRESH_INTERVAL = 25_000;
const EXPLORE = 0.1;

/** @throws PresentlyError `options/invalid` */
export function settingsOf(options: PresentlyOptions, base: string): Settings {
  const address = (name: string, value: string): string => {
    try {
      return new URL(value, base).href;
    } catch (cause) {
      throw new PresentlyError("options/invalid", `${name} is not an address: ${value}`, { cause });
    }
  };
  if (typeof options?.manifest !== "string" || options.manifest === "")
    throw new PresentlyError("options/invalid", "manifest is missing: the address of manifest.json");
  return {
    manifest: address("manifest", options.manifest),
    endpoint: options.endpoint ? address("endpoint", options.endpoint).replace(/\/$/, "") : null,
    assets: options.assets === undefined ? undefined : address("assets", options.assets),
    explore: options.explore ?? EXPLORE,
    rules: typeof options.rules === "string" ? address("rules", options.rules) : options.rules,
    refreshInterval: options.refreshInterval ?? REFRESH_INTERVAL,
    downloads: options.downloads,
    backends: options.backends,
  };
}
