import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { baselines } from "./baselines.js";
import { readDataset } from "./dataset.js";
import { evaluateDataset, type MeasureOptions } from "./measure.js";
import { DetailedSum, MetricSum } from "./metrics.js";
import { holdBack, throughWire } from "./protocol.js";

const OPTIONS: MeasureOptions = { minPrefix: 1, lastOnly: false, seed: 1, seeds: 1, epochs: 6, negatives: 64, privacy: "off", cold: 0, knn: false };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "presently-evaluate-"));
});
afterEach(() => rm(folder, { recursive: true }));

const put = (name: string, lines: readonly string[]) => writeFile(join(folder, name), gzipSync(`${lines.join("\n")}\n`));

/** Sessions that walk a ring of 30 items, so that each item has one successor. */
const ring = (from: number, sessions: number, length: number) =>
  Array.from({ length: sessions }, (_, s) => Array.from({ length }, (_, i) => `${from + s}\titem${(s * 11 + i) % 30}\t${i}\tview`)).flat();

const HEADER = "session_id\titem_id\tposition\tevent_type";

describe("evaluateDataset", () => {
  it("ranks every prefix, longer ones than the encoder holds too, and beats popularity on a ring", async () => {
    await put("train.tsv.gz", [HEADER, ...ring(0, 300, 4)]);
    await put("test.tsv.gz", [HEADER, ...ring(9000, 20, 40)]);
    const data = await readDataset(folder);
    const report = await evaluateDataset(data, OPTIONS, () => {});
    expect(report).toMatchObject({ examples: 20 * 39, items: 30, train_sessions: 300, test_sessions: 20 });
    for (const baseline of Object.values(report.baselines)) expect(baseline.examples).toBe(20 * 39);
    expect(report.mrr20).toBeGreaterThan(report.baselines.popularity.mrr20 + 10);
    expect(report.baselines.lastItem.mrr20).toBe(100);
    const last = await evaluateDataset(data, { ...OPTIONS, epochs: 0.1, lastOnly: true }, () => {});
    expect(last.examples).toBe(20);
    const later = await evaluateDataset(data, { ...OPTIONS, epochs: 0.1, minPrefix: 3 }, () => {});
    expect(later.examples).toBe(20 * 37);
  });
});

describe("the protocol", () => {
  it("counts a prefix of which nothing is known, ranked as a cold page is", async () => {
    await put("train.tsv.gz", [
      HEADER,
      ...ring(0, 200, 4),
      ...Array.from({ length: 300 }, (_, s) => [`${5000 + s}\titem7\t0\tview`, `${5000 + s}\titem8\t1\tview`]).flat(),
    ]);
    await put("test.tsv.gz", [HEADER, "1\tnew\t0\tview", "1\titem7\t1\tview", "1\titem8\t2\tview", "1\tnewer\t3\tview"]);
    const { baselines: others, ...own } = await evaluateDataset(await readDataset(folder), { ...OPTIONS, epochs: 1 }, () => {});
    for (const { examples } of [own, ...Object.values(others)]) expect(examples).toBe(3);
    // The most popular item for the first, its successor for the second; what is new to the catalogue is a miss.
    expect(own.recall20).toBe(66.67);
    expect(others.popularity.recall20).toBe(66.67);
  });

  it("holds items back from training, not from the catalogue, and tells cold from warm", async () => {
    await put("train.tsv.gz", [HEADER, ...ring(0, 300, 4)]);
    await put("test.tsv.gz", [HEADER, ...ring(9000, 30, 5)]);
    const { train } = await readDataset(folder);
    const { data, cold } = holdBack(await readDataset(folder), 0.1, 1);
    expect([cold.size, data.train.items.length]).toEqual([3, train.items.length]);
    expect(data.train.sessions.flatMap(({ events }) => events).some(({ items: [one] = [] }) => one && cold.has(one.item_id))).toBe(false);
    const report = await evaluateDataset(await readDataset(folder), { ...OPTIONS, epochs: 0.1, cold: 0.1 }, () => {});
    expect(report.cold!.examples + report.warm!.examples).toBe(report.examples);
    expect(report.baselines.lastItem.cold!.recall20).toBe(0);
  });

  it("shows the trainer of a session what a privacy mode lets out", () => {
    const session = {
      events: Array.from({ length: 30 }, (_, i) => ({ name: "view_item" as const, time: i, items: [{ item_id: `${i}` }] })),
      ignored: [],
      weight: 1,
      time: 9,
    };
    expect(throughWire([session], "off", 1)).toEqual([session]);
    const pairs = throughWire([session], "balanced", 1);
    expect(pairs).toHaveLength(5);
    for (const { events } of pairs) expect(Number(events[1].items![0].item_id) - Number(events[0].items![0].item_id)).toBe(1);
    expect(throughWire([session], "session", 1)[0].events).toEqual(session.events.slice(0, 16));
  });
});

describe("readDataset", () => {
  const train = ["session_id\titem_id\tunix_time\tevent_type", "1\ta\t100.5\tview", "1\tb\t200\tcart", "2\tb\t300\tpurchase", "2\ta\t300\tview"];

  it("reads times, kinds of event and whatever metadata there is", async () => {
    await put("train.tsv.gz", train);
    await put("test.tsv.gz", train);
    await put("items.tsv.gz", ["item_id\tcategory\tcolour\tprice_usd\tbrand", "a\tshoes\tred\t20\t", "unknown\tx\ty\t1\tz"]);
    const { train: set } = await readDataset(folder);
    expect(set.items).toEqual([
      expect.objectContaining({ item_id: "a", title: "a", category: ["shoes"], price: 20, attributes: { colour: "red" } }),
      { item_id: "b", title: "b", availability: "in_stock" },
    ]);
    expect(set.sessions[0].events.map(({ name, time }) => [name, time])).toEqual([
      ["view_item", 100_500],
      ["add_to_cart", 200_000],
    ]);
    // Two rows of one second are two events all the same.
    expect(set.sessions[1].events[1].time).toBeGreaterThan(set.sessions[1].events[0].time);
  });

  it("ignores times which only the test part has", async () => {
    await put("train.tsv.gz", [HEADER, "1\ta\t0\tview", "1\tb\t1\tview"]);
    await put("test.tsv.gz", [`${HEADER}\toffset_ms`, "1\ta\t0\tview\t100", "1\tb\t1\tview\t999999"]);
    const { train: set, test } = await readDataset(folder);
    const gap = ([first, second]: readonly { time: number }[]) => second.time - first.time;
    expect(gap(test[0].events)).toBe(gap(set.sessions[0].events));
  });

  it.each([
    ["evaluate/missing", async () => {}],
    ["evaluate/missing", () => put("train.tsv.gz", train)],
    ["evaluate/unreadable", () => writeFile(join(folder, "train.tsv.gz"), "plain text")],
    ["evaluate/columns", () => put("train.tsv.gz", ["session\titem_id", "1\ta"])],
    ["evaluate/empty", () => Promise.all([put("train.tsv.gz", train.slice(0, 2)), put("test.tsv.gz", train)])],
  ])("answers a bad folder with %s", async (code, prepare) => {
    await prepare();
    await expect(readDataset(folder)).rejects.toThrow(expect.objectContaining({ code }));
  });
});

describe("metrics", () => {
  it("count ranks up to 20, misses as 0, and repeats apart", () => {
    const sum = new MetricSum(50);
    const list = Array.from({ length: 25 }, (_, i) => i);
    sum.add(list, 0, [9]);
    sum.add(list, 3, [3]);
    sum.add(list, 20, [9]);
    sum.add(list, -1, [9]);
    expect(sum.result()).toEqual({ recall20: 50, mrr20: 31.25, recall20_new: 33.33, mrr20_new: 33.33, coverage: 40, examples: 4 });
  });

  it("of the baselines follow from the sessions", () => {
    const { popularity, lastItem, itemKnn } = baselines(
      [
        [0, 1],
        [0, 1],
        [2, 1],
        [2, 3],
      ],
      [{ seen: [2], target: 3 }],
      4,
      () => new DetailedSum(new Float64Array(4)),
    );
    // By count: 1 (3), 0 and 2 (2), 3; after 2: 1 or 3 once each; 3 is rarer than 1, so it is nearer to 2.
    expect([popularity.mrr20, lastItem.mrr20, itemKnn.mrr20]).toEqual([25, 50, 100]);
  });
});
