import type { EncoderManifest } from "../contract/encoder.js";
import type { PersonaToken } from "../contract/engine.js";
import type { ItemCard } from "../contract/items.js";
import type { Shard } from "../contract/shard.js";
import type { VectorToken } from "../model/vectors.js";
import type { RankContext } from "../rank/ranker.js";
import { rescorer } from "../rank/rescore.js";
import type { EncodedSession } from "./context.js";

/** 0 … 1: the expected cosine to the next item. */
export function confidence({ output }: EncodedSession): number {
  return output ? Math.min(1, Math.max(0, 1 - output.spread)) : 0;
}

function label(token: VectorToken, release: { card(row: number): ItemCard } | null): string {
  return (token.row >= 0 && release?.card(token.row).title) || token.value;
}

export const toldTokens = ({ tokens, output }: EncodedSession, release: { card(row: number): ItemCard } | null): PersonaToken[] =>
  tokens.map((token, i) => ({
    kind: token.kind,
    value: token.value,
    label: label(token, release),
    interaction: token.interaction,
    attention: output?.attention[i] ?? 0,
  }));

/** What the session gives to a ranking: the persona, the tokens for reasons, what returns weigh, and the release's second stage. */
export function rankContext(
  session: EncodedSession,
  release: { readonly encoder: Pick<EncoderManifest, "config" | "head">; readonly shard: Shard; card(row: number): ItemCard },
): Pick<RankContext, "persona" | "confidence" | "tokens" | "boosts" | "rescore"> {
  const { tokens, output } = session;
  const { temperature } = release.encoder.config;
  // Logits of the training softmax → units of the score. Of an item's tokens the newest counts.
  const boosts = new Map(tokens.flatMap(({ row }, i) => (row >= 0 && output ? [[row, output.repeat[i] * temperature] as const] : [])));
  return {
    persona: output?.persona ?? null,
    confidence: confidence(session),
    tokens: toldTokens(session, release).map((token, i) => ({ ...token, vector: tokens[i].vector })),
    boosts,
    rescore: rescorer(release, tokens, { boosts, temperature }),
  };
}
