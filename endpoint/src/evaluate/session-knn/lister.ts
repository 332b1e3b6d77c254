import { LIST } from "../metrics.js";
import type { SessionIndex } from "./session-index.js";

/** A setting of either method, as what lists are made with. */
export interface Weights {
  /** Neighbours, chosen among so many of the newest sessions that share an item with the one at hand. */
  readonly k: number;
  readonly sample: number;
  /** A neighbour's similarity is divided by its number of distinct items to this power: 0.5 is the cosine's, 0 the dot product's. */
  readonly length: number;
  /** How much a rare item of a neighbour counts above a frequent one: 1 + idf · ln(sessions / sessions with the item). */
  readonly idf: number;
  /** Power of the same logarithm in the weight of an item of the session at hand. */
  readonly session_idf: number;
  /** Share of its score that the matched item itself keeps: in some shops returning to it is the rule, in others not. */
  readonly own: number;
  /** Of an item of the session at hand, by how many steps ago it was seen, in a session of so many. */
  session(distance: number, length: number): number;
  /** Of a neighbour, by the share of all sessions that are newer. */
  age?(share: number): number;
  /** Of a neighbour, by how many steps ago the session at hand saw what they share. */
  match?(distance: number, length: number): number;
  /** Of a neighbour's item, by its distance there from the matched one. */
  place?(distance: number): number;
}

/** The k-th largest of `values`, which it reorders (Hoare's selection): sorting them all takes most of a list's time. */
function kthLargest(values: Float64Array, k: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i] > pivot) i++;
      while (values[j] < pivot) j--;
      if (i > j) break;
      const value = values[i];
      values[i++] = values[j];
      values[j--] = value;
    }
    if (k - 1 <= j) high = j;
    else if (k - 1 >= i) low = i;
    else break;
  }
  return values[k - 1];
}

/** The 20 rows of most score; equal ones by row, so that a run can be repeated. */
function best(found: readonly number[], scores: Float64Array): number[] {
  const list: number[] = [];
  for (const row of found) {
    const score = scores[row];
    if (list.length === LIST && score < scores[list[LIST - 1]]) continue;
    let at = list.length;
    while (at > 0 && (scores[list[at - 1]] < score || (scores[list[at - 1]] === score && list[at - 1] > row))) at--;
    list.splice(at, 0, row);
    if (list.length > LIST) list.pop();
  }
  return list;
}

/** Gives the list of a session: 20 rows, best first, filled up with popular ones. Calls share buffers, which each leaves zeroed. */
export function createLister(index: SessionIndex, weights: Weights): (seen: readonly number[]) => number[] {
  const { starts, rows, positions, offsets, postings, count } = index;
  const { k, sample, own } = weights;
  /** What the similarity of a neighbour is multiplied by, whatever it shares. */
  const factors = Float64Array.from(
    { length: count },
    (_, s) => (weights.age?.((count - 1 - s) / count) ?? 1) / Math.max(1, starts[s + 1] - starts[s]) ** weights.length,
  );
  const nearness = Float64Array.from({ length: index.longest }, (_, distance) => weights.place?.(distance) ?? 1);
  const rarity = index.idf.map((idf) => 1 + weights.idf * idf);
  /** Place of a row in the session at hand, counted from 1, the last one where it is there twice; 0: not there. */
  const places = new Int32Array(rarity.length);
  const scores = new Float64Array(rarity.length);
  const candidates = new Int32Array(sample);
  const similarities = new Float64Array(sample);

  /** Fills candidates and similarities, newest first: a merge of the sessions of all items, from their newer ends. Returns how many. */
  function gather(seen: readonly number[]): number {
    const lists: { readonly weight: number; readonly first: number; at: number }[] = [];
    let newest = -1;
    seen.forEach((row, i) => {
      const weight = places[row] === i + 1 ? weights.session(seen.length - 1 - i, seen.length) * index.idf[row] ** weights.session_idf : 0;
      const [first, at] = [offsets[row], offsets[row + 1] - 1];
      if (weight <= 0 || at < first) return;
      lists.push({ weight, first, at });
      newest = Math.max(newest, postings[at]);
    });
    let found = 0;
    while (newest >= 0 && found < sample) {
      const session = newest;
      let similarity = 0;
      newest = -1;
      for (const list of lists) {
        if (list.at < list.first) continue;
        if (postings[list.at] === session) {
          similarity += list.weight;
          if (--list.at < list.first) continue;
        }
        if (postings[list.at] > newest) newest = postings[list.at];
      }
      candidates[found] = session;
      similarities[found++] = similarity * factors[session];
    }
    return found;
  }

  return (seen) => {
    seen.forEach((row, i) => {
      places[row] = i + 1;
    });
    const gathered = gather(seen);
    const least = gathered > k ? kthLargest(similarities.slice(0, gathered), k) : 0;
    let equal = k;
    for (let i = 0; i < gathered; i++) if (similarities[i] > least) equal--;
    const found: number[] = [];
    for (let i = 0; i < gathered; i++) {
      // Of those as near as the k-th, the newest, which come first.
      if (similarities[i] < least || (similarities[i] === least && equal-- <= 0)) continue;
      const [start, end] = [starts[candidates[i]], starts[candidates[i] + 1]];
      // The shared item which the session at hand saw last.
      let matched = start;
      for (let at = start + 1; at < end; at++) if (places[rows[at]] > places[rows[matched]]) matched = at;
      const weight = similarities[i] * (weights.match?.(seen.length - places[rows[matched]], seen.length) ?? 1);
      for (let at = start; at < end; at++) {
        const row = rows[at];
        const score = weight * nearness[Math.abs(positions[at] - positions[matched])] * rarity[row] * (at === matched ? own : 1);
        if (score <= 0) continue;
        if (scores[row] === 0) found.push(row);
        scores[row] += score;
      }
    }
    const list = best(found, scores);
    for (const row of found) scores[row] = 0;
    for (const row of seen) places[row] = 0;
    return list.length < LIST ? [...list, ...index.popular.filter((row) => !list.includes(row))].slice(0, LIST) : list;
  };
}
