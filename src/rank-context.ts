import type { EncoderManifest } from "./contract/encoder.js";
import type { ItemCard } from "./contract/items.js";
import type { Shard } from "./contract/shard.js";
import { confidence, type EncodedSession, toldTokens } from "./persona/index.js";
import { bySession, type RankContext } from "./rank/index.js";

/** What the session gives to a ranking: the persona, the tokens for reasons, what returns weigh, and the release's second stage. */
export function rankContext(
  session: EncodedSession,
  release: { readonly encoder: Pick<EncoderManifest, "config" | "head">; readonly shard: Shard; card(row: number): ItemCard },
): Pick<RankContext, "persona" | "confidence" | "tokens" | "seen" | "boosts" | "rescore"> {
  const { tokens, output } = session;
  return {
    persona: output?.persona ?? null,
    confidence: confidence(session),
    tokens: toldTokens(session, release).map((token, i) => ({ ...token, vector: tokens[i].vector })),
    ...bySession(
      release,
      tokens.map(({ row }) => row),
      output?.repeat ?? null,
    ),
  };
}
