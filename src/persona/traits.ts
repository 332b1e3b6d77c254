import type { Trait } from "../contract/engine.js";
import { dequantizeRow, type Shard } from "../contract/shard.js";

/** Below this a lean is noise of the quantization and of small groups. */
const MIN_STRENGTH = 0.05;

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d] * b[d];
  return sum;
}

/**
 * The attribute values nearest to the persona, beyond what the average persona (the mean of all items) shows, strongest first.
 * @param persona unit vector [dims]
 */
export function traits(shard: Shard, persona: Float32Array, limit: number): readonly Trait[] {
  const meanLength = Math.sqrt(dot(shard.mean, shard.mean)) || 1;
  const value = new Float32Array(shard.dims);
  const found: Trait[] = [];
  shard.traits.forEach((trait, row) => {
    dequantizeRow(shard.traitRows, row, shard.dims, value);
    const length = Math.sqrt(dot(value, value));
    if (length === 0) return;
    const strength = dot(value, persona) / length - dot(value, shard.mean) / (length * meanLength);
    if (strength >= MIN_STRENGTH) found.push({ attribute: trait.attribute, value: trait.value, strength });
  });
  return found.sort((a, b) => b.strength - a.strength).slice(0, limit);
}
