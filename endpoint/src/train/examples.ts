import { type Interaction, sessionTokens } from "presently/model";
import type { TrainingSession } from "./data.js";

/** How much a target counts: a purchase tells more about taste than a view. */
const TARGET_WEIGHT: Readonly<Record<Interaction, number>> = { view: 1, click: 1.2, cart: 2, wishlist: 1.5, purchase: 3, remove: 0, search: 0, browse: 0 };

/** A session as numbers: columns by token. */
export interface Example {
  /** Item's row; −1 − q for the query or category `texts[q]`. */
  readonly rows: Int32Array;
  readonly types: Int32Array;
  readonly dwells: Int32Array;
  readonly gaps: Int32Array;
  /** The row that comes next; −1 where there is none to predict. */
  readonly targets: Int32Array;
  readonly weights: Float32Array;
  /** Shown and not taken at the last predicted token, with the inverse of their propensity. */
  readonly ignored: readonly { readonly row: number; readonly weight: number }[];
  readonly pair: boolean;
}

/** A search or a browsed category, as sessions have them. */
export interface SessionText {
  readonly kind: "query" | "category";
  readonly value: string;
}

export interface Examples {
  readonly examples: readonly Example[];
  /** Predicted tokens. */
  readonly positions: number;
}

const MAX_INVERSE_PROPENSITY = 10;

/**
 * Sessions → training examples. Sessions longer than `maxTokens` become windows which overlap by half, each predicting what the
 * window before did not. Searches and categories are added to `texts`.
 */
export function trainingExamples(sessions: readonly TrainingSession[], row: (id: string) => number, maxTokens: number, texts: SessionText[] = []): Examples {
  const examples: Example[] = [];
  const textIndex = new Map(texts.map(({ kind, value }, text) => [`${kind}:${value}`, text]));
  let positions = 0;
  for (const session of sessions) {
    const tokens = sessionTokens(session.events, Number.MAX_SAFE_INTEGER).flatMap((token) => {
      if (token.kind === "item") {
        const known = row(token.value);
        return known < 0 ? [] : [{ token, row: known }];
      }
      const key = `${token.kind}:${token.value}`;
      let text = textIndex.get(key);
      if (text === undefined) {
        text = texts.push({ kind: token.kind, value: token.value }) - 1;
        textIndex.set(key, text);
      }
      return [{ token, row: -1 - text }];
    });
    const stride = Math.max(1, maxTokens >> 1);
    for (let from = 0, predicted = 0; predicted + 1 < tokens.length; from += stride) {
      const window = tokens.slice(from, from + maxTokens + 1);
      const length = Math.min(window.length - 1, maxTokens);
      const targets = new Int32Array(length).fill(-1);
      const weights = new Float32Array(length);
      let last = -1;
      for (let t = Math.max(0, predicted - from); t < length; t++) {
        const next = window[t + 1];
        const strength = TARGET_WEIGHT[next.token.interaction] * session.weight;
        if (next.row < 0 || strength === 0) continue;
        targets[t] = next.row;
        weights[t] = strength;
        last = t;
        positions++;
      }
      predicted = from + length;
      if (last < 0) continue;
      const column = (value: (one: (typeof window)[number]) => number) => Int32Array.from(window.slice(0, length), value);
      const final = predicted + 1 >= tokens.length;
      examples.push({
        rows: column((one) => one.row),
        types: column((one) => one.token.type),
        dwells: column((one) => one.token.dwell),
        gaps: column((one) => one.token.gap),
        targets,
        weights,
        ignored: final
          ? session.ignored.flatMap(({ item_id, propensity }) => {
              const shown = row(item_id);
              return shown < 0 || shown === targets[last] ? [] : [{ row: shown, weight: Math.min(1 / (propensity ?? 1), MAX_INVERSE_PROPENSITY) }];
            })
          : [],
        pair: session.pair ?? false,
      });
    }
  }
  return { examples, positions };
}

/** Batches of about `size` tokens (padding included), of sessions of like length, in random order. */
export function batches(examples: readonly Example[], size: number, random: () => number): Example[][] {
  const order = Array.from(examples, (example) => ({ example, key: example.rows.length + 0.999 * random() }));
  order.sort((a, b) => a.key - b.key);
  const result: Example[][] = [];
  let batch: Example[] = [];
  for (const { example } of order) {
    const longest = Math.max(batch[0]?.rows.length ?? 0, example.rows.length);
    if (batch.length > 0 && longest * (batch.length + 1) > size) {
      result.push(batch);
      batch = [];
    }
    batch.push(example);
  }
  if (batch.length > 0) result.push(batch);
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}
