import * as tf from "@tensorflow/tfjs-core";
import type { PresentlyEvent } from "presently/contract";
import { headFeatures, headLogits, headSession, readyHead } from "presently/rank";
import { beforeAll, describe, expect, it } from "vitest";
import { startTensors } from "./backend.js";
import type { TrainingSession, TrainingSet } from "./data.js";
import { seededRandom } from "./random.js";
import { type TrainOptions, trainModel } from "./train.js";

const config = { dims: 16, heads: 2, feedForward: 32, blocks: 1, maxTokens: 8, temperature: 0.07, neighbourWeight: 0 };
const options: TrainOptions = { seed: 3, epochs: 30, config, negatives: 64 };

function session(ids: readonly string[], time: number, name: PresentlyEvent["name"] = "view_item"): TrainingSession {
  return { events: ids.map((item_id, i) => ({ name, time: time + i * 30_000, items: [{ item_id }] })), ignored: [], weight: 1, time };
}

/** Items in pairs: who looks at one of a pair looks at the other next. */
function pairs(count: number, sessions: number): TrainingSet {
  return {
    items: Array.from({ length: count }, (_, i) => ({ item_id: `i${i}`, title: `i${i}`, availability: "in_stock" as const })),
    sessions: Array.from({ length: sessions }, (_, s) => {
      const first = (s * 7) % count;
      return session([`i${first}`, `i${first ^ 1}`], s);
    }),
  };
}

const cosine = (vectors: Float32Array, a: number, b: number) => {
  let dot = 0;
  for (let d = 0; d < config.dims; d++) dot += vectors[a * config.dims + d] * vectors[b * config.dims + d];
  return dot;
};

function nearest(vectors: Float32Array, row: number): number {
  let best = -1;
  for (let other = 0; other < vectors.length / config.dims; other++)
    if (other !== row && (best < 0 || cosine(vectors, row, other) > cosine(vectors, row, best))) best = other;
  return best;
}

describe("trainModel", () => {
  beforeAll(startTensors);

  it("learns a tiny catalogue exactly, repeatably, and leaves no tensor behind", async () => {
    const set = pairs(20, 400);
    const { numTensors } = tf.memory();
    const model = await trainModel(set, options);
    expect(tf.memory().numTensors).toBe(numTensors);
    for (let row = 0; row < 20; row++) expect(nearest(model.vectors, row)).toBe(row ^ 1);
    const again = await trainModel(set, { ...options, epochs: 2 });
    const once = await trainModel(set, { ...options, epochs: 2 });
    expect(again.vectors).toEqual(once.vectors);
    expect(again.encoder).toEqual(once.encoder);
  });

  it("learns the embeddings of interaction and distance", async () => {
    const { items } = pairs(20, 0);
    const sessions = Array.from({ length: 200 }, (_, s) =>
      session(
        [0, 1, 2].map((k) => `i${(s + k) % 20}`),
        s,
        s % 2 ? "view_item" : "add_to_cart",
      ),
    );
    const model = await trainModel({ items, sessions }, { ...options, epochs: 3 });
    const start = await trainModel({ items, sessions }, { ...options, epochs: 1e-9 });
    expect(model.encoder.get("type")!.data).not.toEqual(start.encoder.get("type")!.data);
    expect(model.encoder.get("readout/distance")!.data.some((value) => value !== 0)).toBe(true);
  });

  it("places an item that nobody has seen by its title", async () => {
    const topics = ["walnut bookshelf", "trail running shoe", "espresso machine", "linen curtain"];
    const items = Array.from({ length: 40 }, (_, i) => ({ item_id: `i${i}`, title: `${topics[i % 4]} number${i}`, availability: "in_stock" as const }));
    const sessions = Array.from({ length: 600 }, (_, s) => {
      const topic = s % 4;
      const pick = (k: number) => `i${(((s * 5 + k * 3) % 9) + 1) * 4 + topic}`;
      return session([pick(0), pick(1), pick(2)], s);
    });
    const model = await trainModel({ items, sessions }, { ...options, epochs: 10 });
    for (let cold = 0; cold < 4; cold++) {
      expect(model.popularity[cold]).toBe(0);
      expect(nearest(model.vectors, cold) % 4).toBe(cold);
    }
  });

  it("goes on from a model before, and learns to avoid what was shown and ignored", async () => {
    const set = pairs(20, 400);
    const before = await trainModel(set, options);
    const warm = await trainModel({ items: [...set.items].reverse(), sessions: set.sessions }, { ...options, epochs: 0.01 }, before);
    for (let row = 0; row < 20; row++) expect(nearest(warm.vectors, row)).toBe(row ^ 1);

    const item = (s: number) => `i${s % 20}`;
    const even = (ignored: boolean): TrainingSet => ({
      items: set.items,
      sessions: Array.from({ length: 400 }, (_, s) => ({
        ...session([item(s), item(s + 1)], s),
        ignored: ignored ? [{ item_id: item(s + 5), propensity: 0.5, position: 0 }] : [],
      })),
    });
    const mean = ({ vectors }: { vectors: Float32Array }) =>
      Array.from({ length: 20 }, (_, row) => cosine(vectors, row, (row + 5) % 20)).reduce((a, b) => a + b) / 20;
    const [shown, plain] = [await trainModel(even(true), options), await trainModel(even(false), options)];
    expect(mean(shown)).toBeLessThan(mean(plain));
  });

  it("learns from held-out sessions that what nobody asks for any more does not come next", async () => {
    const { items } = pairs(60, 0);
    const random = seededRandom(9);
    /** Two of twenty that go together, an odd one seldom; of the newest sessions none wants an even one. */
    const sessions = Array.from({ length: 12_000 }, (_, s) => {
      const pick = () => `i${20 * (s % 3) + 2 * Math.floor(10 * random()) + (s >= 10_800 || random() < 0.2 ? 1 : 0)}`;
      return session([pick(), pick()], s);
    });
    const { head, demand } = await trainModel({ items, sessions }, { ...options, epochs: 1 });
    for (let row = 0; row < 60; row++) expect(demand![row] > 0).toBe(row % 2 === 1);
    const candidate = { rows: [5], scores: [0.5], cosines: [0.5], toNewest: [0.5], toPrevious: [0], shares: [0.01], prior: [0.9] };
    const before = headSession([3], new Map([[3, 0]]), new Float32Array(60).fill(0.9), () => {});
    const logit = (row: number) => {
      const features = headFeatures({ ...candidate, demand: [demand![row]] }, before, { logZ: 10, temperature: 0.07 });
      return headLogits(readyHead(head!)!, features)[0];
    };
    expect(logit(1)).toBeGreaterThan(logit(0) + 1);
    // A warm training that has too little to learn one from keeps it.
    const small = await trainModel({ items, sessions: sessions.slice(0, 50) }, { ...options, epochs: 1 });
    expect(small.head).toBeUndefined();
    const warm = await trainModel({ items, sessions: sessions.slice(0, 50) }, { ...options, epochs: 1 }, { ...small, head });
    expect(warm.head).toEqual(head);
    // Twelve thousand sessions, twice: half a minute where two other trainings run.
  }, 120_000);

  it("says what is missing, and stops when told", async () => {
    const code = (expected: string) => expect.objectContaining({ code: expected });
    await expect(trainModel({ items: [], sessions: [] }, options)).rejects.toThrow(code("train/empty"));
    await expect(trainModel({ items: pairs(4, 1).items, sessions: [session(["i0"], 0)] }, options)).rejects.toThrow(code("train/empty"));
    await expect(trainModel(pairs(4, 20), { ...options, signal: AbortSignal.abort() })).rejects.toThrow(code("train/aborted"));
  });
});
