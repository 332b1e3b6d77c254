import type { TrainingSession } from "./data.js";
import { rowsMet } from "./popularity.js";

const DAY = 86_400_000;
/** The newest part of the time that is known, of which demand is recent; at most a week. */
const RECENT = { share: 1 / 5, most: 7 * DAY };
/** Times come as days from shops that share little: of less than three days nothing is said. */
const LEAST_SPAN = 2 * DAY;
/** Sessions that must have met an item lately: a trend of two people is nobody's business. */
const LEAST_SESSIONS = 3;
/** Standard deviations above what was expected: chance alone brings one item in forty so far. */
const LEAST_RISE = 2;

/**
 * How far demand for each item has risen, 0 … 1, 0 where it has not: sessions that met it lately against those expected from before, in
 * standard deviations of a Poisson count, (r − e) / √(e + 1), relative to the largest. Traffic as a whole may grow: expectations are
 * shares of it. Undefined where the sessions' times do not tell. [items]
 */
export function trendOf(sessions: readonly TrainingSession[], row: (id: string) => number, items: number): Float32Array | undefined {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { time } of sessions) {
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  if (!(last - first >= LEAST_SPAN)) return undefined;
  const since = last - Math.min(RECENT.most, RECENT.share * (last - first));
  const counts = { recent: new Float64Array(items), before: new Float64Array(items) };
  const total = { recent: 0, before: 0 };
  for (const session of sessions) {
    const when = session.time > since ? "recent" : "before";
    for (const one of rowsMet(session, row)) {
      counts[when][one]++;
      total[when]++;
    }
  }
  if (total.recent === 0 || total.before === 0) return undefined;
  const growth = total.recent / total.before;
  const rises = Float32Array.from({ length: items }, (_, i) => {
    const expected = counts.before[i] * growth;
    const rise = (counts.recent[i] - expected) / Math.sqrt(expected + 1);
    return counts.recent[i] >= LEAST_SESSIONS && rise >= LEAST_RISE ? rise : 0;
  });
  const most = rises.reduce((a, b) => Math.max(a, b), 0);
  return most > 0 ? rises.map((rise) => rise / most) : rises;
}
