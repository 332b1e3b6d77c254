import type { Downloads } from "../../contract/engine.js";
import { PresentlyError } from "../../contract/errors.js";
import { type PartitionIndex, type Place, parsePartitionIndex } from "../../contract/partitions.js";
import { dequantizeRow } from "../../contract/shard.js";
import type { LoadedRelease } from "../loaded.js";
import { type FilesOptions, partitionFiles } from "./files.js";
import { holdPartitions } from "./held.js";
import { allowanceOf, createPlan } from "./plan.js";
import { openTree, placeKey } from "./tree.js";

export const DOWNLOADS: Downloads = { bytes: 3_990_000, decoys: 1, items: 60_000 };

export interface PartitionOptions extends Omit<FilesOptions, "budget"> {
  readonly downloads: Downloads;
  /** Bytes of the budget that the release's own files have taken. */
  readonly own: () => number;
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
/** With Save-Data so much of what the release's own files leave. */
const SAVING = 0.125;
/** A list of ids looks for at most so many of them. */
const LOOKUPS = 24;

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
  const budget = () => (downloads.bytes - options.own()) * (saving() ? SAVING : 1);
  const files = partitionFiles({ ...options, budget });
  const tree = openTree({ index, files, lanes: downloads.decoys, random: options.random, saved });
  const held = holdPartitions({ first, tree, items: downloads.items, onProblem: problem, onChange });
  const plan = createPlan({ index, tree, decoys: downloads.decoys, onProblem: problem });
  const allowance = allowanceOf(budget, () => files.spent().bytes);
  let turn = 0;
  let latest: Float32Array | null = null;
  let latestIds: readonly string[] = [];
  let following: Promise<void> = Promise.resolve();
  let closed = false;
  let remembered = saved;

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

  const worth = (persona: Float32Array) => plan(persona, held.loaded().shard, allowance.bytes, saving());

  /** Partitions in which the ids may be that are not loaded. */
  async function located(ids: readonly string[]): Promise<Place[]> {
    const { shard } = held.loaded();
    const missing = [...new Set(ids)].filter((id) => shard.row(id) < 0).slice(-LOOKUPS);
    const found = await Promise.all(
      missing.map((id) =>
        tree.locate(id).catch((error) => {
          problem(error);
          return [];
        }),
      ),
    );
    return [...new Map(found.flat().map((place) => [placeKey(place), place])).values()];
  }

  /** The same session again, as after every change of what is loaded, leaves its plan alone. */
  function follow(persona: Float32Array | null, ids: readonly string[]): Promise<void> {
    const same = latest === persona || (latest && persona?.every((value, d) => value === latest?.[d]));
    if (same && ids.join("\n") === latestIds.join("\n")) return following;
    allowance.turn(latest, persona);
    latest = persona;
    latestIds = ids;
    following = fetchFor(persona, ids).catch(problem);
    return following;
  }

  async function fetchFor(persona: Float32Array | null, ids: readonly string[]): Promise<void> {
    const mine = ++turn;
    const stale = () => closed || mine !== turn;
    const places = await located(ids);
    if (stale()) return;
    if (await held.take(places, persona, ids)) await held.cards(ids);
    if (!persona) return;
    while (!stale() && allowance.left()) {
      const wave = (await worth(persona)).filter((place) => !held.failed(place) && !held.has(place)).slice(0, WAVE);
      if (wave.length === 0 || stale()) break;
      // Broken, or beyond the budget.
      if (!(await held.take(wave, persona, ids))) break;
    }
    const pairs = tree.save();
    if (pairs !== remembered && options.store()) {
      remembered = pairs;
      await options.remember(pairs).catch(() => {});
    }
  }

  async function need(ids: readonly string[], around: boolean): Promise<void> {
    const protect = [...ids, ...latestIds];
    await held.take(await located(ids), latest, protect);
    const { shard } = held.loaded();
    const row = around && ids[0] !== undefined ? shard.row(ids[0]) : -1;
    if (row >= 0) await held.take((await worth(dequantizeRow(shard, row, shard.dims))).slice(0, WAVE), latest, protect);
  }

  return {
    loaded: () => held.loaded(),
    follow,
    need: (ids, around = false) => need(ids, around).catch(problem),
    cards: (ids) => held.cards(ids),
    reprice: (next) => held.reprice(next),
    status: () => {
      const { shard } = held.loaded();
      return { total: first.shard.count + index.total, partitions: held.count, items: shard.count, ...files.spent() };
    },
    idle: () => tree.idle(),
    close() {
      closed = true;
      held.close();
    },
  };
}
