/*
 * Understood here: frames. One with the tag in it, in a page with the tag, is a part of that page: the shopper is on the page around it, whose
 * view and product are told there. What is done in the frame is told by the frame, and so is a product of its own (a quick view).
 */

/** The window of the page around, where it has the tag too; null for a page of its own, and in another origin's frame. */
export function pageAround({ parent, document }: Window): Window | null {
  try {
    const around = parent.document;
    return around !== document && around.querySelector("script[data-manifest]") ? parent : null;
  } catch {
    return null;
  }
}
