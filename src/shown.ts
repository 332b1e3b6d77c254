/** A task of its own: a page that is still loading goes on in between. */
export const later = () => new Promise<void>((resolve) => setTimeout(resolve));

/** At once, but not while a page is prerendered: nobody sees it yet, and the page before it goes on. */
export function whenShown(document: Document & { readonly prerendering?: boolean }, then: () => void): void {
  if (document.prerendering) document.addEventListener("prerenderingchange", then, { once: true });
  else then();
}
