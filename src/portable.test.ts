import { describe, expect, it } from "vitest";
import type { PresentlyEvent } from "./contract/events.js";
import { exportPersona, importPersona } from "./portable.js";
import { createSession } from "./session/index.js";
import { memoryStorage } from "./storage/memory.js";

const MINUTE = 60_000;
const NOW = 1_800_000_000_000;
const view = (item_id: string, minutesAgo: number): PresentlyEvent => ({ name: "view_item", time: NOW - minutesAgo * MINUTE, items: [{ item_id }] });

describe("a persona that is taken along", () => {
  it("is the current session where it is taken in, though it is of yesterday, with the gaps between its events", async () => {
    const taken = JSON.parse(JSON.stringify(exportPersona([view("a", 1_440), view("b", 1_439)], NOW)));
    const session = await createSession(memoryStorage(), { now: () => NOW });
    await session.replace(importPersona(taken, NOW));
    await session.add(view("c", 0));
    const [a, b, c] = session.events();
    expect([a, b, c].map((event) => event.items?.[0].item_id)).toEqual(["a", "b", "c"]);
    expect(b.time - a.time).toBe(MINUTE);
    expect(c.time).toBe(b.time);
  });

  it("keeps its times where it is of now, and is refused by name where it is something else", () => {
    const events = [view("a", 3), view("b", 1)];
    expect(importPersona(exportPersona(events, NOW), NOW)).toEqual(events);
    for (const other of [null, {}, { format: "presently.persona/1" }, { format: "other", events: [] }]) {
      expect(() => importPersona(other, NOW)).toThrow(/not an exported persona/);
    }
    expect(() => importPersona({ format: "presently.persona/1", events: [{ name: "dance" }] }, NOW)).toThrow(/event is not valid/);
  });
});
