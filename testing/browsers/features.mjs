/** Runs in the page: what the browser has of what Presently uses where it is there. Pairs, since a protocol may sort keys. */
export async function features() {
  const validates = (...bytes) => WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, ...bytes]));
  // (func (result v128) i32.const 0, i8x16.splat); (func (param v128 v128) (result v128) i16x8.relaxed_dot_i8x16_i7x16_s).
  const simd = validates(1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11);
  const relaxed = validates(1, 7, 1, 96, 2, 123, 123, 1, 123, 3, 2, 1, 0, 10, 11, 1, 9, 0, 32, 0, 32, 1, 253, 146, 2, 11);
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  return Object.entries({
    "WASM SIMD": simd,
    "relaxed SIMD": relaxed,
    "module workers": typeof Worker === "function",
    IndexedDB: typeof indexedDB === "object" && indexedDB !== null,
    "Cache API": typeof caches === "object",
    "Web Locks": !!navigator.locks,
    BroadcastChannel: typeof BroadcastChannel === "function",
    "fetch keepalive": "keepalive" in Request.prototype,
    "adopted style sheets": "adoptedStyleSheets" in document,
    "Navigation API": "navigation" in window,
    "view transitions, same document": "startViewTransition" in document,
    "view transitions, across documents": "PageRevealEvent" in window,
    "prerendering (speculation rules)": HTMLScriptElement.supports?.("speculationrules") === true,
    requestIdleCallback: "requestIdleCallback" in window,
    "layout shifts measured": PerformanceObserver.supportedEntryTypes.includes("layout-shift"),
    "long tasks measured": PerformanceObserver.supportedEntryTypes.includes("longtask"),
    WebGL2: !!new OffscreenCanvas(1, 1).getContext("webgl2"),
    "WebGPU adapter": !!adapter,
    "Global Privacy Control": "globalPrivacyControl" in navigator,
  });
}
