/*
 * Understood here: navigations within a page (SPA). The Navigation API's `currententrychange` where the browser has it; else
 * `popstate`, `hashchange`, and a look at the address after clicks, submits and returns to the tab. No prototype is patched:
 * a router which wraps `history` too would break, or be broken.
 */

import { pageKey } from "./address.js";
import { guard, type Listening } from "./markup.js";

/** Calls back after each change to another page, until the signal of `listening`. */
export function onNavigation(window: Window, listener: () => void, listening: Listening): void {
  const { document } = window;
  let { href } = window.location;
  /** Of `href`; most pages are left before there is anything to compare it with. */
  let key: string | undefined;
  const check = guard(() => {
    const { location } = window;
    if (location.href === href || listening.signal.aborted) return;
    const before = key ?? pageKey(new URL(href));
    href = location.href;
    key = pageKey(location, before);
    if (key !== before) listener();
  });
  const later = guard(() => {
    for (const delay of [0, 300]) window.setTimeout(check, delay);
  });
  // In a task of its own: the first look at `navigation` takes half a millisecond.
  window.setTimeout(
    guard(() => {
      const { navigation } = window as Window & { navigation?: EventTarget };
      if (navigation?.addEventListener) navigation.addEventListener("currententrychange", check, listening);
      else {
        for (const type of ["click", "submit", "visibilitychange"]) document.addEventListener(type, later, listening);
        for (const type of ["popstate", "hashchange"]) window.addEventListener(type, later, listening);
      }
      check();
    }),
  );
}
