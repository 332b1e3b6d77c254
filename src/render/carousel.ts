import { part, prefersCalm } from "./dom.js";
import { icon } from "./icons.js";
import type { Say } from "./words.js";

export interface Carousel {
  /** The two buttons; hidden where everything fits. */
  readonly controls: HTMLElement;
  /** The list has other items. */
  update(): void;
  start(): void;
  stop(): void;
}

const FOCUSABLE = "[part=link][href],[part=dismiss]";

/** Moves a sideways list by buttons and arrow keys; touch and wheel scroll it as ever. */
export function carousel(list: HTMLElement, say: Say): Carousel {
  const previous = button("previous", "M15 5l-7 7 7 7", -1);
  const next = button("next", "M9 5l7 7-7 7", 1);
  const controls = part("div", "controls", previous, next);
  controls.hidden = true;
  const resized = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(measure);

  function button(name: "previous" | "next", path: string, step: number): HTMLButtonElement {
    const element = part("button", name, icon(path));
    element.type = "button";
    element.addEventListener("click", () => {
      const forward = getComputedStyle(list).direction === "rtl" ? -step : step;
      list.scrollBy({ left: forward * list.clientWidth * 0.85, behavior: prefersCalm() ? "auto" : "smooth" });
    });
    return element;
  }

  function measure(): void {
    const room = list.scrollWidth - list.clientWidth;
    const at = Math.abs(list.scrollLeft);
    // Still focusable at the ends, so that a keyboard user is not thrown out.
    previous.setAttribute("aria-disabled", String(at < 2));
    next.setAttribute("aria-disabled", String(at > room - 2));
    previous.setAttribute("aria-label", say("previous"));
    next.setAttribute("aria-label", say("next"));
    controls.hidden = room < 2 || list.querySelector("[part=item]") === null;
  }

  /** Arrow keys go from item to item; Tab stays with the browser. */
  list.addEventListener("keydown", (event) => {
    const focused = event.target as Element;
    const cards = [...list.children];
    const at = cards.findIndex((card) => card.contains(focused));
    const step = getComputedStyle(list).direction === "rtl" ? -1 : 1;
    const to = { ArrowRight: at + step, ArrowLeft: at - step, Home: 0, End: cards.length - 1 }[event.key];
    const target = to === undefined || event.altKey || event.ctrlKey || event.metaKey ? null : cards[to]?.querySelector<HTMLElement>(FOCUSABLE);
    if (!target) return;
    event.preventDefault();
    target.focus();
  });
  list.addEventListener("scroll", measure, { passive: true });

  return {
    controls,
    update() {
      if (!resized) return measure();
      // Who asks for a width at once has the page laid out for it; observed anew, a list is measured after the next frame's layout.
      resized.unobserve(list);
      resized.observe(list);
    },
    start: () => resized?.observe(list),
    stop: () => resized?.disconnect(),
  };
}
