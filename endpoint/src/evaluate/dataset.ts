import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type CatalogItem, PresentlyError, type PresentlyEvent } from "presently/contract";
import type { TrainingSession, TrainingSet } from "../train/data.js";

export interface Dataset {
  readonly train: TrainingSet;
  readonly test: readonly TrainingSession[];
  /** The test part is of single targets with the history before them: only the last item of each is one. */
  readonly lastOnly: boolean;
}

type Row = Readonly<Record<string, string>>;

function* rows(text: string): Generator<Row> {
  const lines = text.split("\n");
  const header = lines[0].replace(/\r$/, "").split("\t");
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i].replace(/\r$/, "");
    if (line === "") continue;
    const values = line.split("\t");
    yield Object.fromEntries(header.map((name, at) => [name, values[at] ?? ""]));
  }
}

async function table(folder: string, name: string, required: readonly string[]): Promise<string> {
  const path = join(folder, name);
  let text: string;
  try {
    text = gunzipSync(await readFile(path)).toString("utf8");
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new PresentlyError(
      missing ? "evaluate/missing" : "evaluate/unreadable",
      missing
        ? `${path} is missing: --data needs a folder with train.tsv.gz and test.tsv.gz`
        : `${path} cannot be read as gzipped text: ${(cause as Error).message}`,
      { cause },
    );
  }
  const header = text
    .slice(0, text.indexOf("\n") + 1 || undefined)
    .replace(/\r?\n$/, "")
    .split("\t");
  const absent = required.filter((column) => !header.includes(column));
  if (absent.length > 0) throw new PresentlyError("evaluate/columns", `${path} has no column ${absent.join(", ")}: its header is ${header.join(", ")}`);
  return text;
}

const NAMES: Readonly<Record<string, PresentlyEvent["name"]>> = {
  view: "view_item",
  click: "view_item",
  cart: "add_to_cart",
  add_to_cart: "add_to_cart",
  addtocart: "add_to_cart",
  remove_from_cart: "remove_from_cart",
  wishlist: "add_to_wishlist",
  purchase: "purchase",
  transaction: "purchase",
  purchase_review: "purchase",
};

/** Events of files without times lie this far apart: further than what counts as one visit. */
const STEP = 30_000;

const timeColumn = (header: string): "unix_time" | "time_utc" | "offset_ms" | null =>
  (["unix_time", "time_utc", "offset_ms"] as const).find((name) => header.split("\t").includes(name)) ?? null;

function sessions(text: string, time: ReturnType<typeof timeColumn>): TrainingSession[] {
  const bySession = new Map<string, PresentlyEvent[]>();
  const days = new Map<string, number>();
  for (const row of rows(text)) {
    let events = bySession.get(row.session_id);
    if (!events) {
      events = [];
      bySession.set(row.session_id, events);
      days.set(row.session_id, Date.parse(row.date ?? "") || 0);
    }
    const value =
      time === "unix_time" ? Number(row.unix_time) * 1000 : time === "time_utc" ? Date.parse(row.time_utc.replace(" UTC", "Z")) : Number(row.offset_ms);
    const previous = events.at(-1)?.time;
    // A step of at least one visit: the protocol counts every row as an event of its own.
    const at = time && Number.isFinite(value) ? Math.max(value, previous === undefined ? 0 : previous + 10_000) : (previous ?? 0) + STEP;
    events.push({ name: NAMES[row.event_type] ?? "view_item", time: at, items: [{ item_id: row.item_id }] });
  }
  // Sessions without times are in order already.
  return Array.from(bySession, ([id, events], order) => ({
    events,
    ignored: [],
    weight: 1,
    time: time && time !== "offset_ms" ? events[events.length - 1].time : (days.get(id) || 0) + order,
  }));
}

const KNOWN = new Set(["item_id", "raw_item_id", "title", "name", "description", "brand"]);

/** Whatever columns there are: ids of categories and unknown columns are metadata too, as attributes. */
function item(row: Row): CatalogItem {
  const price = row.price_log2 ? 2 ** Number(row.price_log2) : Number(row.price || row.price_usd || Number.NaN);
  const category = row.category_code ? row.category_code.split(".") : row.category ? [row.category] : row.category_id ? [row.category_id] : [];
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(row))
    if (value && !KNOWN.has(name) && !/price|category|name_tokens/.test(name)) attributes[name.slice(0, 64)] = value.slice(0, 256);
  return {
    item_id: row.item_id,
    title: (row.title || row.name || row.name_tokens?.replaceAll(",", " ") || row.item_id).slice(0, 512),
    description: row.description?.slice(0, 20_000) || undefined,
    brand: row.brand?.slice(0, 256) || undefined,
    category: category.slice(0, 5),
    price: Number.isFinite(price) && price > 0 ? price : undefined,
    availability: "in_stock",
    attributes,
  };
}

/** Histories with the item that came next, as sessions whose last item alone is a target. */
function histories(text: string, name: PresentlyEvent["name"]): TrainingSession[] {
  return Array.from(rows(text), ({ history_item_ids, target_item_id }, order) => {
    const ids = [...history_item_ids.split(",").filter(Boolean), target_item_id];
    const events = ids.map((item_id, i): PresentlyEvent => ({ name, time: (i + 1) * STEP, items: [{ item_id }] }));
    return { events, ignored: [], weight: 1, time: order };
  });
}

/** Of a file of events without a split, the newest tenth of the sessions is the test part. */
const TEST_SHARE = 0.1;

async function parts(folder: string): Promise<{ train: TrainingSession[]; test: TrainingSession[]; lastOnly: boolean }> {
  const columns = ["session_id", "item_id"];
  const header = (text: string) => timeColumn(text.slice(0, text.indexOf("\n")).trimEnd());
  const has = (name: string) => existsSync(join(folder, name));
  if (has("events.tsv.gz") && !has("train.tsv.gz")) {
    const text = await table(folder, "events.tsv.gz", columns);
    const all = sessions(text, header(text)).sort((a, b) => a.time - b.time);
    const first = Math.floor(all.length * (1 - TEST_SHARE));
    return { train: all.slice(0, first), test: all.slice(first), lastOnly: false };
  }
  const train = await table(folder, "train.tsv.gz", columns);
  if (has("test_examples.tsv.gz") && !has("test.tsv.gz")) {
    const test = await table(folder, "test_examples.tsv.gz", ["history_item_ids", "target_item_id"]);
    const known = sessions(train, null);
    return { train: known, test: histories(test, known[0]?.events[0].name ?? "view_item"), lastOnly: true };
  }
  const test = await table(folder, "test.tsv.gz", columns);
  // Times which only one side has would show the encoder what it was not trained on.
  const time = header(train) === header(test) ? header(train) : null;
  return { train: sessions(train, time), test: sessions(test, time), lastOnly: false };
}

/**
 * Reads a folder of `train.tsv.gz`, `test.tsv.gz` (or `test_examples.tsv.gz`: histories and targets; or `events.tsv.gz` instead of both) and
 * perhaps `items.tsv.gz`. The catalogue is what training sees: targets are ranked among those items. With histories and targets it is all of
 * `items.tsv.gz`.
 * @throws PresentlyError `evaluate/missing`, `evaluate/unreadable`, `evaluate/columns`, `evaluate/empty`
 */
export async function readDataset(folder: string): Promise<Dataset> {
  const { train, test, lastOnly } = await parts(folder);
  for (const [name, part] of Object.entries({ train, test }))
    if (!part.some(({ events }) => events.length > 1)) throw new PresentlyError("evaluate/empty", `The ${name} part of ${folder} has no session of two events`);
  const known = new Map<string, CatalogItem>();
  if (existsSync(join(folder, "items.tsv.gz"))) for (const row of rows(await table(folder, "items.tsv.gz", ["item_id"]))) known.set(row.item_id, item(row));
  const items = new Map<string, CatalogItem>();
  for (const { events } of train)
    for (const { items: [one] = [] } of events)
      if (!items.has(one.item_id)) items.set(one.item_id, known.get(one.item_id) ?? { item_id: one.item_id, title: one.item_id, availability: "in_stock" });
  if (lastOnly) for (const [id, one] of known) if (!items.has(id)) items.set(id, one);
  return { train: { items: [...items.values()], sessions: train }, test, lastOnly };
}
