import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { PresentlyEvent } from "presently/contract";
import { beforeAll, expect, it } from "vitest";
import { ALL_PREFIXES } from "../evaluate/evaluate.js";
import { type Prefix, personas } from "../evaluate/personas.js";
import { createPrefixRanker } from "../evaluate/rank.js";
import { startTensors } from "../train/backend.js";
import { createPage } from "./page.js";
import { fetchRelease } from "./release.js";

const MODELS = fileURLToPath(new URL("../../../models/demo", import.meta.url));
const fetchFile = async (address: string) => new Response(await readFile(`${MODELS}${new URL(address).pathname}`));

beforeAll(startTensors);

it("ranks what evaluations rank, the second stage included", async () => {
  const release = await fetchRelease(fetchFile, "http://files/manifest.json");
  const { shard, encoder } = release;
  expect(encoder.head).toBeDefined();
  const [page, without] = await Promise.all([createPage(release), createPage({ ...release, encoder: { ...encoder, head: undefined } })]);
  const rank = await createPrefixRanker(shard, encoder);
  let moved = 0;
  for (let row = 0; row < shard.count; row += 240) {
    const events = [row, row + 7, row, row + 8].map(
      (at, i): PresentlyEvent => ({ name: "view_item", time: 30_000 * (i + 1), items: [{ item_id: shard.id(at % shard.count) }] }),
    );
    const session = { events, ignored: [], weight: 1, time: 0 };
    const prefixes: Prefix[] = [];
    for await (const some of personas(release, [session], ALL_PREFIXES)) prefixes.push(...some);
    const expected = rank(prefixes.at(-1)!).map((one) => shard.id(one));
    const listed = (one: typeof page) => one.rank(events.slice(0, -1), { limit: expected.length }, () => 0).map(({ item_id }) => item_id);
    expect(listed(page)).toEqual(expected);
    if (listed(without).join() !== expected.join()) moved++;
  }
  expect(moved).toBeGreaterThan(5);
  page.dispose();
  without.dispose();
});
