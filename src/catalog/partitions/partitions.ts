import { assembleShard } from "../../contract/assemble.js";
import { withAttributes } from "../../contract/attributes.js";
import type { Downloads } from "../../contract/engine.js";
import { PresentlyError } from "../../contract/errors.js";
import { type Partition, type PartitionIndex, type Place, parsePartitionIndex } from "../../contract/partitions.js";
import { type CardText, cardOf, dequantizeRow } from "../../contract/shard.js";
import type { LoadedRelease } from "../loaded.js";
import { createCardTexts, type Origin } from "./cards.js";
import { type FilesOptions, partitionFiles } from "./files.js";
import { bestScores, centroidScores, deviationsTo } from "./nearest.js";
import { openTree } from "./tree.js";

export const DOWNLOADS: Downloads = { bytes: 3_350_000, decoys: 1, items: 60_000 };

export interface PartitionOptions extends Omit<FilesOptions, "budget"> {
  readonly downloads: Downloads;
  /** The shopper saves data, or has a connection on which megabytes are a nuisance. */
  readonly saving: () => boolean;
  /** 0 … 1, unpredictable: decoys are drawn by it. */
  readonly random: () => number;
  readonly onProblem: (problem: PresentlyError) => void;
  /** What is loaded has changed. */
  readonly onChange: () => void;
  /** Pairs of decoys that another page of this release has drawn, where the device may keep them. */
  readonly recall: () => Promise<string | null>;
  readonly remember: (pairs: string) => Promise<void>;
}

/** A release whose shard grows by the partitions near the persona. */
export interface Partitions {
  /** The shard with what is loaded now. */
  loaded(): LoadedRelease;
  /** Fetches the items that are not loaded, and what is near the persona. Resolves when nothing of it is left to fetch; never rejects. */
  follow(persona: Float32Array | null, ids: readonly string[]): Promise<void>;
  /**
   * Fetches these items' partitions, within the budget. What is unknown or cannot be had is left out.
   * @param around also what is nearest to the first of them
   */
  need(ids: readonly string[], around?: boolean): Promise<void>;
  /** Fetches the cards of these items; true for those that are there. */
  cards(ids: readonly string[]): Promise<boolean[]>;
  /** Takes the same release with newer prices. */
  reprice(next: LoadedRelease): Promise<void>;
  status(): {
    /** Items of the catalogue. */ readonly total: number;
    readonly partitions: number;
    readonly items: number;
    readonly bytes: number;
    readonly requests: number;
  };
  /** Resolves when decoys under way have ended. */
  idle(): Promise<void>;
  close(): void;
}

/** Partitions fetched before the ranking is brought up to date. */
const WAVE = 3;
/** A persona's list is looked for in so many partitions, those that are loaded already among them. */
const REACH = 16;
/** Length of the list that a partition must be able to get into, and by how many deviations its best item may have to stand out for that. */
const LIST = 20;
const WORTHWHILE = 4.5;
/**
 * The partitions of the nearest groups are compared: of so many that they hold this many items, but for no more than this part of what the
 * persona may spend (what is read of groups is paid for by fewer partitions), and of so many in any case.
 */
const COMPARED = 250_000;
const GUIDANCE = 0.22;
const LEAST_GROUPS = 3;
/** Of what is left, one persona may spend so much: the next may be elsewhere. */
const SHARE = 0.3;
/** Cosine to the persona planned for last, above which it is the same interest. */
const SAME_INTEREST = 0.97;
/** With Save-Data the budget is this part of it, and no more than this is fetched for a persona. */
const SAVING = 0.125;
const SAVING_REACH = 2;
/** A list of ids looks for at most so many of them. */
const LOOKUPS = 24;

interface Held {
  readonly place: Place;
  /** As its file has it. */
  readonly own: Partition;
  /** With the newest prices. */
  readonly partition: Partition;
  /** Hash of its newer prices. */
  readonly prices: string | null;
}

const keyOf = ({ group, partition }: Place) => `${group}/${partition}`;
const NO_TEXT: CardText = { title: "", link: "", image: "", brand: "", category: "", currency: "" };

/** @throws PresentlyError `shard/*`, `tensors/*` where the index is not what the release needs */
export async function openPartitions(first: LoadedRelease & { readonly partitions: ArrayBuffer }, options: PartitionOptions): Promise<Partitions> {
  const index = parsePartitionIndex(first.partitions);
  if (index.dims !== first.shard.dims)
    throw new PresentlyError("release/mismatch", `The partitions have ${index.dims} dimensions, the shard ${first.shard.dims}: publish them together`);
  return options
    .recall()
    .catch(() => null)
    .then((saved) => start(first, index, options, saved));
}

function start(first: LoadedRelease, index: PartitionIndex, options: PartitionOptions, saved: string | null): Partitions {
  const { downloads, saving, onProblem, onChange } = options;
  const budget = () => downloads.bytes * (saving() ? SAVING : 1);
  const files = partitionFiles({ ...options, budget });
  const tree = openTree({ index, files, lanes: downloads.decoys, random: options.random, saved });
  let head: LoadedRelease = first;
  let held: readonly Held[] = [];
  let current: LoadedRelease = first;
  let turn = 0;
  let latest: Float32Array | null = null;
  let latestIds = "";
  let following: Promise<void> = Promise.resolve();
  /** What the present persona may spend, and the sum at which that is spent. */
  let allowance = 0;
  let allowed = 0;
  let closed = false;
  let remembered = saved;
  const failed = new Set<string>();
  const pending = new Map<string, Promise<void>>();

  function problem(error: unknown): void {
    if (closed) return;
    if (error instanceof PresentlyError && error.code === "catalog/budget") onProblem(error);
    else
      onProblem(
        new PresentlyError("catalog/partition", `A part of the catalogue cannot be used (${(error as Error)?.message ?? error}); ranking goes on without it`, {
          cause: error,
        }),
      );
  }

  const texts = createCardTexts(tree, problem);

  /** Row of an assembled shard → where it came from; null: the release's own shard. */
  function origin(row: number, first: number, parts: readonly Held[]): Origin | null {
    let at = row - first;
    if (at < 0) return null;
    for (const { place, own } of parts) {
      if (at < own.count) return { place, own, at };
      at -= own.count;
    }
    return null;
  }

  const originOf = (id: string) => origin(current.shard.row(id), head.shard.count, held);

  function assemble(): void {
    const [own, parts] = [head, held];
    const partitions = parts.map(({ partition }) => partition);
    const shard = partitions.length > 0 ? assembleShard(own.shard, partitions) : own.shard;
    current = {
      ...own,
      shard,
      card(row) {
        const from = origin(row, own.shard.count, parts);
        return from ? cardOf(shard, row, texts.of(from) ?? NO_TEXT) : own.card(row);
      },
    };
    onChange();
  }

  function scoreOf({ group, partition }: Place, persona: Float32Array | null): number {
    const level = tree.groups().get(group);
    return level && persona ? centroidScores(level, persona)[partition] : 0;
  }

  /** Loads one partition; a broken one is told once and not asked for again. */
  function load(place: Place): Promise<void> {
    const key = keyOf(place);
    if (failed.has(key) || held.some((one) => keyOf(one.place) === key)) return Promise.resolve();
    let running = pending.get(key);
    if (!running) {
      running = (async () => {
        try {
          const own = await tree.partition(place);
          const newer = await tree.attributes(head.attributes, place, own.count);
          const partition = newer ? withAttributes(own, newer.attributes) : own;
          if (!closed) held = [...held, { place, own, partition, prices: newer?.file ?? null }];
        } catch (error) {
          if (!(error instanceof PresentlyError && error.code === "catalog/budget")) failed.add(key);
          problem(error);
        } finally {
          pending.delete(key);
        }
      })();
      pending.set(key, running);
    }
    return running;
  }

  /** The farthest go, but not what the session is about. */
  function evict(persona: Float32Array | null, ids: readonly string[]): void {
    let items = held.reduce((sum, { partition }) => sum + partition.count, 0);
    if (items <= downloads.items) return;
    const wanted = new Set(ids.map((id) => originOf(id)?.own));
    const scored = held.map((one) => ({ ...one, score: wanted.has(one.own) ? Number.POSITIVE_INFINITY : scoreOf(one.place, persona) }));
    for (const one of scored.sort((a, b) => a.score - b.score)) {
      if (items <= downloads.items) break;
      items -= one.partition.count;
      texts.drop(one.own);
      held = held.filter(({ place }) => keyOf(place) !== keyOf(one.place));
    }
  }

  async function located(ids: readonly string[]): Promise<Place[]> {
    const missing = [...new Set(ids)].filter((id) => current.shard.row(id) < 0).slice(-LOOKUPS);
    const found = await Promise.all(
      missing.map((id) =>
        tree.locate(id).catch((error) => {
          problem(error);
          return [];
        }),
      ),
    );
    return [...new Map(found.flat().map((place) => [keyOf(place), place])).values()];
  }

  /** Partitions of the nearest groups, those first that are likeliest to hold what beats the best known. */
  async function near(persona: Float32Array): Promise<(Place & { readonly deviations: number })[]> {
    const scores = centroidScores(index, persona);
    const toBeat = bestScores(current.shard, persona, LIST)[LIST - 1] ?? 0;
    const nearest: number[] = [];
    let items = 0;
    let bytes = 0;
    for (const group of [...scores.keys()].sort((a, b) => scores[b] - scores[a])) {
      if (items >= COMPARED || (nearest.length >= LEAST_GROUPS && bytes >= GUIDANCE * allowance)) break;
      nearest.push(group);
      items += index.items[group];
      bytes += index.group(group).bytes * (1 + downloads.decoys);
    }
    const levels = await Promise.all(nearest.map((group) => tree.group(group).then((level) => ({ group, level }), problem)));
    return levels
      .flatMap((one) =>
        one
          ? Array.from(centroidScores(one.level, persona), (score, partition) => ({
              group: one.group,
              partition,
              deviations: deviationsTo(toBeat, one.level, partition, score),
            }))
          : [],
      )
      .sort((a, b) => a.deviations - b.deviations);
  }

  /** The same session again, as after every change of what is loaded, leaves its plan alone. */
  function follow(persona: Float32Array | null, ids: readonly string[]): Promise<void> {
    const same = latest === persona || (latest && persona?.every((value, d) => value === latest?.[d]));
    const key = ids.join("\n");
    if (same && key === latestIds) return following;
    // A step aside is no new interest, and gets no new share of the budget.
    if (!latest || !persona || persona.reduce((sum, value, d) => sum + value * latest![d], 0) < SAME_INTEREST) {
      allowance = SHARE * (budget() - files.spent().bytes);
      allowed = files.spent().bytes + allowance;
    }
    latest = persona;
    latestIds = key;
    following = plan(persona, ids).catch(problem);
    return following;
  }

  async function plan(persona: Float32Array | null, ids: readonly string[]): Promise<void> {
    const mine = ++turn;
    const stale = () => closed || mine !== turn;
    const before = held;
    await Promise.all((await located(ids)).map((place) => load(place)));
    if (stale()) return;
    if (held !== before) {
      evict(persona, ids);
      assemble();
      await cards(ids);
    }
    if (!persona) return;
    const reach = saving() ? SAVING_REACH : REACH;
    while (!stale() && files.spent().bytes < allowed) {
      const wave = (await near(persona))
        .slice(0, reach)
        .filter((place) => place.deviations < WORTHWHILE && !failed.has(keyOf(place)) && !held.some((one) => keyOf(one.place) === keyOf(place)))
        .slice(0, WAVE);
      if (wave.length === 0 || stale()) break;
      const known = held;
      await Promise.all(wave.map((place) => load(place)));
      // Broken, or beyond the budget.
      if (held === known || closed) break;
      evict(persona, ids);
      assemble();
    }
    const pairs = tree.save();
    if (pairs !== remembered && options.store()) {
      remembered = pairs;
      await options.remember(pairs).catch(() => {});
    }
  }

  async function need(ids: readonly string[], around = false): Promise<void> {
    const before = held;
    const find = async (places: readonly Place[]) => {
      const known = held;
      await Promise.all(places.map((place) => load(place)));
      if (held !== known && !closed) assemble();
    };
    await find(await located(ids));
    const row = around && ids[0] !== undefined ? current.shard.row(ids[0]) : -1;
    if (row >= 0) await find((await near(dequantizeRow(current.shard, row, current.shard.dims))).slice(0, WAVE));
    if (held !== before) evict(latest, ids);
  }

  async function cards(ids: readonly string[]): Promise<boolean[]> {
    const from = ids.map((id) => (current.shard.row(id) < 0 ? undefined : originOf(id)));
    await texts.fetch(from.flatMap((row) => row ?? []));
    return from.map((row) => row === null || (row !== undefined && texts.of(row) !== undefined));
  }

  return {
    loaded: () => current,
    follow,
    need: (ids, around) => need(ids, around).catch(problem),
    cards,
    async reprice(next) {
      head = next;
      const before = held;
      const repriced = await Promise.all(
        before.map(async (one) => {
          try {
            const newer = await tree.attributes(next.attributes, one.place, one.partition.count);
            if ((newer?.file ?? null) === one.prices) return one;
            return { ...one, partition: newer ? withAttributes(one.own, newer.attributes) : one.own, prices: newer?.file ?? null };
          } catch (error) {
            problem(error);
            return one;
          }
        }),
      );
      // What came meanwhile stays.
      held = held.map((one) => repriced[before.indexOf(one)] ?? one);
      assemble();
    },
    status: () => ({ total: head.shard.count + index.total, partitions: held.length, items: current.shard.count, ...files.spent() }),
    idle: () => tree.idle(),
    close() {
      closed = true;
    },
  };
}
