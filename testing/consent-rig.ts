import { Window as HappyWindow } from "happy-dom";

/** An empty page whose timers run on the test's clock. */
export function openPage(): Window {
  const happy = new HappyWindow({ url: "https://shop.example/", settings: { disableJavaScriptEvaluation: true } });
  const page = happy as unknown as Window;
  page.setTimeout = setTimeout as never;
  page.clearTimeout = clearTimeout as never;
  return page;
}

/** Google's own snippet: what it pushes is the arguments object itself. */
export function gtag(page: Window, ...call: unknown[]): void {
  const window = page as Window & { dataLayer?: unknown[] };
  window.dataLayer ??= [];
  const layer = window.dataLayer;
  (function push(..._: unknown[]) {
    // biome-ignore lint/complexity/noArguments: an array would be another thing
    layer.push(arguments);
  })(...call);
}
