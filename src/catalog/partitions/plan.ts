import type { PartitionIndex, Place } from "../../contract/partitions.js";
import type { Shard } from "../../contract/shard.js";
import { bestScores, centroidScores, deviationsTo } from "./nearest.js";
import type { PartitionTree } from "./tree.js";

/** A persona's list is looked for in so many partitions, those that are loaded already among them. */
const REACH = 16;
/** With Save-Data. */
const SAVING_REACH = 2;
/** Length of the list that a partition must be able to get into, and by how many deviations its best item may have to stand out for that. */
const LIST = 20;
const WORTHWHILE = 4.5;
/**
 * The partitions of the nearest groups are compared: of so many that they hold this many items, but for no more than this part of what the
 * persona may spend (what is read of groups is paid for by fewer partitions), and of so many in any case.
 */
const COMPARED = 350_000;
const GUIDANCE = 0.3;
const LEAST_GROUPS = 3;
/** Of what is left, one persona may spend so much: the next may be elsewhere. */
const SHARE = 0.5;
/** Cosine to the persona planned for last, above which it is the same interest. */
const SAME_INTEREST = 0.97;

/** What a persona may spend of the budget for downloads. */
export interface Allowance {
  /** Bytes for the present persona. */
  readonly bytes: number;
  /** The session has gone from one persona to another. A step aside is no new interest, and gets no new share of the budget. */
  turn(from: Float32Array | null, to: Float32Array | null): void;
  /** Whether some of it is left. */
  left(): boolean;
}

export function allowanceOf(budget: () => number, spent: () => number): Allowance {
  let bytes = 0;
  let limit = 0;
  return {
    get bytes() {
      return bytes;
    },
    turn(from, to) {
      if (from && to && to.reduce((sum, value, d) => sum + value * from[d], 0) >= SAME_INTEREST) return;
      bytes = SHARE * (budget() - spent());
      limit = spent() + bytes;
    },
    left: () => spent() < limit,
  };
}

export interface PlanOptions {
  readonly index: PartitionIndex;
  readonly tree: PartitionTree;
  /** Decoys of each real fetch: they are paid for, too. */
  readonly decoys: number;
  readonly onProblem: (error: unknown) => void;
}

/** Which partitions are worth their bytes to a persona, beside what a shard holds of its list already: the likeliest first. */
export type Plan = (persona: Float32Array, shard: Shard, allowance: number, saving: boolean) => Promise<Place[]>;

export function createPlan({ index, tree, decoys, onProblem }: PlanOptions): Plan {
  return async (persona, shard, allowance, saving) => {
    const scores = centroidScores(index, persona);
    const toBeat = bestScores(shard, persona, LIST)[LIST - 1] ?? 0;
    const nearest: number[] = [];
    let items = 0;
    let bytes = 0;
    for (const group of [...scores.keys()].sort((a, b) => scores[b] - scores[a])) {
      if (items >= COMPARED || (nearest.length >= LEAST_GROUPS && bytes >= GUIDANCE * allowance)) break;
      nearest.push(group);
      items += index.items[group];
      bytes += index.group(group).bytes * (1 + decoys);
    }
    const levels = await Promise.all(nearest.map((group) => tree.group(group).then((level) => ({ group, level }), onProblem)));
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
      .sort((a, b) => a.deviations - b.deviations)
      .slice(0, saving ? SAVING_REACH : REACH)
      .filter(({ deviations }) => deviations < WORTHWHILE);
  };
}
