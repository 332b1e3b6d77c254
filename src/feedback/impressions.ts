import type { Ranking } from "../contract/ranking.js";

/** An item of a ranking that was on screen. */
export interface Impression {
  readonly ranking: string;
  readonly release: number;
  readonly item: string;
  readonly position: number;
  readonly propensity: number;
  /** The item looked at last before. */
  readonly context: string | null;
  readonly time: number;
  /** Something became of it, or it was passed over. */
  decided: boolean;
}

const RANKINGS = 40;

/** This page's rankings, and which of their items were seen. In memory: a ranking means nothing after its page. */
export interface Impressions {
  ranked(ranking: Ranking): void;
  shown(rankingId: string, itemId: string, context: string | null, time: number): void;
  /** The impression, made now if it was clicked before a second had passed. */
  find(rankingId: string, itemId: string, context: string | null, time: number): Impression | null;
  /** The newest impression of an item that nothing has become of yet. */
  undecided(itemId: string): Impression | null;
  /** All undecided ones that were shown before `time`; they count as passed over from now on. */
  passedOver(time: number): Impression[];
  release(): number;
  clear(): void;
}

export function createImpressions(): Impressions {
  const rankings = new Map<string, Ranking>();
  const impressions = new Map<string, Impression>();
  let release = 0;

  function find(rankingId: string, itemId: string, context: string | null, time: number): Impression | null {
    const key = `${rankingId} ${itemId}`;
    const known = impressions.get(key);
    if (known) return known;
    const ranking = rankings.get(rankingId);
    const item = ranking?.items.find((one) => one.item_id === itemId);
    if (!ranking || !item) return null;
    const { position, propensity } = item;
    const made: Impression = { ranking: rankingId, release: ranking.release, item: itemId, position, propensity, context, time, decided: false };
    impressions.set(key, made);
    if (impressions.size > 500) impressions.delete(impressions.keys().next().value as string);
    return made;
  }

  return {
    ranked(ranking) {
      release = ranking.release;
      rankings.set(ranking.id, ranking);
      if (rankings.size > RANKINGS) rankings.delete(rankings.keys().next().value as string);
    },
    shown: (rankingId, itemId, context, time) => void find(rankingId, itemId, context, time),
    find,
    undecided: (itemId) => [...impressions.values()].filter((one) => one.item === itemId && !one.decided).at(-1) ?? null,
    passedOver(time) {
      const found = [...impressions.values()].filter((one) => !one.decided && one.time <= time);
      for (const one of found) one.decided = true;
      return found;
    },
    release: () => release,
    clear() {
      rankings.clear();
      impressions.clear();
    },
  };
}
