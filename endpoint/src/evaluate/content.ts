import type { CatalogItem } from "presently/contract";
import { tokenize } from "presently/model";
import type { BaselinePrefix } from "./baselines.js";
import { type DetailedMetrics, type DetailedSum, LIST } from "./metrics.js";

/** Earlier items of the session count this much of the one after. */
const DECAY = 0.8;

/** TF-IDF rows of title, brand and description, unit length (Salton & Buckley 1988: 1 + log tf, log idf), and the postings of each word. */
function tfIdf(items: readonly CatalogItem[]) {
  const documents = items.map(({ title, brand = "", description = "", category = [] }) => {
    const counts = new Map<string, number>();
    for (const word of tokenize(`${title} ${brand} ${category.join(" ")} ${description}`)) counts.set(word, (counts.get(word) ?? 0) + 1);
    return counts;
  });
  const frequency = new Map<string, number>();
  for (const counts of documents) for (const word of counts.keys()) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  const postings = new Map<string, { row: number; weight: number }[]>();
  const rows = documents.map((counts, row) => {
    const weights = Array.from(counts, ([word, count]): [string, number] => [word, (1 + Math.log(count)) * Math.log(items.length / frequency.get(word)!)]);
    const length = Math.hypot(...weights.map(([, weight]) => weight)) || 1;
    for (const [word, weight] of weights) {
      if (!postings.has(word)) postings.set(word, []);
      postings.get(word)!.push({ row, weight: weight / length });
    }
    return weights.map(([word, weight]): [string, number] => [word, weight / length]);
  });
  return { rows, postings };
}

/** Content kNN: items whose text is nearest to the decayed sum of the session's. Needs no training, and knows nothing of shoppers. */
export function contentKnn(items: readonly CatalogItem[], prefixes: readonly BaselinePrefix[], total: DetailedSum): DetailedMetrics {
  const { rows, postings } = tfIdf(items);
  const scores = new Float64Array(items.length);
  for (const { seen, target } of prefixes) {
    const profile = new Map<string, number>();
    seen.toReversed().forEach((row, age) => {
      for (const [word, weight] of rows[row]) profile.set(word, (profile.get(word) ?? 0) + weight * DECAY ** age);
    });
    scores.fill(0);
    for (const [word, weight] of profile) for (const posting of postings.get(word)!) scores[posting.row] += weight * posting.weight;
    const list: number[] = [];
    for (let row = 0; row < scores.length; row++) {
      if (list.length === LIST && scores[row] <= scores[list[LIST - 1]]) continue;
      let at = list.length;
      while (at > 0 && scores[list[at - 1]] < scores[row]) at--;
      list.splice(at, 0, row);
      if (list.length > LIST) list.pop();
    }
    total.add(list, target, seen);
  }
  return total.result();
}
