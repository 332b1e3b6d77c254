import type { Partition, Place } from "../../contract/partitions.js";
import { type CardText, parseCardTexts } from "../../contract/shard.js";
import { type PartitionTree, placeKey } from "./tree.js";

/** A row of a loaded partition. */
export interface Origin {
  readonly place: Place;
  readonly own: Partition;
  readonly at: number;
}

/** The cards of loaded partitions, fetched in files of a few rows. */
export interface CardTexts {
  /** undefined: not fetched yet. */
  of(row: Origin): CardText | undefined;
  /** Fetches what is missing; never rejects. */
  fetch(rows: readonly Origin[]): Promise<void>;
  drop(partition: Partition): void;
}

/** Files kept in memory; beyond that all are read again, from the device where it has them. */
const FILES = 400;

export function createCardTexts(tree: Pick<PartitionTree, "cards">, onProblem: (error: unknown) => void): CardTexts {
  const texts = new Map<Partition, Map<number, (row: number) => CardText>>();
  let files = 0;
  const blockOf = ({ own, at }: Origin) => Math.floor(at / own.cardRows);
  const of = (row: Origin) => texts.get(row.own)?.get(blockOf(row))?.(row.at % row.own.cardRows);

  async function load(row: Origin): Promise<void> {
    const { place, own } = row;
    const block = blockOf(row);
    try {
      const content = await tree.cards(place, own, block);
      if (files >= FILES) {
        texts.clear();
        files = 0;
      }
      const blocks = texts.get(own) ?? new Map();
      texts.set(own, blocks.set(block, parseCardTexts(content, Math.min(own.cardRows, own.count - block * own.cardRows))));
      files++;
    } catch (error) {
      onProblem(error);
    }
  }

  return {
    of,
    async fetch(rows) {
      const wanted = new Map<string, Origin>();
      for (const row of rows) if (!of(row)) wanted.set(`${placeKey(row.place)} ${blockOf(row)}`, row);
      await Promise.all(Array.from(wanted.values(), load));
    },
    drop: (partition) => void texts.delete(partition),
  };
}
