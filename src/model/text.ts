import type { CatalogItem } from "../contract/items.js";
import type { TextTable } from "../contract/text-table.js";

export interface Feature {
  readonly bucket: number;
  readonly weight: number;
}

/**
 * Scripts written without spaces, or with compounds and particles (Korean): each two neighbouring characters count as a word, as in Lucene's
 * CJKAnalyzer. By extensions, or the long-vowel mark of Katakana would not belong to it.
 */
const UNSPACED = "[\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Hangul}\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmer}\\p{scx=Myanmar}]";
const WORD = new RegExp(`(?<pairs>(?:(?=${UNSPACED})[\\p{L}\\p{M}\\p{N}])+)|(?:(?!${UNSPACED})[\\p{L}\\p{M}\\p{N}])+|\\p{Extended_Pictographic}`, "gu");

/**
 * Left out, since many write without: marks of brands; accents (Latin, Greek, Cyrillic), points (Hebrew), vowel signs and the stretching of
 * Arabic; what varies or joins emoji. Not every mark: those of Japanese and of India's scripts make other letters.
 */
const MARKS = /[\u0300-\u036f]|[\u0591-\u05c7]|[\u064b-\u065f\u0670]|[\u0640\u200c\u200d]|[\ufe00-\ufe0f]|[™®©℠]/gu;
/** Letters that are written in two ways. */
const VARIANTS: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ı: "i", ς: "σ", ى: "ي", ة: "ه" };

/** Marks go before and after what they stand on is taken apart: ™ would become letters, é is e with an accent only then. */
const fold = (text: string): string =>
  text
    .replace(MARKS, "")
    .normalize("NFKD")
    .toLowerCase()
    .replace(MARKS, "")
    .normalize("NFC")
    .replace(/[^ -~]/g, (letter) => VARIANTS[letter] ?? letter);

/** Lower-case words in any script, as people search for them: without accents, two characters at a time where words are not spaced, emoji one by one. */
export function tokenize(text: string): string[] {
  const words: string[] = [];
  for (const { 0: word, groups } of fold(text).matchAll(WORD)) {
    const characters = [...word];
    if (groups?.pairs && characters.length > 2) for (let i = 0; i + 1 < characters.length; i++) words.push(characters[i] + characters[i + 1]);
    else words.push(word);
  }
  return words;
}

/** FNV-1a over UTF-16 units, with MurmurHash3's finaliser, which spreads the low bits. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A word and its character 4-grams with word ends, so that plurals, compounds and typing errors stay near. */
function subwords(word: string): string[] {
  const characters = ["^", ...word, "$"];
  const grams: string[] = [];
  if (characters.length > 5) for (let i = 0; i + 4 <= characters.length; i++) grams.push(`g:${characters.slice(i, i + 4).join("")}`);
  return grams;
}

/** Description words beyond these add little and cost training time. */
const MAX_DESCRIPTION_WORDS = 48;
const MAX_TITLE_WORDS = 24;

/**
 * Hashed metadata of an item: its vector's metadata part is `Σ weight · table[bucket]`. Each field has a total weight (squared weights sum
 * to its square), so that a long description doesn't drown the title.
 */
export function itemFeatures(item: CatalogItem, buckets: number): Feature[] {
  const features = new Map<number, number>();
  const addField = (keys: readonly string[], fieldWeight: number) => {
    const weight = fieldWeight / Math.sqrt(keys.length || 1);
    for (const key of keys) {
      const bucket = hash(key) % buckets;
      features.set(bucket, (features.get(bucket) ?? 0) + weight);
    }
  };
  // Where a feed has no titles, the id stands in, and says nothing.
  const title = item.title === item.item_id ? [] : [...new Set(tokenize(item.title))].slice(0, MAX_TITLE_WORDS);
  addField(
    title.map((word) => `w:${word}`),
    1,
  );
  addField(title.flatMap(subwords), 0.5);
  if (item.description)
    addField(
      [...new Set(tokenize(item.description))].slice(0, MAX_DESCRIPTION_WORDS).map((word) => `w:${word}`),
      0.5,
    );
  if (item.category?.length)
    addField(
      item.category.map((_, level, path) => `c:${path.slice(0, level + 1).join(">")}`),
      1,
    );
  if (item.brand) addField([`b:${item.brand.toLowerCase()}`], 0.7);
  if (item.price !== undefined && item.price > 0) {
    // Two overlapping grids of half-octave bands, so that near prices share at least one.
    const octaves = Math.log2(item.price) * 2;
    addField([`p:${Math.floor(octaves)}`, `q:${Math.floor(octaves + 0.5)}`], 0.4);
  }
  const attributes = Object.entries(item.attributes ?? {});
  addField(
    attributes.map(([name, value]) => `a:${name}=${value.toLowerCase()}`),
    0.7,
  );
  return Array.from(features, ([bucket, weight]) => ({ bucket, weight }));
}

/** Hashed words and subwords of a search, as a title has them. */
export function queryFeatures(query: string, buckets: number): Feature[] {
  const words = [...new Set(tokenize(query))].slice(0, MAX_TITLE_WORDS);
  const grams = words.flatMap(subwords);
  return [
    ...words.map((word) => ({ bucket: hash(`w:${word}`) % buckets, weight: 1 / Math.sqrt(words.length) })),
    ...grams.map((gram) => ({ bucket: hash(gram) % buckets, weight: 0.5 / Math.sqrt(grams.length) })),
  ];
}

/** Unit vector of a search: the weighted sum of its words' and subwords' vectors. Null where the table knows none of them. */
export function queryVector(table: TextTable, query: string): Float32Array | null {
  if (table.buckets === 0) return null;
  const vector = new Float32Array(table.dims);
  for (const { bucket, weight } of queryFeatures(query, table.buckets)) {
    const factor = table.scale[bucket] * weight;
    for (let d = 0; d < table.dims; d++) vector[d] += table.vectors[bucket * table.dims + d] * factor;
  }
  const length = Math.hypot(...vector);
  if (!(length > 0)) return null;
  for (let d = 0; d < table.dims; d++) vector[d] /= length;
  return vector;
}
