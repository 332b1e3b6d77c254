import type { Neighbours } from "../contract/neighbours.js";

/** The mean of the given rows' shares, and of each row the given one that says most for it. */
export function graphShares(graph: Neighbours | undefined, given: readonly number[]): { shares: Map<number, number>; partner: Map<number, number> } {
  const shares = new Map<number, number>();
  const partner = new Map<number, number>();
  const most = new Map<number, number>();
  if (graph)
    for (const from of given)
      for (let at = graph.offsets[from]; at < graph.offsets[from + 1]; at++) {
        const row = graph.rows[at];
        const share = graph.weights[at] / 255;
        shares.set(row, (shares.get(row) ?? 0) + share / given.length);
        if (share > (most.get(row) ?? 0)) {
          most.set(row, share);
          partner.set(row, from);
        }
      }
  return { shares, partner };
}
