import { type Attributes, parseAttributeFiles, parseAttributes, type ReleaseAttributes } from "../../contract/attributes.js";
import {
  idHash,
  lookupPlace,
  type Partition,
  type PartitionGroup,
  type PartitionIndex,
  type Place,
  parseLookup,
  parseLookupDirectory,
  parsePartition,
  parsePartitionGroup,
} from "../../contract/partitions.js";
import type { ReleaseFile } from "../../contract/release.js";
import { createDecoys, type Decoys } from "./decoys.js";
import type { Files } from "./files.js";

/** Names a partition in maps and sets. */
export const placeKey = ({ group, partition }: Place): string => `${group}/${partition}`;

export interface TreeOptions {
  readonly index: PartitionIndex;
  readonly files: Files;
  /** Decoys of each real fetch. */
  readonly lanes: number;
  readonly random: () => number;
  /** Pairs of an earlier page with the same partitions. */
  readonly saved: string | null;
}

/** The release's tree of files, read with decoys: whatever is asked of it is asked of the decoys too, in an order that does not tell which is which. */
export interface PartitionTree {
  /** Real groups that were read. */
  groups(): ReadonlyMap<number, PartitionGroup>;
  group(at: number): Promise<PartitionGroup>;
  partition(place: Place): Promise<Partition>;
  /** The newest prices of a partition; null: its own. */
  attributes(of: ReleaseAttributes | null, place: Place, count: number): Promise<{ readonly file: string; readonly attributes: Attributes } | null>;
  /** A file of a partition's cards. */
  cards(place: Place, partition: Partition, block: number): Promise<ArrayBuffer>;
  /** Partitions in which an id may be. */
  locate(id: string): Promise<readonly Place[]>;
  save(): string;
  /** Resolves when the decoys under way have ended. */
  idle(): Promise<void>;
}

/** All that is kept of a decoy. */
interface DecoyCards {
  readonly cards: readonly ReleaseFile[];
}

export function openTree({ index, files, lanes, random, saved }: TreeOptions): PartitionTree {
  const decoys: Decoys = createDecoys(lanes, random, saved);
  const groups = new Map<number, PartitionGroup>();
  const read = new Map<string, Promise<unknown>>();
  const decoyCards = new Map<string, Promise<DecoyCards | null>>();
  const covers = new Set<Promise<unknown>>();
  const real = new Set<number>();

  /** Each file is parsed once. */
  function once<T>(key: string, load: () => Promise<T>): Promise<T> {
    let known = read.get(key) as Promise<T> | undefined;
    if (!known) {
      known = load();
      read.set(key, known);
      known.catch(() => read.delete(key));
    }
    return known;
  }

  /** Nobody waits for decoys, and nothing that befalls them matters. */
  function cover(work: () => Promise<unknown>): void {
    const done = work()
      .catch(() => {})
      .finally(() => covers.delete(done));
    covers.add(done);
  }

  /** The real work and its cover, started in random order in one turn. */
  function together<T>(work: () => Promise<T>, decoy: readonly (() => Promise<unknown>)[]): Promise<T> {
    let result: Promise<T> | undefined;
    const starts = [
      () => {
        result = work();
      },
      ...decoy.map((one) => () => cover(one)),
    ];
    for (let i = starts.length - 1; i >= 0; i--) {
      const pick = Math.floor(random() * (i + 1));
      [starts[i], starts[pick]] = [starts[pick], starts[i]];
      starts[i]();
    }
    return result!;
  }

  const readGroup = (at: number) =>
    once(`group ${at}`, async () => {
      const group = parsePartitionGroup(await files.get(index.group(at), "group of partitions"));
      groups.set(at, group);
      return group;
    });
  // With one group there is no other: its partitions cover each other.
  const groupDecoys = (at: number) => decoys.of("groups", { level: index, at }, () => index).map((other) => (other >= 0 ? other : at));

  async function group(at: number): Promise<PartitionGroup> {
    real.add(at);
    return together(
      () => readGroup(at),
      groupDecoys(at).map((other) => () => readGroup(other)),
    );
  }

  /** Where the decoys of a partition are. */
  async function placesOfDecoys({ group: at, partition }: Place): Promise<Place[]> {
    const others = groupDecoys(at);
    const levels = await Promise.all(others.map((other) => readGroup(other).catch(() => null)));
    if (levels.some((level) => level === null)) return [];
    const level = await readGroup(at);
    const found = decoys.of(`group ${at}`, { level, at: partition }, (lane) => levels[lane] ?? level);
    return found.flatMap((decoy, lane) => (decoy >= 0 && others[lane] !== undefined ? [{ group: others[lane], partition: decoy }] : []));
  }

  function coverPartition(place: Place): Promise<DecoyCards | null> {
    const key = placeKey(place);
    let known = decoyCards.get(key);
    if (!known) {
      known = (async () => {
        const content = await files.get((await readGroup(place.group)).partition(place.partition), "partition");
        const { count, cardRows, cards } = parsePartition(content);
        return { cards: Array.from({ length: Math.ceil(count / cardRows) }, (_, block) => cards(block)) };
      })();
      known.catch(() => {});
      decoyCards.set(key, known);
    }
    return known;
  }

  const listOf = (file: ReleaseFile, count: number) =>
    once(`list ${file.sha256}`, async () => parseAttributeFiles(await files.get(file, "list of prices"), count));

  async function priceFile(of: ReleaseAttributes, place: Place): Promise<ReleaseFile | null> {
    const list = of.group(place.group);
    return list && (await listOf(list, (await readGroup(place.group)).count))(place.partition);
  }

  const lookup = (directory: number, file: number) =>
    once(`ids ${directory}/${file}`, async () => {
      const count = 2 ** (index.lookupBits - index.directoryBits);
      const list = await once(`ids ${directory}`, async () =>
        parseLookupDirectory(await files.get(index.lookupDirectory(directory), "directory of ids"), count),
      );
      const found = list(file);
      return found ? parseLookup(await files.get(found, "file of ids")) : () => [];
    });

  return {
    groups: () => new Map([...groups].filter(([at]) => real.has(at))),
    group,
    async partition(place) {
      const file = (await group(place.group)).partition(place.partition);
      const load = async () => parsePartition(await files.get(file, "partition"));
      // What the device has, nobody learns of; a decoy fetched alone would be known as one.
      if (await files.kept(file)) return load();
      const others = await placesOfDecoys(place);
      return together(
        load,
        others.map((other) => () => coverPartition(other)),
      );
    },
    async attributes(of, place, count) {
      if (!of) return null;
      const others = await placesOfDecoys(place);
      return together(
        async () => {
          const file = await priceFile(of, place);
          return file && { file: file.sha256, attributes: parseAttributes(await files.get(file, "prices"), count) };
        },
        others.map((other) => async () => {
          const file = await priceFile(of, other);
          if (file) await once(`decoy ${file.sha256}`, () => files.get(file, "prices").then(() => null));
        }),
      );
    },
    async cards(place, partition, block) {
      const file = partition.cards(block);
      const load = () => files.get(file, "cards");
      if (await files.kept(file)) return load();
      const others = await placesOfDecoys(place);
      return together(
        load,
        others.map((other) => async () => {
          const known = await coverPartition(other);
          const decoy = known?.cards[block % known.cards.length];
          if (decoy) await once(`decoy ${decoy.sha256}`, () => files.get(decoy, "cards").then(() => null));
        }),
      );
    },
    async locate(id) {
      const hash = idHash(id);
      const { directory, file } = lookupPlace(hash, index.lookupBits, index.directoryBits);
      // Two thousand ids share a file. Its decoys are drawn once, and the real one's page was just asked of the shop anyway.
      const others = await once(`decoy ids ${directory}/${file}`, async () =>
        Array.from({ length: lanes }, () => lookupPlace(Math.floor(random() * 2 ** 32), index.lookupBits, index.directoryBits)),
      );
      const find = await together(
        () => lookup(directory, file),
        others.map((other) => () => lookup(other.directory, other.file)),
      );
      return find(hash);
    },
    save: () => decoys.save(),
    async idle() {
      while (covers.size > 0) await Promise.all(covers);
    },
  };
}
