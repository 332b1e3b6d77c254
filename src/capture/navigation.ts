/*
 * Understood here: navigations within a page (SPA). The Navigation API's `currententrychange` where the browser has it; else
 * `popstate`, `hashchange`, and a look at the address after clicks, submits and returns to the tab. No prototype is patched:
 * a router which wraps `history` too would break, or be broken.
 */

import { pageKey } from "./address.js";
import { guard } from "./markup.js";

/** Calls back after each change to another page, until the signal. */
export function onNavigation(window: Window, listener: () => void, signal: AbortSignal): void {
  const { document } = window;
  let key = pageKey(window.location);
  const check = guard(() => {
    const next = pageKey(window.location, key);
    if (next === key || signal.aborted) return;
    key = next;
    listener();
  });
  const later = guard(() => {
    for (const delay of [0, 300]) window.setTimeout(check, delay);
  });
  const passive = { passive: true, capture: true, signal };
  // In a task of its own: the first look at `navigation` takes half a millisecond.
  window.setTimeout(
    guard(() => {
      const { navigation } = window as Window & { navigation?: EventTarget };
      if (navigation?.addEventListener) navigation.addEventListener("currententrychange", check, passive);
      else {
        for (const type of ["click", "submit", "visibilitychange"]) document.addEventListener(type, later, passive);
        for (const type of ["popstate", "hashchange"]) window.addEventListener(type, later, passive);
      }
      check();
    }),
  );
}
