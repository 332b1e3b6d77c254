import * as tf from "@tensorflow/tfjs-core";
import { dequantizeRow, type EncoderManifest, type Shard, type TextTable } from "presently/contract";
import { decodeWeights, encode, type SessionToken, sessionTokens, tokenVectors, type VectorToken } from "presently/model";
import { startTensors } from "../train/backend.js";
import type { TrainingSession } from "../train/data.js";
import { columnsOf, encoderBatch, encoderTensors } from "../train/encoder-batch.js";

/** What the evaluation needs of a release, as the page reads it. */
export interface ReleaseParts {
  readonly shard: Shard;
  readonly text: TextTable;
  readonly encoder: EncoderManifest;
  readonly weights: ArrayBuffer;
}

/** The persona after a prefix of a session, and the item that came next. */
export interface Prefix {
  /** Null where the release knows nothing of the prefix, which is ranked as a cold page is. */
  readonly persona: Float32Array | null;
  /** Rows of the session's items as the encoder saw them, newest last. */
  readonly rows: readonly number[];
  /** Logits of a return to each; null where the encoder is not asked. */
  readonly repeat: readonly number[] | null;
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
  readonly tokens: readonly VectorToken[];
  /** Tokens of the span after which a persona is wanted, with the item that follows. */
  readonly wanted: readonly Wanted[];
}

export interface PrefixOptions {
  /** Shortest prefix, in items. */
  readonly minPrefix: number;
  /** Only each session's last item. */
  readonly lastOnly: boolean;
}

/** The items to predict, each with those before it, and where it stands among the tokens. */
function targets(tokens: readonly SessionToken[], shard: Shard, { minPrefix, lastOnly }: PrefixOptions) {
  const items = tokens.flatMap(({ kind, value }, at) => (kind === "item" ? [{ at, row: shard.row(value) }] : []));
  const rows: number[] = [];
  return items.flatMap(({ at, row }, next) => {
    const asked = next > 0 && next >= minPrefix && (!lastOnly || next === items.length - 1);
    const target = asked ? [{ at, target: row, seen: [...rows] }] : [];
    if (row >= 0) rows.push(row);
    return target;
  });
}

/** A causal encoder gives the personas after all events of a session at once; only prefixes longer than it can hold need runs of their own. */
function spans(session: TrainingSession, { shard, text, encoder }: ReleaseParts, options: PrefixOptions): Span[] {
  const { maxTokens } = encoder.config;
  const all = sessionTokens(session.events, Number.MAX_SAFE_INTEGER);
  const tokens = tokenVectors(all, shard, text);
  // Known tokens before each: what the release knows nothing of is left out.
  const before: number[] = [];
  let known = 0;
  for (const { kind, value, event } of all) {
    before.push(known);
    const next = tokens[known];
    if (next?.kind === kind && next.value === value && next.event === event) known++;
  }
  const first: Wanted[] = [];
  const unknown: Wanted[] = [];
  const own: Span[] = [];
  for (const { at, ...wanted } of targets(all, shard, options)) {
    const count = before[at];
    if (count === 0) unknown.push({ ...wanted, token: -1 });
    else if (count <= maxTokens) first.push({ ...wanted, token: count - 1 });
    else own.push({ tokens: tokens.slice(count - maxTokens, count), wanted: [{ ...wanted, token: maxTokens - 1 }] });
  }
  if (first.length > 0) own.push({ tokens: tokens.slice(0, maxTokens), wanted: first });
  if (unknown.length > 0) own.push({ tokens: [], wanted: unknown });
  return own;
}

/** The same prefixes without personas, for baselines. */
export function prefixTargets(session: TrainingSession, shard: Shard, options: PrefixOptions): Pick<Prefix, "seen" | "target">[] {
  return targets(sessionTokens(session.events, Number.MAX_SAFE_INTEGER), shard, options);
}

/** Prefixes of the sessions with their personas, from the release's own weights and int8 rows, in batches. */
export async function* personas(parts: ReleaseParts, sessions: readonly TrainingSession[], options: PrefixOptions): AsyncGenerator<Prefix[]> {
  await startTensors();
  const { shard, encoder, weights } = parts;
  const { config } = encoder;
  const d = config.dims;
  const named = encoderTensors(decodeWeights(encoder, weights));
  try {
    const all = sessions.flatMap((session) => spans(session, parts, options));
    const blank = { persona: null, rows: [], repeat: null, expectedDistance: Number.NaN, distance: Number.NaN };
    yield all.flatMap(({ tokens, wanted }) => (tokens.length > 0 ? [] : wanted.map((one) => ({ ...one, ...blank }))));
    const next = new Float32Array(d);
    const distance = (persona: Float32Array, target: number) => {
      if (target < 0) return Number.NaN;
      dequantizeRow(shard, target, d, next);
      return 1 - persona.reduce((sum, value, k) => sum + value * next[k], 0) / Math.hypot(...next);
    };
    const queue = all.filter(({ tokens }) => tokens.length > 0);
    queue.sort((a, b) => a.tokens.length - b.tokens.length);
    for (let from = 0; from < queue.length; ) {
      let to = from + 1;
      while (to < queue.length && (to - from + 1) * queue[to].tokens.length <= BATCH_TOKENS) to++;
      const batch = queue.slice(from, to);
      from = to;
      const T = batch[batch.length - 1].tokens.length;
      const outputs = tf.tidy(() => {
        const columns = batch.map(({ tokens }) => columnsOf(tokens));
        const { persona, repeat, spread } = encode(named, encoderBatch(columns, d), config);
        return [persona, repeat, spread];
      });
      const [values, repeat, spread] = outputs.map((one) => one.dataSync<"float32">());
      tf.dispose(outputs);
      yield batch.flatMap(({ wanted, tokens }, b) =>
        wanted.map(({ token, seen, target }) => {
          const items = tokens.slice(0, token + 1).flatMap(({ row }, s) => (row >= 0 ? [[row, (b * T + token) * T + s] as const] : []));
          const persona = values.slice((b * T + token) * d, (b * T + token + 1) * d);
          return {
            persona,
            rows: items.map(([row]) => row),
            repeat: items.map(([, at]) => repeat[at]),
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
