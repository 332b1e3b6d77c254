import * as v from "valibot";
import { parseJson } from "./parse.js";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

const configSchema = v.object({
  dims: count,
  heads: count,
  feedForward: count,
  /** 0: attention readout alone. */
  blocks: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Sessions longer than this keep their newest tokens. */
  maxTokens: count,
  /** τ of the softmax of the cosines, a logit being cosine / temperature: what sessions not trained on are told best with. */
  temperature: v.pipe(v.number(), v.minValue(1e-3)),
  /** Probability of what was met together with the session's items, beside the softmax of the cosines; 0: none. */
  neighbourWeight: v.pipe(v.number(), v.minValue(0)),
});
export type EncoderConfig = v.InferOutput<typeof configSchema>;

const weightSpec = v.object({
  name: v.string(),
  shape: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
  dtype: v.literal("float32"),
  quantization: v.optional(v.object({ dtype: v.picklist(["uint8", "uint16"]), min: v.number(), scale: v.number() })),
});
export type WeightSpec = v.InferOutput<typeof weightSpec>;

const numbers = v.array(v.pipe(v.number(), v.finite()));

const manifestSchema = v.object({
  format: v.literal("presently.encoder/1"),
  config: configSchema,
  /** The weights file's name, beside this manifest, as in TF.js's weights manifest. */
  weightsManifest: v.pipe(v.array(v.object({ paths: v.array(v.string()), weights: v.array(weightSpec) })), v.length(1)),
  /** Sessions with the persona which every backend must give for them. */
  golden: v.array(
    v.object({
      name: v.string(),
      /** [tokens, dims] */
      vectors: v.array(numbers),
      types: numbers,
      dwells: numbers,
      gaps: numbers,
      persona: numbers,
      attention: numbers,
      /** Logits of a return to each token's item. */
      repeat: numbers,
      /** Expected 1 − cosine between persona and next item. */
      spread: v.number(),
    }),
  ),
});

/** A TF.js weights manifest with the encoder's configuration and golden vectors. */
export type EncoderManifest = v.InferOutput<typeof manifestSchema>;

/** @throws PresentlyError `encoder/invalid` */
export function parseEncoderManifest(text: string): EncoderManifest {
  return parseJson(manifestSchema, text, "encoder/invalid", "The encoder's manifest");
}
