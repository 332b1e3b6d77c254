import { assembleShard } from "../../contract/assemble.js";
import { withAttributes } from "../../contract/attributes.js";
import { PresentlyError } from "../../contract/errors.js";
import type { Partition, Place } from "../../contract/partitions.js";
import { type CardText, cardOf } from "../../contract/shard.js";
import type { LoadedRelease } from "../loaded.js";
import { type CardTexts, createCardTexts, type Origin } from "./cards.js";
import { centroidScores } from "./nearest.js";
import { type PartitionTree, placeKey } from "./tree.js";

export interface HeldOptions {
  /** The release's own shard. */
  readonly first: LoadedRelease;
  readonly tree: PartitionTree;
  /** Items of partitions that are kept in memory. */
  readonly items: number;
  readonly onProblem: (error: unknown) => void;
  readonly onChange: () => void;
}

/** The partitions in memory, and the shard that they make with the release's own. */
export interface HeldPartitions {
  /** The assembled shard. */
  loaded(): LoadedRelease;
  readonly count: number;
  has(place: Place): boolean;
  /** Broken, or not to be had: told once, and not asked for again. */
  failed(place: Place): boolean;
  /**
   * Loads partitions, and lets the farthest from the persona go where there are too many, but not what the session is about. True where there is
   * something new in the shard then; never rejects.
   */
  take(places: readonly Place[], persona: Float32Array | null, ids: readonly string[]): Promise<boolean>;
  /** Fetches the cards of these items; true for those that are there. */
  cards(ids: readonly string[]): Promise<boolean[]>;
  /** Takes the same release with newer prices. */
  reprice(next: LoadedRelease): Promise<void>;
  close(): void;
}

interface Held {
  readonly place: Place;
  /** As its file has it. */
  readonly own: Partition;
  /** With the newest prices. */
  readonly partition: Partition;
  /** Hash of its newer prices. */
  readonly prices: string | null;
}

const NO_TEXT: CardText = { title: "", link: "", image: "", brand: "", category: "", currency: "" };

export function holdPartitions({ first, tree, items: mostItems, onProblem, onChange }: HeldOptions): HeldPartitions {
  const texts: CardTexts = createCardTexts(tree, onProblem);
  const failed = new Set<string>();
  const pending = new Map<string, Promise<void>>();
  let head = first;
  let held: readonly Held[] = [];
  let current = first;
  let closed = false;

  /** Row of an assembled shard → where it came from; null: the release's own shard. */
  function origin(row: number, own: number, parts: readonly Held[]): Origin | null {
    let at = row - own;
    if (at < 0) return null;
    for (const part of parts) {
      if (at < part.own.count) return { place: part.place, own: part.own, at };
      at -= part.own.count;
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
  }

  const has = (place: Place) => held.some((one) => placeKey(one.place) === placeKey(place));

  function load(place: Place): Promise<void> {
    const key = placeKey(place);
    if (failed.has(key) || has(place)) return Promise.resolve();
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
          onProblem(error);
        } finally {
          pending.delete(key);
        }
      })();
      pending.set(key, running);
    }
    return running;
  }

  function scoreOf({ group, partition }: Place, persona: Float32Array | null): number {
    const level = tree.groups().get(group);
    return level && persona ? centroidScores(level, persona)[partition] : 0;
  }

  /** True where one went. What the ids are in has to be in the shard. */
  function evict(persona: Float32Array | null, ids: readonly string[]): boolean {
    let items = held.reduce((sum, { partition }) => sum + partition.count, 0);
    if (items <= mostItems) return false;
    const wanted = new Set(ids.map((id) => originOf(id)?.own));
    const scored = held.map((one) => ({ ...one, score: wanted.has(one.own) ? Number.POSITIVE_INFINITY : scoreOf(one.place, persona) }));
    for (const one of scored.sort((a, b) => a.score - b.score)) {
      if (items <= mostItems) break;
      items -= one.partition.count;
      texts.drop(one.own);
      held = held.filter(({ place }) => placeKey(place) !== placeKey(one.place));
    }
    return true;
  }

  async function repriced(one: Held, next: LoadedRelease): Promise<Held> {
    try {
      const newer = await tree.attributes(next.attributes, one.place, one.partition.count);
      if ((newer?.file ?? null) === one.prices) return one;
      return { ...one, partition: newer ? withAttributes(one.own, newer.attributes) : one.own, prices: newer?.file ?? null };
    } catch (error) {
      onProblem(error);
      return one;
    }
  }

  return {
    loaded: () => current,
    get count() {
      return held.length;
    },
    has,
    failed: (place) => failed.has(placeKey(place)),
    async take(places, persona, ids) {
      const before = held;
      await Promise.all(places.map(load));
      if (held === before || closed) return false;
      assemble();
      if (evict(persona, ids)) assemble();
      onChange();
      return true;
    },
    async cards(ids) {
      const from = ids.map((id) => (current.shard.row(id) < 0 ? undefined : originOf(id)));
      await texts.fetch(from.flatMap((row) => row ?? []));
      return from.map((row) => row === null || (row !== undefined && texts.of(row) !== undefined));
    },
    async reprice(next) {
      head = next;
      const before = held;
      const after = await Promise.all(before.map((one) => repriced(one, next)));
      // What came meanwhile stays.
      held = held.map((one) => after[before.indexOf(one)] ?? one);
      assemble();
      onChange();
    },
    close() {
      closed = true;
    },
  };
}
