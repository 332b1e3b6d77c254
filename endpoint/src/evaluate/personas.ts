import * as tf from "@tensorflow/tfjs-core";
import { dequantizeRow, type EncoderManifest, type Shard } from "presently/contract";
import { decodeWeights, encode, type SessionToken, sessionTokens } from "presently/model";
import { startTensors } from "../train/backend.js";
import type { TrainingSession } from "../train/data.js";

/** What the evaluation needs of a release, as the page reads it. */
export interface ReleaseParts {
  readonly shard: Shard;
  readonly encoder: EncoderManifest;
  readonly weights: ArrayBuffer;
}

/** The persona after a prefix of a session, and the item that came next. */
export interface Prefix {
  /** Null where the release knows nothing of the prefix, which is ranked as a cold page is. */
  readonly persona: Float32Array | null;
  /** Rows of the session's items with their attention. */
  readonly attention: readonly (readonly [row: number, attention: number])[];
  /** Logits of a return to the session's items, by row. */
  readonly repeats: ReadonlyMap<number, number>;
  /** Rows of the session's items so far, newest last. */
  readonly seen: readonly number[];
  /** Row of the next item; −1 where training has not seen it. */
  readonly target: number;
  /** 1 − cosine of persona and next item: what the encoder's spread expects, and what it is. NaN without persona or target. */
  readonly expectedDistance: number;
  readonly distance: number;
}

const BATCH_TOKENS = 2048;

interface Wanted {
  readonly token: number;
  readonly seen: readonly number[];
  readonly target: number;
}

interface Span {
  readonly tokens: readonly SessionToken[];
  readonly rows: readonly number[];
  /** Tokens of the span after which a persona is wanted, with the item that follows. */
  readonly wanted: readonly Wanted[];
}

export interface PrefixOptions {
  /** Shortest prefix, in items. */
  readonly minPrefix: number;
  /** Only each session's last item. */
  readonly lastOnly: boolean;
}

/** A causal encoder gives the personas after all events of a session at once; only prefixes longer than it can hold need runs of their own. */
function spans(session: TrainingSession, shard: Shard, maxTokens: number, { minPrefix, lastOnly }: PrefixOptions): Span[] {
  const all = sessionTokens(session.events, Number.MAX_SAFE_INTEGER).filter(({ kind }) => kind === "item");
  const allRows = all.map(({ value }) => shard.row(value));
  const first: Wanted[] = [];
  const unknown: Wanted[] = [];
  const own: Span[] = [];
  const tokens = all.filter((_, i) => allRows[i] >= 0);
  const rows = allRows.filter((row) => row >= 0);
  let known = 0;
  for (let next = 1; next < all.length; next++) {
    if (allRows[next - 1] >= 0) known++;
    if (next < minPrefix || (lastOnly && next < all.length - 1)) continue;
    const wanted = { seen: rows.slice(0, known), target: allRows[next] };
    if (known === 0) unknown.push({ ...wanted, token: -1 });
    else if (known <= maxTokens) first.push({ ...wanted, token: known - 1 });
    else
      own.push({ tokens: tokens.slice(known - maxTokens, known), rows: rows.slice(known - maxTokens, known), wanted: [{ ...wanted, token: maxTokens - 1 }] });
  }
  if (first.length > 0) own.push({ tokens: tokens.slice(0, maxTokens), rows: rows.slice(0, maxTokens), wanted: first });
  if (unknown.length > 0) own.push({ tokens: [], rows: [], wanted: unknown });
  return own;
}

/** The same prefixes without personas, for baselines. */
export function prefixTargets(session: TrainingSession, shard: Shard, options: PrefixOptions): Pick<Prefix, "seen" | "target">[] {
  return spans(session, shard, Number.MAX_SAFE_INTEGER, options).flatMap(({ wanted }) => wanted);
}

/** Prefixes of the sessions with their personas, from the release's own weights and int8 rows, in batches. */
export async function* personas(
  { shard, encoder, weights }: ReleaseParts,
  sessions: readonly TrainingSession[],
  options: PrefixOptions,
): AsyncGenerator<Prefix[]> {
  await startTensors();
  const { config } = encoder;
  const d = config.dims;
  const named = Object.fromEntries(Array.from(decodeWeights(encoder, weights), ([name, { shape, data }]) => [name, tf.tensor(data, [...shape])]));
  try {
    const all = sessions.flatMap((session) => spans(session, shard, config.maxTokens, options));
    const blank = { persona: null, attention: [], repeats: new Map(), expectedDistance: Number.NaN, distance: Number.NaN };
    yield all.flatMap(({ tokens, wanted }) => (tokens.length > 0 ? [] : wanted.map((one) => ({ ...one, ...blank }))));
    const vectorOf = (row: number, into: Float32Array, at: number) => {
      dequantizeRow(shard, row, d, into, at);
      const length = Math.hypot(...into.subarray(at, at + d)) || 1;
      for (let k = at; k < at + d; k++) into[k] /= length;
    };
    const next = new Float32Array(d);
    const distance = (persona: Float32Array, target: number) => {
      if (target < 0) return Number.NaN;
      vectorOf(target, next, 0);
      return 1 - persona.reduce((sum, value, k) => sum + value * next[k], 0);
    };
    const queue = all.filter(({ tokens }) => tokens.length > 0);
    queue.sort((a, b) => a.tokens.length - b.tokens.length);
    for (let from = 0; from < queue.length; ) {
      let to = from + 1;
      while (to < queue.length && (to - from + 1) * queue[to].tokens.length <= BATCH_TOKENS) to++;
      const batch = queue.slice(from, to);
      from = to;
      const T = batch[batch.length - 1].tokens.length;
      const vectors = new Float32Array(batch.length * T * d);
      batch.forEach(({ rows }, b) => {
        rows.forEach((row, t) => {
          vectorOf(row, vectors, (b * T + t) * d);
        });
      });
      const column = (field: "type" | "dwell" | "gap") => {
        const values = new Int32Array(batch.length * T);
        batch.forEach(({ tokens }, b) => {
          tokens.forEach((token, t) => {
            values[b * T + t] = t === 0 && field === "gap" ? 0 : token[field];
          });
        });
        return tf.tensor2d(values, [batch.length, T], "int32");
      };
      const outputs = tf.tidy(() => {
        const input = { vectors: tf.tensor3d(vectors, [batch.length, T, d]), types: column("type"), dwells: column("dwell"), gaps: column("gap") };
        const { persona, attention, repeat, spread } = encode(named, input, config);
        return [persona, attention, repeat, spread];
      });
      const [values, attention, repeat, spread] = outputs.map((one) => one.dataSync<"float32">());
      tf.dispose(outputs);
      yield batch.flatMap(({ wanted, rows }, b) =>
        wanted.map(({ token, seen, target }) => {
          const persona = values.slice((b * T + token) * d, (b * T + token + 1) * d);
          return {
            persona,
            attention: Array.from({ length: token + 1 }, (_, s) => [rows[s], attention[(b * T + token) * T + s]] as const),
            repeats: new Map(Array.from({ length: token + 1 }, (_, s) => [rows[s], repeat[(b * T + token) * T + s]])),
            seen,
            target,
            expectedDistance: target < 0 ? Number.NaN : spread[b * T + token],
            distance: distance(persona, target),
          };
        }),
      );
    }
  } finally {
    tf.dispose(named);
  }
}
