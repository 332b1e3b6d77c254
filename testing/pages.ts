import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { Window as HappyWindow } from "happy-dom";

/** A page of the corpus, and what there is to recognise on it: testing/pages/README.md. */
export interface PageFixture {
  readonly page: string;
  readonly url: string;
  readonly type: string;
  readonly ids?: readonly string[];
  readonly price?: number;
  readonly currency?: string;
  readonly availability?: string;
  readonly category?: readonly string[];
}

const at = (path: string) => new URL(`./pages/${path}`, import.meta.url);

export const PAGES: readonly PageFixture[] = JSON.parse(readFileSync(at("manifest.json"), "utf8"));

/** The page as it stands after its own inline scripts have run, in their own global scope as in a browser: happy-dom's would keep their `var`s. */
export function openFixture({ page, url }: PageFixture): Window {
  const happy = new HappyWindow({ url, settings: { disableJavaScriptEvaluation: true } });
  const window = happy as unknown as Window;
  happy.document.write(readFileSync(at(`${page}.html`), "utf8"));
  const scope = createContext({ document: window.document, location: window.location, navigator: window.navigator });
  runInContext("window = self = globalThis", scope);
  for (const script of window.document.querySelectorAll("script")) {
    const type = script.getAttribute("type") ?? "";
    if (script.getAttribute("src") !== null || !/^(text\/javascript|application\/javascript)?$/.test(type)) continue;
    try {
      runInContext(script.textContent ?? "", scope);
    } catch {
      // It needs a library from elsewhere, or what happy-dom has not: the next one runs all the same, as in a browser.
    }
  }
  const { document: _, location: __, navigator: ___, window: ____, self: _____, ...globals } = scope;
  Object.assign(window, globals);
  return window;
}
