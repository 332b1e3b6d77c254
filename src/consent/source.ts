import type { ConsentListener } from "../contract/consent.js";

/** Where a shop's consent may already be. Without its tool on the page a source calls nobody. */
export interface ConsentSource {
  readonly name: "tcf" | "consent-mode" | "shopify";
  /** Tells what is known at once, and every change. Returns its own stop. */
  watch(page: Window, listener: ConsentListener): () => void;
}

/** A consent tool's own code may throw whenever it is called; what it has said by then still holds. */
export function guard<A extends unknown[]>(work: (...args: A) => void): (...args: A) => void {
  return (...args) => {
    try {
      work(...args);
    } catch {
      // The tool's own affair: the page's console is not ours to fill with it.
    }
  };
}

const FIRST = 100;
const LAST = 5_000;

/**
 * Calls back once `find` finds something: consent tools come late, and a function that is assigned tells nobody.
 * One look at a property, less and less often, costs a page nothing. Returns its own stop.
 */
export function whenThere<T>(page: Window, find: () => T | null | undefined, found: (thing: T) => void): () => void {
  let timer: number | undefined;
  const look = (delay: number) => {
    let thing: T | null | undefined;
    try {
      thing = find();
    } catch {
      // Another frame's, or a getter of the page's: looked at again.
    }
    if (thing) guard(() => found(thing as T))();
    else timer = page.setTimeout(() => look(Math.min(LAST, delay * 1.5)), delay);
  };
  look(FIRST);
  return () => page.clearTimeout(timer);
}
