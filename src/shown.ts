const QUIET = 3_000;

/** When a page that is shown has long been loaded and has nothing to do; never where the shopper saves data. */
export function whenQuiet(page: Window, then: () => void): void {
  setTimeout(() => {
    if (!(page.navigator as { connection?: { saveData?: boolean } }).connection?.saveData) (page.requestIdleCallback ?? setTimeout)(then);
  }, QUIET);
}

/** A task of its own: a page that is still loading goes on in between. */
export const later = () => new Promise<void>((resolve) => setTimeout(resolve));

/** At once, but not while a page is prerendered: nobody sees it yet, and the page before it goes on. */
export function whenShown(document: Document & { readonly prerendering?: boolean }, then: () => void): void {
  if (document.prerendering) document.addEventListener("prerenderingchange", then, { once: true });
  else then();
}
