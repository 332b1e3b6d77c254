import type { Presently } from "./contract/client.js";
import type { BackendName, EngineStatus } from "./contract/engine.js";
import type { PresentlyOptions } from "./options.js";
import { createPresently } from "./presently.js";

/** What the page pushes: before the script is there into an array, after it into the client. */
type Queued = (presently: Presently) => void;
type PresentlyGlobal = Presently & { push(...calls: Queued[]): void };

const script = document.currentScript as HTMLScriptElement | null;

function optionsOf({ dataset, src }: HTMLScriptElement): PresentlyOptions {
  const { manifest, endpoint, consent, store, share, explore, backends, thread, refresh, capture, rules } = dataset;
  return {
    manifest: manifest ?? "",
    ...(endpoint && { endpoint }),
    assets: new URL(".", src).href,
    consent:
      consent === "auto"
        ? consent
        : {
            ...(store !== undefined && { store: store !== "false" }),
            ...(share !== undefined && { share: share === "session" ? "session" : share === "balanced" && share }),
          },
    ...(explore && { explore: Number(explore) }),
    ...(rules && { rules }),
    ...(refresh && { refreshInterval: Number(refresh) * 1000 }),
    ...(backends && { backends: backends.split(/[\s,]+/) as BackendName[] }),
    ...(thread && { thread: thread as EngineStatus["thread"] }),
    capture: capture !== "false",
  };
}

function start(tag: HTMLScriptElement): void {
  const before = (window as { presently?: unknown }).presently;
  // Included twice, or the npm package is here already: the first one stays.
  if (before && !Array.isArray(before)) return;
  reserve();
  const client = createPresently(optionsOf(tag));
  const run = (call: Queued) => {
    try {
      call(client);
    } catch (error) {
      console.error("[presently] a queued call failed", error);
    }
  };
  const api: PresentlyGlobal = { ...client, push: (...calls) => calls.forEach(run) };
  (window as { presently?: unknown }).presently = api;
  if (Array.isArray(before)) before.forEach(run);
  // The elements call what the page can wrap.
  loadElements(api, tag.src);
}

/**
 * The height that a shelf has once it is there (render/shelf-style.ts), so that nothing moves when it comes.
 * A row's: a page with grids reserves theirs itself.
 */
const RESERVED =
  "presently-shelf:not(:defined,[kind=rerank]){display:block;min-height:calc(var(--presently-item-width,clamp(9.5rem,42vw,12.5rem))/var(--presently-ratio,1) + 12em)}";

/** The elements' code is loaded where a page has them, now or later; the shelf's while the model is on its way. */
function loadElements(client: Presently, src: string): void {
  const files = new Map<string, string>([
    ["presently-shelf", "shelf"],
    ["presently-inspector", "inspector"],
  ]);
  const look = () => {
    for (const [element, file] of files) {
      if (!document.querySelector(element)) continue;
      files.delete(element);
      const address = new URL(`${file}.js`, src).href;
      import(/* webpackIgnore: true */ address).then(
        (module: Record<string, (client: Presently) => void>) => {
          for (const define of Object.values(module)) define(client);
        },
        () => console.warn(`[presently] render/unavailable: ${address} could not be loaded; serve it beside the script`),
      );
    }
    if (files.size === 0) watch.disconnect();
  };
  const watch = new MutationObserver(look);
  watch.observe(document.documentElement, { childList: true, subtree: true });
  look();
}

function reserve(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(RESERVED);
  document.adoptedStyleSheets.push(sheet);
}

try {
  if (script) start(script);
  else console.warn("[presently] tag/no-script: presently.js must be a classic script of its own; in a bundle, import { createPresently } from the package");
} catch (error) {
  console.warn("[presently]", error);
}
