/** A task of its own: a page that is still loading goes on in between. */
export const later = () => new Promise<void>((resolve) => setTimeout(resolve));

/** Nobody sees a prerendered page yet, and the page before it goes on: its last events and the choice of consent are read when it is shown. */
export async function shown(document: Document & { readonly prerendering?: boolean }): Promise<void> {
  await later();
  if (document.prerendering) await new Promise((resolve) => document.addEventListener("prerenderingchange", resolve, { once: true }));
}
