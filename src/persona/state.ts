import type { PersonaState } from "../contract/engine.js";
import type { PresentlyEvent } from "../contract/events.js";
import type { ItemCard } from "../contract/items.js";
import type { Shard } from "../contract/shard.js";
import { type EncodedSession, pageContext } from "./context.js";
import { mapPosition } from "./map.js";
import { summary } from "./summary.js";
import { confidence, toldTokens } from "./told.js";
import { type Score, traits } from "./traits.js";

const TRAITS = 8;

export function personaState(
  session: EncodedSession,
  events: readonly PresentlyEvent[],
  release: { readonly version: number; readonly shard: Shard; card(row: number): ItemCard; readonly score?: Score } | null,
): PersonaState {
  const { tokens, output, backend, milliseconds } = session;
  const seen = tokens.flatMap(({ row }) => (row >= 0 ? [row] : []));
  const leanings = output && release ? traits(release.shard, output.persona, seen, TRAITS, release.score) : [];
  const context = pageContext(events);
  return {
    vector: output?.persona ?? null,
    confidence: confidence(session),
    traits: leanings,
    context,
    summary: summary(leanings, context),
    tokens: toldTokens(session, release),
    position: output && release ? mapPosition(release.shard, output.persona) : null,
    release: release?.version ?? 0,
    backend,
    milliseconds,
  };
}
