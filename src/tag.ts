import type { Presently } from "./contract/client.js";
import type { BackendName, EngineStatus } from "./contract/engine.js";
import { errorData, missingFile, PresentlyError } from "./contract/errors.js";
import type { PresentlyOptions } from "./options.js";
import { createPresently } from "./presently.js";

/** What a page may queue before the script is there and do after it: a function that gets the client, or a method's name and its arguments. */
type Call = ((presently: Presently) => unknown) | Iterable<unknown>;
/** The client itself, callable as its stub is; `push` for a stub that is an array. */
type PresentlyGlobal = Presently & { (...call: readonly unknown[]): unknown; push(...calls: Call[]): void };
/** What the page has put there: an array, or a function that keeps its calls in `q`. */
type Stub = Call[] | (((...call: unknown[]) => void) & { readonly q?: readonly Call[] });

const script = document.currentScript as HTMLScriptElement | null;

function optionsOf({ dataset, src }: HTMLScriptElement): PresentlyOptions {
  const { manifest, endpoint, consent, store, share, explore, backends, thread, refresh, capture, search, rules } = dataset;
  const words = (text?: string) => text?.split(/[\s,]+/).filter(Boolean);
  return {
    manifest: manifest ?? "",
    endpoint,
    assets: new URL(".", src).href,
    consent:
      consent === "auto"
        ? consent
        : {
            ...(store !== undefined && { store: store !== "false" }),
            ...(share !== undefined && { share: share === "session" ? "session" : share === "balanced" && share }),
          },
    explore: explore ? Number(explore) : undefined,
    rules: rules || undefined,
    refreshInterval: refresh ? Number(refresh) * 1000 : undefined,
    searchParameters: words(search),
    backends: words(backends) as BackendName[] | undefined,
    thread: thread as EngineStatus["thread"],
    capture: capture !== "false",
  };
}

function start(tag: HTMLScriptElement): void {
  const name = tag.dataset.global ?? "presently";
  const globals = window as unknown as Record<string, unknown>;
  // An element with this id is a property of the window too, though not its own, and nobody's variable.
  const before = (Object.hasOwn(globals, name) ? globals[name] : undefined) as Stub | undefined;
  // Included twice, or the npm package is here already: the first one stays.
  if ((before as Partial<Presently> | undefined)?.track) return;
  if (before && !Array.isArray(before) && typeof before !== "function")
    throw new PresentlyError("tag/name-taken", `window.${name} is taken: write another data-global`);
  const client = createPresently(optionsOf(tag));
  const call = ([method, ...args]: Iterable<unknown>): unknown => (client[method as keyof Presently] as (...args: unknown[]) => unknown)(...args);
  const failed = (error: unknown) => console.error("[presently] a call failed", error);
  const run = (queued: Call) => {
    try {
      Promise.resolve(typeof queued === "function" ? queued(client) : call(queued)).catch(failed);
    } catch (error) {
      failed(error);
    }
  };
  const push = (...calls: Call[]) => {
    for (const queued of calls) run(queued);
  };
  const api = Object.assign((...given: unknown[]) => call(given), { ...client, push }) as unknown as PresentlyGlobal;
  globals[name] = api;
  push(...((Array.isArray(before) ? before : before?.q) ?? []));
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
  const files = new Set(["shelf", "inspector"]);
  let waiting = false;
  const look = () => {
    waiting = false;
    for (const file of files) {
      if (!document.querySelector(`presently-${file}`)) continue;
      files.delete(file);
      if (file === "shelf") reserve();
      // Its engine comes while its own code does.
      client.persona().catch(() => {});
      const address = new URL(`${file}.js`, src).href;
      import(/* webpackIgnore: true */ address)
        .then((module: Record<string, (client: Presently) => void>) => {
          for (const define of Object.values(module)) define(client);
        })
        .catch((cause) => warn(missingFile("render/unavailable", file, cause)));
    }
    if (files.size === 0) watch.disconnect();
  };
  // Before what was added is drawn, so that nothing moves; once a frame, for some pages change thousands of times a second. The whole document: one
  // that writes itself anew has another root then.
  const watch = new MutationObserver(() => {
    if (!waiting) requestAnimationFrame(look);
    waiting = true;
  });
  watch.observe(document, { childList: true, subtree: true });
  look();
}

function reserve(): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(RESERVED);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  } catch {
    // Safari before 16.4 makes no sheets: there the shelf's place is the page's own style sheet's to hold.
  }
}

function warn(error: unknown): void {
  const { code, message } = errorData(error);
  console.warn(`[presently] ${code}: ${message}`);
}

try {
  if (!script) throw new PresentlyError("tag/no-script", "a bundle imports the package");
  start(script);
} catch (error) {
  warn(error);
}
