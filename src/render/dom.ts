type Content = Node | string | null;

/** An element with its part name, by which the shop's style sheet and ours know it. Text is always text. */
export function part<K extends keyof HTMLElementTagNameMap>(tag: K, name: string, ...content: Content[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (name) element.setAttribute("part", name);
  element.append(...content.filter((child) => child !== null));
  return element;
}

const sheets = new Map<string, CSSStyleSheet>();

/** Constructed, since a page's `style-src` may forbid style elements; shared by all elements of a kind. */
export function adopt(root: ShadowRoot, css: string): void {
  try {
    let sheet = sheets.get(css);
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      sheets.set(css, sheet);
    }
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Browsers before 2023 have style elements only, which a strict policy lets in by the nonce that the page's scripts have.
    const style = part("style", "", css);
    style.nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "";
    root.append(style);
  }
}

export const prefersCalm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
