import { prefersCalm } from "./dom.js";

const MOVE = { duration: 380, easing: "cubic-bezier(.2,.7,.2,1)" };
const APPEAR = { duration: 280, easing: "ease-out" };

/** When a list last began to glide, and its glides. */
const glided = new WeakMap<Element, { readonly time: number; readonly glides: readonly Animation[] }>();

/**
 * Measures a list as it stands, before anything of it is changed: measured after, it would be laid out for that alone. What it returns gives the
 * list its new children, each gliding from where it was (FLIP, https://aerotwist.com/blog/flip-your-animations/).
 * One that changes again before it has come to rest does not glide: a shopper who clicks that fast has no eyes for it, and without a GPU each
 * of its frames is drawn by the processor. All are attached anew, also those that stay: a browser counts it as a layout shift when one that
 * stayed is pushed, but not when it is new.
 */
export function rearranging(list: Element, animate: boolean): (next: readonly HTMLElement[]) => void {
  const now = performance.now();
  const last = glided.get(list);
  const resting = !last || now - last.time > MOVE.duration;
  const moving = animate && resting && typeof list.animate === "function" && !document.hidden && !prefersCalm();
  const before = new Map<Element, DOMRect>();
  if (moving) for (const child of list.children) before.set(child, child.getBoundingClientRect());
  const { scrollLeft } = list;
  return (next) => {
    list.replaceChildren(...next);
    if (scrollLeft) list.scrollLeft = scrollLeft;
    if (!moving) return;
    // Chromium draws a glide on the main thread where the element has another, be it over.
    for (const glide of last?.glides ?? []) glide.cancel();
    const after = next.map((child) => child.getBoundingClientRect());
    const glides = next.flatMap((child, i) => {
      const from = before.get(child);
      if (!from) return child.animate([{ opacity: 0, transform: "scale(.96)" }, {}], APPEAR);
      if (from.x === after[i].x && from.y === after[i].y) return [];
      return child.animate([{ transform: `translate(${from.x - after[i].x}px,${from.y - after[i].y}px)` }, {}], MOVE);
    });
    glided.set(list, { time: now, glides });
  };
}
