/*
 * Understood here: navigations within a page (SPA). The Navigation API's `currententrychange` where the browser has it; else
 * `popstate`, `hashchange`, and a look at the address after clicks, submits and returns to the tab. No prototype is patched:
 * a router which wraps `history` too would break, or be broken.
 */

import { pageKey } from "./address.js";
import { guard } from "./markup.js";

/** Calls back after each change to another page; returns its own stop. */
export function onNavigation(window: Window, listener: () => void): () => void {
  const { document } = window;
  const { navigation } = window as Window & { navigation?: EventTarget };
  let key = pageKey(window.location);
  const abort = new AbortController();
  const { signal } = abort;
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
  if (navigation?.addEventListener) navigation.addEventListener("currententrychange", check, passive);
  else {
    for (const type of ["click", "submit", "visibilitychange"]) document.addEventListener(type, later, passive);
    for (const type of ["popstate", "hashchange"]) window.addEventListener(type, later, passive);
  }
  return () => abort.abort();
}
