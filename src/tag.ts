import type { Presently } from "./contract/client.js";
import type { BackendName, EngineStatus } from "./contract/engine.js";
import type { PresentlyOptions } from "./options.js";
import { createPresently } from "./presently.js";
import { defineShelf } from "./render/index.js";

/** What the page pushes: before the script is there into an array, after it into the client. */
type Queued = (presently: Presently) => void;
type PresentlyGlobal = Presently & { push(...calls: Queued[]): void };

const script = document.currentScript as HTMLScriptElement | null;

function optionsOf({ dataset, src }: HTMLScriptElement): PresentlyOptions {
  const { manifest, endpoint, store, share, explore, backends, thread, refresh, capture } = dataset;
  return {
    manifest: manifest ?? "",
    ...(endpoint && { endpoint }),
    assets: new URL(".", src).href,
    ...((store !== undefined || share !== undefined) && {
      consent: {
        ...(store !== undefined && { store: store !== "false" }),
        ...(share !== undefined && { share: share === "session" ? "session" : share === "balanced" && share }),
      },
    }),
    ...(explore && { explore: Number(explore) }),
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
  defineShelf(client);
  inspect(client, new URL("inspector.js", tag.src).href);
}

/** The panel's code is loaded where a page has the panel. */
function inspect(client: Presently, address: string): void {
  const look = () => {
    if (!document.querySelector("presently-inspector")) return;
    import(/* webpackIgnore: true */ address).then(
      (module: { defineInspector(client: Presently): void }) => module.defineInspector(client),
      () => console.warn(`[presently] inspector/unavailable: ${address} could not be loaded`),
    );
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", look, { once: true });
  else look();
}

try {
  if (script) start(script);
  else console.warn("[presently] tag/no-script: presently.js must be a classic script of its own; in a bundle, import { createPresently } from the package");
} catch (error) {
  console.warn("[presently]", error);
}
