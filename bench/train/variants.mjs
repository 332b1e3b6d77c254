import { pathToFileURL } from "node:url";
import { at } from "../../scripts/process.mjs";
import { lift, principalDirections, project } from "./principal.mjs";

const { encodeTensors, parseShard, parseTensors, quantizeRows } = await import(pathToFileURL(at("dist/esm/contract/index.js")).href);

const f32 = (data, ...shape) => ({ dtype: "F32", shape, data });
const i8 = (data, ...shape) => ({ dtype: "I8", shape, data });

/** Two rows' values a byte, as a file of 4-bit rows would hold them. */
function packed(vectors, count, dims) {
  const data = new Uint8Array(vectors.length / 2);
  for (let i = 0; i < data.length; i++) data[i] = ((vectors[2 * i] & 15) << 4) | (vectors[2 * i + 1] & 15);
  return { dtype: "U8", shape: [count, dims / 2], data };
}

/** −7 … 7 with a scale per row, in int8 containers: what a file would halve, ranking computes with as it is. */
function fourBits(rows, dims) {
  const count = rows.length / dims;
  const vectors = new Int8Array(rows.length);
  const scale = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let max = 0;
    for (let d = 0; d < dims; d++) max = Math.max(max, Math.abs(rows[i * dims + d]));
    scale[i] = max / 7;
    if (max > 0) for (let d = 0; d < dims; d++) vectors[i * dims + d] = Math.round((rows[i * dims + d] / max) * 7);
  }
  return { vectors, scale };
}

/** Weights as they were trained, in the form in which releases have quantized ones. */
function floatEncoder(encoder, trained) {
  const specs = Array.from(trained, ([name, { shape }]) => ({ name, shape: [...shape], dtype: "float32" }));
  const weights = new Uint8Array(4 * Array.from(trained.values()).reduce((sum, { data }) => sum + data.length, 0));
  let at = 0;
  for (const { data } of trained.values()) {
    weights.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return { encoder: { ...encoder, weightsManifest: [{ paths: encoder.weightsManifest[0].paths, weights: specs }] }, weights: weights.buffer };
}

/**
 * Ways to publish one trained model. Each: the release's parts for the personas (`parts`), the shard that ranks (`shard`), what happens to a
 * persona between (`persona`), and the shard's file before it is packed (`file`).
 * @param published the release's parts as a page reads them, with `file`, the shard's bytes, unpacked
 */
export function variantsOf(model, published) {
  const { shard, encoder, weights, text, file } = published;
  const { dims, count } = shard;
  const rows = model.vectors;
  const { tensors, metadata } = parseTensors(file.buffer);
  const fileWith = (changes) => encodeTensors({ ...Object.fromEntries(tensors), ...changes }, metadata);
  // Publishing shortens the vectors of items that nobody has met.
  const exact = quantizeRows(rows, dims);
  const shortened = Float32Array.from(shard.scale, (scale, i) => (exact.scale[i] > 0 ? scale / exact.scale[i] : 1));
  const shorten = (scale) => scale.map((value, i) => value * shortened[i]);
  const same = (persona) => persona;

  const floatShard = { ...shard, vectors: rows, scale: shortened };
  const floatFile = fileWith({ vectors: f32(rows, count, dims), scale: f32(shortened, count) });
  const four = fourBits(rows, dims);
  const fourScale = shorten(four.scale);
  const fourShard = { ...shard, vectors: four.vectors, scale: fourScale };
  const uint8 = { encoder, weights, text };

  const half = (kept) => {
    const directions = principalDirections(rows, dims);
    const total = directions.reduce((sum, { length }) => sum + length, 0);
    const axes = directions.slice(0, kept).map(({ axis }) => axis);
    const explained = directions.slice(0, kept).reduce((sum, { length }) => sum + length, 0) / total;
    const projected = quantizeRows(project(rows, axes), kept);
    const traits = quantizeRows(project(floats(shard.traitRows, dims), axes), kept);
    const ownFile = fileWith({
      vectors: i8(projected.vectors, count, kept),
      scale: f32(shorten(projected.scale), count),
      traits: i8(traits.vectors, shard.traits.length, kept),
      mean: f32(project(shard.mean, axes), kept),
      axes: f32(project(shard.axes, axes), 2, kept),
      projection: f32(Float32Array.from(axes.flatMap((axis) => [...axis])), kept, dims),
    });
    const lifted = { ...shard, vectors: lift(floats(projected, kept), axes), scale: shortened };
    return {
      name: `uint8 encoder, int8 vectors of ${kept} principal directions (${(100 * explained).toFixed(1)} % of the length)`,
      parts: { ...uint8, shard: lifted },
      shard: parseShard(ownFile.buffer),
      persona: (persona) => project(persona, axes),
      file: ownFile,
    };
  };

  return [
    {
      name: "float32 encoder, float32 vectors",
      parts: { ...floatEncoder(encoder, model.encoder), text, shard: floatShard },
      shard: floatShard,
      persona: same,
      file: floatFile,
    },
    { name: "uint8 encoder, float32 vectors", parts: { ...uint8, shard: floatShard }, shard: floatShard, persona: same, file: floatFile },
    { name: "uint8 encoder, int8 vectors (published)", parts: { ...uint8, shard }, shard, persona: same, file },
    {
      name: "uint8 encoder, 4-bit vectors",
      parts: { ...uint8, shard: fourShard },
      shard: fourShard,
      persona: same,
      file: fileWith({ vectors: packed(four.vectors, count, dims), scale: f32(fourScale, count) }),
    },
    half(dims / 2),
  ];
}

function floats({ vectors, scale }, dims) {
  return Float32Array.from(vectors, (value, i) => value * scale[Math.floor(i / dims)]);
}
