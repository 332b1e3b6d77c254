import type { PersonaToken } from "../contract/engine.js";
import type { ItemCard } from "../contract/items.js";
import type { VectorToken } from "../model/vectors.js";
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
