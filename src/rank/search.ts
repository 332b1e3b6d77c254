import type { Shard } from "../contract/shard.js";
import type { Kernel } from "./kernel/kernel.js";
import { and, or, type RowMask, rowsWhere, someRows } from "./mask.js";

/** A search, as the release's text table and its tokenizer read it. */
export interface SearchQuery {
  readonly term: string;
  readonly words: readonly string[];
  /** Unit vector [dims]; null where the text table knows none of the words. */
  readonly vector: Float32Array | null;
  /** Words of an attribute's value, folded as the query's. */
  readonly wordsOf: (text: string) => readonly string[];
}

/** Of the best match's cosine, so much makes a match where no attribute has any of the words. */
const NEAR = 0.6;
const MOST_NEAR = 400;
const ENDING = 2;

/** The same word, or with an ending of up to two letters: "shoe", "shoes". */
const alike = (a: string, b: string): boolean => {
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short === long || (short.length >= 3 && long.length - short.length <= ENDING && long.startsWith(short));
};

export interface SearchIndex {
  /**
   * Rows that match: each word that an attribute value has (colour, category, brand…) must be in one of the item's values; where no attribute
   * has any, what is nearest by vector. null where nothing is known of the words.
   */
  rows(query: SearchQuery, candidates: RowMask | null): RowMask | null;
}

export function createSearchIndex(shard: Shard, kernel: Kernel): SearchIndex {
  let index: Map<string, [column: number, code: number][]> | null = null;

  function wordIndex(wordsOf: SearchQuery["wordsOf"]) {
    if (index) return index;
    index = new Map();
    for (const [column, { values }] of shard.attributes.entries())
      for (const [i, value] of values.entries())
        for (const word of new Set(wordsOf(value))) {
          const known = index.get(word);
          if (known) known.push([column, i + 1]);
          else index.set(word, [[column, i + 1]]);
        }
    return index;
  }

  function rowsOf(word: string, known: ReadonlyMap<string, readonly (readonly [number, number])[]>): RowMask | null {
    const codes = new Map<number, Set<number>>();
    for (const [other, values] of known)
      if (alike(word, other)) for (const [column, code] of values) codes.set(column, (codes.get(column) ?? new Set()).add(code));
    if (codes.size === 0) return null;
    const tests = Array.from(codes, ([column, wanted]) => {
      const pass = new Uint8Array(shard.attributes[column].values.length + 1);
      for (const code of wanted) pass[code] = 1;
      return { pass, codes: shard.attributes[column].codes };
    });
    return rowsWhere(shard.count, (row) => tests.some((test) => test.pass[test.codes[row]]));
  }

  return {
    rows({ words, vector, wordsOf }, candidates) {
      const known = wordIndex(wordsOf);
      const found = words.map((word) => rowsOf(word, known)).filter((mask) => mask !== null);
      if (found.length > 0) {
        const all = found.reduce(and);
        return all.count > 0 ? all : found.reduce(or);
      }
      if (!vector) return null;
      const { rows, scores } = kernel.search(vector, { k: MOST_NEAR, mask: candidates });
      return someRows(
        shard.count,
        [...rows].filter((_, i) => scores[i] >= NEAR * scores[0]),
      );
    },
  };
}
