import type { TrainingSession } from "./data.js";
import { rowsMet } from "./popularity.js";

/** What is recent: a session counts half of one that many sessions newer. Half to three times as long was as good on Diginetica's last days. */
const HALF_LIFE = { share: 1 / 30, least: 500 };
/** Decayed sessions added to both sides: an item that is asked for once a month says nothing by one session more. */
const PRIOR = 0.3;
/** Sessions within two half-lives that must have met an item whose demand is said to have risen: what two people want is nobody's business. */
const LEAST_SESSIONS = 3;

/**
 * How much more each item is asked for now than all along: log((r + c) / (e + c)), r the sessions that met it, newer ones more, e what its
 * share of all sessions lets expect of them. Shops have seasons, sell out and get new things in, of which vectors learned from all sessions
 * know nothing. `sessions` are oldest first. [items]
 */
export function demandOf(sessions: readonly TrainingSession[], row: (id: string) => number, items: number): Float32Array {
  const halfLife = Math.max(HALF_LIFE.least, HALF_LIFE.share * sessions.length);
  const counts = { all: new Float64Array(items), recent: new Float64Array(items), lately: new Uint32Array(items) };
  const total = { all: 0, recent: 0 };
  sessions.forEach((session, i) => {
    const age = (sessions.length - 1 - i) / halfLife;
    const weight = 0.5 ** age;
    for (const one of rowsMet(session, row)) {
      counts.all[one]++;
      counts.recent[one] += weight;
      if (age < 2) counts.lately[one]++;
      total.all++;
      total.recent += weight;
    }
  });
  const share = total.all > 0 ? total.recent / total.all : 0;
  return Float32Array.from(counts.recent, (recent, one) => {
    const rise = Math.log((recent + PRIOR) / (share * counts.all[one] + PRIOR));
    return rise > 0 && counts.lately[one] < LEAST_SESSIONS ? 0 : rise;
  });
}
