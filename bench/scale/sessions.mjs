import { seeded } from "./source.mjs";

/** Each item seen counts this much of the one after it. */
const RECENCY = 0.6;
/** How often a shopper turns to something else, drawn by popularity. */
const TURN = 0.2;
const NEAR = 50;

/**
 * Shoppers who know nothing of partitions: each views what the full scan has among the nearest of their persona, a recency-weighted mean of
 * what they viewed, and now and then something else. Steps: { persona, viewed ids, the full scan's best }.
 */
export function walk(full, kernel, { steps, seed, k }) {
  const random = seeded(seed);
  const popular = () => {
    // The more popular of some at random.
    let best = Math.floor(random() * full.count);
    for (let i = 0; i < 16; i++) {
      const other = Math.floor(random() * full.count);
      if (full.prior[other] > full.prior[best]) best = other;
    }
    return best;
  };
  const session = [];
  const viewed = [];
  let next = popular();
  for (let step = 0; step < steps; step++) {
    viewed.push(next);
    const persona = new Float32Array(full.dims);
    viewed.forEach((row, i) => {
      const weight = RECENCY ** (viewed.length - 1 - i) * full.scale[row];
      for (let d = 0; d < full.dims; d++) persona[d] += weight * full.vectors[row * full.dims + d];
    });
    const length = Math.hypot(...persona);
    for (let d = 0; d < full.dims; d++) persona[d] /= length;
    const { rows } = kernel.search(persona, { k: Math.max(k, NEAR) });
    session.push({ persona, ids: viewed.map((row) => `sku-${row}`), best: Array.from(rows.subarray(0, k), (row) => `sku-${row}`) });
    const open = [...rows].filter((row) => !viewed.includes(row));
    next = random() < TURN ? popular() : open[Math.floor(random() * open.length)];
  }
  return session;
}
