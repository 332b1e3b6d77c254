import { describe, expect, it } from "vitest";
import type { PresentlyEvent } from "./contract/events.js";
import { earlyEvents, type LeftEvent } from "./early.js";

const view = (id: string): PresentlyEvent => ({ name: "view_item", time: 5, items: [{ item_id: id }] });
const ids = (left: readonly LeftEvent[]) => left.map(({ event }) => event.items?.[0].item_id);

/** Pages of one tab, one after the other: they share a sessionStorage. */
function tab() {
  const kept = new Map<string, string>();
  const sessionStorage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  return {
    kept,
    open(unsaved: () => readonly Omit<LeftEvent, "known">[] | null | undefined = () => null) {
      const page = Object.assign(new EventTarget(), { sessionStorage });
      return { ...earlyEvents(page as unknown as Window, unsaved), leave: () => void page.dispatchEvent(new Event("pagehide")) };
    },
  };
}

describe("events that are not on disk when a page is left", () => {
  it("reach the first page that stays, through those that were left as soon as they came", () => {
    const { open } = tab();
    const [one, two, three] = [open(), open(), open()];
    one.note(view("a"));
    one.leave();
    two.note(view("b"));
    two.leave();
    const left = three.take();
    expect(ids(left)).toEqual(["a", "b"]);
    expect(new Set(left.map(({ id }) => id)).size).toBe(2);
    expect(open().take()).toEqual([]);
  });

  it("keep the id under which the page itself takes them in, when it comes back before another has", () => {
    const { open } = tab();
    const page = open();
    const id = page.note(view("a"));
    page.leave();
    page.leave();
    expect(page.take()).toEqual([{ event: view("a"), id, known: false }]);
  });

  it("are told from those that a session has taken in", () => {
    const { open } = tab();
    const first = open();
    first.note(view("a"));
    first.leave();
    open(() => [{ event: view("b"), id: "t.1" }]).leave();
    expect(open().take()).toMatchObject([{ known: false }, { id: "t.1", known: true }]);
  });

  it("are gone when the shopper is forgotten on a page that came back", () => {
    const { open, kept } = tab();
    const page = open(() => [{ event: view("a"), id: "t.1" }]);
    page.leave();
    expect(kept.size).toBe(1);
    page.clear();
    expect(kept.size).toBe(0);
  });

  it("are not kept where nothing may be stored", () => {
    const { open, kept } = tab();
    const page = open(() => undefined);
    page.note(view("a"));
    page.leave();
    expect(kept.size).toBe(0);
  });

  it.each(["{", "[1]", '[{"event":{"name":"view_item"}}]', "null"])("are none where %s stands in their place", (text) => {
    const { open, kept } = tab();
    kept.set("presently.early", text);
    expect(open().take()).toEqual([]);
    const page = open();
    page.note(view("a"));
    page.leave();
    expect(ids(open().take())).toEqual(["a"]);
  });
});
