import type { Reason, ReasonKind } from "../contract/ranking.js";
import { dequantizeRow, type Shard } from "../contract/shard.js";

/** A token of the session as the encoder saw it. */
export interface ContextToken {
  readonly kind: "item" | "query" | "category";
  readonly value: string;
  readonly label: string;
  readonly interaction: string;
  readonly attention: number;
  /** Unit vector [dims]. */
  readonly vector: Float32Array;
}

function kindOf({ kind, interaction }: ContextToken): ReasonKind {
  if (kind === "query") return "searched";
  if (kind === "category") return "browsed";
  return interaction === "cart" ? "cart" : "viewed";
}

/**
 * Why a row scores as it does. The persona is Σ attention · vector, so a row's score is Σ attention · cosine:
 * the token with the largest part is the reason. Null where no token speaks for it.
 */
export function reasonFor(shard: Shard, row: number, tokens: readonly ContextToken[]): Reason | null {
  if (tokens.length === 0) return null;
  const vector = dequantizeRow(shard, row, shard.dims);
  const parts = tokens.map((token) => {
    let cosine = 0;
    for (let d = 0; d < shard.dims; d++) cosine += token.vector[d] * vector[d];
    return Math.max(0, cosine * token.attention);
  });
  const total = parts.reduce((sum, part) => sum + part, 0);
  if (!(total > 0)) return null;
  // What one and the same item or search contributed through several tokens counts together.
  const shares = new Map<string, { token: ContextToken; part: number }>();
  tokens.forEach((token, i) => {
    const key = `${token.kind} ${token.value}`;
    shares.set(key, { token, part: parts[i] + (shares.get(key)?.part ?? 0) });
  });
  const { token, part } = [...shares.values()].reduce((best, share) => (share.part > best.part ? share : best));
  return { kind: kindOf(token), label: token.label, ...(token.kind === "item" && { item_id: token.value }), share: part / total };
}
