import { type CatalogItem, type FeedbackRecord, parseFeedbackBatch } from "presently/contract";
import { DEFAULT_CONFIG, encoderWeights } from "presently/model";
import { beforeAll, describe, expect, it } from "vitest";
import { buildRelease } from "../publish/build.js";
import { startTensors } from "../train/backend.js";
import type { TrainedModel } from "../train/data.js";
import { NO_NEIGHBOURS } from "../train/neighbours.js";
import { type Round, simulateLive } from "./live.js";
import { createPage } from "./page.js";
import { createRandom } from "./random.js";
import { fetchRelease } from "./release.js";

const COLOURS = ["red", "blue", "green", "black"];
const items: CatalogItem[] = Array.from({ length: 120 }, (_, i) => ({
  item_id: `i${i}`,
  title: `Thing ${i}`,
  brand: `Maker ${i % 5}`,
  category: [`Top ${i % 2}`, `Leaf ${i % 6}`],
  price: 10 + i,
  availability: "in_stock",
  attributes: { color: COLOURS[i % 4] },
}));

/** Unit vectors that lie together by leaf; the encoder as it starts. */
function untrained(): TrainedModel {
  const random = createRandom(3);
  const { dims } = DEFAULT_CONFIG;
  const centres = Array.from({ length: 6 }, () => Array.from({ length: dims }, () => random.normal()));
  const vectors = new Float32Array(items.length * dims);
  items.forEach((_, i) => {
    const vector = centres[i % 6].map((value) => value + 0.4 * random.normal());
    const length = Math.hypot(...vector);
    vectors.set(
      vector.map((value) => value / length),
      i * dims,
    );
  });
  const encoder = encoderWeights(DEFAULT_CONFIG).map(({ name, shape, init }) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    for (let i = 0; i < data.length; i++) data[i] = "constant" in init ? init.constant : init.deviation * random.normal();
    return [name, { shape, data }] as const;
  });
  return {
    config: DEFAULT_CONFIG,
    encoder: new Map(encoder),
    ids: items.map(({ item_id }) => item_id),
    vectors,
    embeddings: vectors.slice(),
    features: new Float32Array(256 * dims),
    buckets: 256,
    neighbours: NO_NEIGHBOURS(items.length),
    popularity: new Float32Array(items.length).fill(1),
  };
}

describe("live shoppers", () => {
  const published = new Map<string, Uint8Array<ArrayBuffer> | string>();
  const publish = async (version: number) => {
    const { manifest, files } = await buildRelease(untrained(), items, { version, created: "2026-11-01T00:00:00.000Z", metrics: {} });
    for (const [path, bytes] of files) published.set(path, bytes);
    published.set("manifest.json", JSON.stringify(manifest));
  };
  const serve = (address: string) => {
    const body = published.get(new URL(address).pathname.slice("/releases/".length));
    return new Response(body ?? null, { status: body ? 200 : 404 });
  };
  const manifest = "http://endpoint.example/releases/manifest.json";

  beforeAll(async () => {
    await startTensors();
    await publish(1);
  });

  it("rank with the release and send what became of it, and pick up the next release", async () => {
    const records: FeedbackRecord[] = [];
    const rounds: Round[] = [];
    const fetch = async (address: string, init?: RequestInit) => {
      if (!address.endsWith("/v1/feedback")) return serve(address);
      const batch = parseFeedbackBatch(String(init?.body));
      expect(batch.release).toBe(rounds.length + 1);
      records.push(...batch.records);
      return new Response(null, { status: 202 });
    };
    let publishing: Promise<void> | undefined;
    await simulateLive(items, {
      release: manifest,
      endpoint: "http://endpoint.example",
      sessions: 60,
      seed: 5,
      round: 30,
      explore: 0.3,
      fetch: async (address, init) => {
        await publishing;
        return fetch(address, init);
      },
      now: () => 1_790_000_000_000,
      onRound: (round) => {
        rounds.push(round);
        publishing ??= publish(2);
      },
    });
    expect(rounds.map(({ release, visits }) => [release, visits])).toEqual([
      [1, 30],
      [2, 60],
    ]);
    expect(rounds.reduce((sum, round) => sum + round.records, 0)).toBe(records.length);
    const outcomes = new Set(records.map((record) => record.kind === "pair" && record.outcome));
    for (const outcome of ["view", "click", "ignored"]) expect(outcomes).toContain(outcome);
    const shown = records.filter((record) => record.kind === "pair" && record.position !== null);
    expect(shown.length).toBeGreaterThan(50);
    for (const record of shown) expect(record.kind === "pair" && record.propensity).toBeGreaterThan(0);
  });

  it("get more of the leaf that they look at", async () => {
    const page = await createPage(await fetchRelease(async (address) => serve(address), manifest));
    const events = ["i0", "i6", "i12"].map((item_id, i) => ({ name: "view_item" as const, time: 1000 * i, items: [{ item_id }] }));
    const ranked = page.rank(events, { limit: 8, excludeIds: ["i0", "i6", "i12"] }, () => 0.5);
    page.dispose();
    expect(ranked).toHaveLength(8);
    for (const { item_id } of ranked) expect(Number(item_id.slice(1)) % 6).toBe(0);
  });

  it("say so where there is no release", async () => {
    await expect(fetchRelease(async () => new Response(null, { status: 404 }), manifest)).rejects.toMatchObject({ code: "simulate/release" });
  });
});
