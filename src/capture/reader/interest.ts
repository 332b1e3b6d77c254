/*
 * Understood here, on a product's page: choosing a picture (an element of a gallery, a carousel, thumbnails, a zoom) or a variant (radio buttons, selects
 * and swatches in the form to the cart or in what is called variant, option or swatch). Each counts as interest in the product, at most once a second. And how far
 * the page was scrolled: its lowest part that was on screen.
 */
import { guard } from "../markup.js";
import type { Watched } from "./watch.js";

const GALLERY =
  '[class*="gallery" i], [class*="thumb" i], [class*="carousel" i], [class*="slider" i], [class*="zoom" i], [class*="product__media" i], media-gallery';
const VARIANT = '[class*="variant" i], [class*="swatch" i], [class*="option" i], [class*="variation" i], variant-selects, variant-radios';
const CART = 'form[action*="cart" i], form.cart, form[id*="cart" i], form[id*="buy" i], #product';
const AGAIN = 1_000;

export function watchInterest(window: Window, { product, interest, now }: Watched): () => void {
  const { document } = window;
  const abort = new AbortController();
  let last = Number.NEGATIVE_INFINITY;
  const note = () => {
    if (!product() || now() - last < AGAIN) return;
    last = now();
    interest(1, 0);
  };
  // Layout is up to date after a scroll, so that reading it costs nothing.
  const onScroll = guard(() => {
    const { scrollHeight } = document.documentElement;
    if (scrollHeight > window.innerHeight) interest(0, Math.min(100, Math.round((100 * (window.scrollY + window.innerHeight)) / scrollHeight)));
  });
  const within = (target: EventTarget | null, selector: string) => (target as Element | null)?.closest?.(selector) ?? null;
  const onClick = guard(({ target }: Event) => {
    const place = within(target, GALLERY);
    // A carousel of other products is a gallery of links.
    const leaves = within(target, "a[href]")?.getAttribute("href");
    if (place && (!leaves || /^#|\.(jpe?g|png|webp|avif|gif)([?#]|$)/i.test(leaves))) note();
    else if (within(target, VARIANT)?.querySelector("button, [role=radio], [role=option]") && within(target, "button, [role=radio], [role=option]")) note();
  });
  const onChange = guard(({ target }: Event) => {
    const input = within(target, "select, input[type=radio]");
    if (input && (within(input, VARIANT) || within(input, CART))) note();
  });
  const options = { passive: true, capture: true, signal: abort.signal };
  document.addEventListener("scroll", onScroll, { passive: true, signal: abort.signal });
  document.addEventListener("click", onClick, options);
  document.addEventListener("change", onChange, options);
  return () => abort.abort();
}
