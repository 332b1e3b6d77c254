import { PresentlyError } from "../contract/errors.js";

/** Rankings that a next page may follow. */
const MOST_REMEMBERED = 100;

export interface Pages {
  /** Item ids of a ranking and of all that it followed, in order. @throws PresentlyError `rank/unknown-ranking` */
  before(rankingId: string | undefined): readonly string[];
  remember(rankingId: string, before: readonly string[], items: readonly string[]): void;
}

/** What was on the pages of each list, so that the next one repeats nothing, whatever the persona has become meanwhile. */
export function createPages(): Pages {
  const shown = new Map<string, readonly string[]>();
  return {
    before(rankingId) {
      if (rankingId === undefined) return [];
      const known = shown.get(rankingId);
      if (known) return known;
      throw new PresentlyError(
        "rank/unknown-ranking",
        `There is no ranking ${rankingId} to go on after: of this page the last ${MOST_REMEMBERED} are known. Give what was shown as exclude: [{ id }]`,
      );
    },
    remember(rankingId, before, items) {
      shown.set(rankingId, [...before, ...items]);
      if (shown.size > MOST_REMEMBERED) shown.delete(shown.keys().next().value as string);
    },
  };
}
