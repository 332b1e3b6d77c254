import type { EncoderManifest, WeightSpec } from "../contract/encoder.js";
import { PresentlyError } from "../contract/errors.js";

export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Smaller tensors (norms, biases) stay float32: they cost little and matter much. */
const QUANTIZE_FROM = 1024;

const elements = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** TF.js' affine uint8 quantization, `value = byte * scale + min`, one scale per tensor; tensors one after another, unpadded. */
export function quantizeWeights(weights: ReadonlyMap<string, NamedArray>): { specs: WeightSpec[]; buffer: ArrayBuffer } {
  const specs: WeightSpec[] = [];
  const parts: Uint8Array[] = [];
  for (const [name, { shape, data }] of weights) {
    if (data.length < QUANTIZE_FROM) {
      specs.push({ name, shape: [...shape], dtype: "float32" });
      parts.push(new Uint8Array(data.slice().buffer));
      continue;
    }
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (const value of data) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    const scale = (max - min) / 255 || 1;
    specs.push({ name, shape: [...shape], dtype: "float32", quantization: { dtype: "uint8", min, scale } });
    parts.push(Uint8Array.from(data, (value) => Math.round((value - min) / scale)));
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { specs, buffer: bytes.buffer };
}

/** @throws PresentlyError `encoder/truncated` where the file is not as long as its manifest says */
export function decodeWeights(manifest: EncoderManifest, buffer: ArrayBuffer): Map<string, NamedArray> {
  const weights = new Map<string, NamedArray>();
  const view = new DataView(buffer);
  let at = 0;
  for (const { name, shape, quantization } of manifest.weightsManifest.flatMap((group) => group.weights)) {
    const count = elements(shape);
    const width = quantization ? (quantization.dtype === "uint8" ? 1 : 2) : 4;
    if (at + count * width > buffer.byteLength) throw wrongLength(buffer.byteLength);
    const data = new Float32Array(count);
    for (let i = 0; i < count; i++, at += width) {
      if (!quantization) data[i] = view.getFloat32(at, true);
      else data[i] = (width === 1 ? view.getUint8(at) : view.getUint16(at, true)) * quantization.scale + quantization.min;
    }
    weights.set(name, { shape, data });
  }
  if (at !== buffer.byteLength) throw wrongLength(buffer.byteLength);
  return weights;
}

const wrongLength = (bytes: number) =>
  new PresentlyError("encoder/truncated", `The encoder's weights have ${bytes} bytes, which is not what its manifest describes: publish the release again`);
