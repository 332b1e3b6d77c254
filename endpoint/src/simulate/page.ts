import * as tf from "@tensorflow/tfjs-core";
import { type PresentlyEvent, parseRankingRequest, type RankingRequest, type RankingRequestInput } from "presently/contract";
import { decodeWeights, encode, sessionTokens, tokenVectors, type VectorToken } from "presently/model";
import { bySession, createKernel, createRanker, createRuleSteps, type RankContext, type RankedRows, type SessionFacts } from "presently/rank";
import { columnsOf, encoderBatch, encoderTensors } from "../train/encoder-batch.js";
import type { FetchedRelease } from "./release.js";

/** What a shopper's page does with a release: session → persona → ranking, with the SDK's own session input, encoder, kernel and second stage. */
export interface Page {
  readonly version: number;
  /** Item ids in order, each with the probability with which it got its place. */
  rank(events: readonly PresentlyEvent[], request: Omit<RankingRequestInput, "kind">, random: () => number): readonly { item_id: string; propensity: number }[];
  /** Encodes the session; what it gives ranks, as often as one likes. */
  prepare(events: readonly PresentlyEvent[], request: RankingRequestInput, random: () => number, session?: SessionFacts): () => RankedRows;
  /** A ranking of any kind under any rules, as rows of the shard. */
  ranking(events: readonly PresentlyEvent[], request: RankingRequestInput, random: () => number, session?: SessionFacts): RankedRows;
  dispose(): void;
}

export async function createPage({ release, shard, text, encoder, weights }: FetchedRelease): Promise<Page> {
  const { config } = encoder;
  const kernel = await createKernel(shard);
  const ranker = createRanker(shard, kernel, createRuleSteps(shard, kernel));
  const named = encoderTensors(decodeWeights(encoder, weights));

  function persona(tokens: readonly VectorToken[]) {
    const count = tokens.length;
    return tf.tidy(() => {
      const result = encode(named, encoderBatch([columnsOf(tokens)], shard.dims), config);
      return {
        persona: result.persona.dataSync<"float32">().slice(-shard.dims),
        attention: result.attention.dataSync<"float32">().slice(-count),
        repeat: result.repeat.dataSync<"float32">().slice(-count),
        spread: result.spread.dataSync<"float32">()[count - 1],
      };
    });
  }

  function prepare(events: readonly PresentlyEvent[], request: RankingRequest, random: () => number, session?: SessionFacts): () => RankedRows {
    const tokens = tokenVectors(sessionTokens(events, config.maxTokens), shard, text);
    const encoded = tokens.length ? persona(tokens) : null;
    const rows = tokens.map(({ row }) => row);
    const context: RankContext = {
      persona: encoded?.persona ?? null,
      confidence: encoded ? Math.min(1, Math.max(0, 1 - encoded.spread)) : 0,
      tokens: tokens.map((token, i) => ({ ...token, label: token.value, attention: encoded?.attention[i] ?? 0 })),
      temperature: config.temperature,
      neighbourWeight: config.neighbourWeight,
      ...bySession({ shard, encoder }, rows, encoded?.repeat ?? null),
      ...(session && { session }),
      random,
    };
    return () => ranker.rank(request, context);
  }

  return {
    version: release.version,
    rank(events, request, random) {
      const { items } = prepare(events, parseRankingRequest({ ...request, kind: "recommend" }), random)();
      return items.map(({ row, propensity }) => ({ item_id: shard.id(row), propensity }));
    },
    prepare: (events, request, random, session) => prepare(events, parseRankingRequest(request), random, session),
    ranking: (events, request, random, session) => prepare(events, parseRankingRequest(request), random, session)(),
    dispose: () => tf.dispose(named),
  };
}
