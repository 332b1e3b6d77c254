import { fileURLToPath } from "node:url";
import type { PresentlyEvent } from "presently/contract";
import { describe, expect, it } from "vitest";
import { loadRelease } from "../publish/load.js";
import { ALL_PREFIXES } from "./evaluate.js";
import { type Prefix, personas, prefixTargets } from "./personas.js";

const MODELS = fileURLToPath(new URL("../../../models/demo", import.meta.url));

describe("prefixes of a session", () => {
  it("hold what was searched for and browsed, which brings the persona nearer to what comes next", async () => {
    const release = await loadRelease(MODELS);
    const { shard, card } = release;
    const distances = { alone: 0, search: 0, category: 0 };
    for (let row = 0; row < shard.count; row += 100) {
      const view = (at: number, time: number): PresentlyEvent => ({ name: "view_item", time, items: [{ item_id: shard.id(at) }] });
      const first = view((row + 57) % shard.count, 0);
      const target = view(row, 30_000);
      const levels = shard.attributes.find(({ name }) => name === "category")!;
      const category = levels.values[levels.codes[row] - 1];
      const middle = {
        alone: [],
        search: [{ name: "search", search_term: card(row).title, time: 15_000 }],
        category: [{ name: "page_view", page_type: "listing", page_category: category, time: 15_000 }],
      } satisfies Record<string, PresentlyEvent[]>;
      for (const name of ["alone", "search", "category"] as const) {
        const session = { events: [first, ...middle[name], target], ignored: [], weight: 1, time: 0 };
        const prefixes: Prefix[] = [];
        for await (const some of personas(release, [session], ALL_PREFIXES)) prefixes.push(...some);
        expect(prefixes).toHaveLength(1);
        const [{ seen, target: wanted }] = prefixTargets(session, shard, ALL_PREFIXES);
        expect(prefixes[0]).toMatchObject({ seen, target: wanted });
        expect(prefixes[0].rows).toHaveLength(1);
        distances[name] += prefixes[0].distance;
      }
    }
    expect(distances.search).toBeLessThan(distances.alone * 0.8);
    expect(distances.category).toBeLessThan(distances.alone * 0.9);
  });
});
