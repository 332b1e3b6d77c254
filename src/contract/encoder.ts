import { atLeast, checkedJson, finite, list, object, oneOf, optional, string, whole } from "./check.js";

export interface EncoderConfig {
  readonly dims: number;
  readonly heads: number;
  readonly feedForward: number;
  /** 0: attention readout alone. */
  readonly blocks: number;
  /** Sessions longer than this keep their newest tokens. */
  readonly maxTokens: number;
  /** τ of the softmax of the cosines, a logit being cosine / temperature: what sessions not trained on are told best with. */
  readonly temperature: number;
  /** Probability of what was met together with the session's items, beside the softmax of the cosines; 0: none. */
  readonly neighbourWeight: number;
}

export interface WeightSpec {
  readonly name: string;
  readonly shape: number[];
  readonly dtype: "float32";
  readonly quantization?: { readonly dtype: "uint8" | "uint16"; readonly min: number; readonly scale: number } | undefined;
}

/** A session with the persona which every backend must give for it. */
export interface GoldenSession {
  readonly name: string;
  /** [tokens, dims] */
  readonly vectors: number[][];
  readonly types: number[];
  readonly dwells: number[];
  readonly gaps: number[];
  readonly persona: number[];
  readonly attention: number[];
  /** Logits of a return to each token's item. */
  readonly repeat: number[];
  /** Expected 1 − cosine between persona and next item. */
  readonly spread: number;
}

/**
 * The second stage of a ranking: a network of one hidden layer which adds a logit to each of the first stage's best candidates (rank/head.ts),
 * trained on sessions that neither vectors nor encoder had seen.
 */
export interface RankingHead {
  /** [hidden, features], row-major. */
  readonly hidden: readonly number[];
  /** [hidden] each. */
  readonly bias: readonly number[];
  readonly output: readonly number[];
}

/** A TF.js weights manifest with the encoder's configuration and golden vectors. */
export interface EncoderManifest {
  readonly format: "presently.encoder/1";
  readonly config: EncoderConfig;
  /** The weights file's name, beside this manifest, as in TF.js's weights manifest. One group. */
  readonly weightsManifest: { readonly paths: string[]; readonly weights: WeightSpec[] }[];
  readonly golden: GoldenSession[];
  /** Releases of few sessions have none. */
  readonly head?: RankingHead | undefined;
}

const count = whole(1);
const values = list(finite);

const manifest = object<EncoderManifest>({
  format: oneOf("presently.encoder/1"),
  config: object<EncoderConfig>({
    dims: count,
    heads: count,
    feedForward: count,
    blocks: whole(0),
    maxTokens: count,
    temperature: atLeast(1e-3),
    neighbourWeight: atLeast(0),
  }),
  weightsManifest: list(
    object<EncoderManifest["weightsManifest"][number]>({
      paths: list(string),
      weights: list(
        object<WeightSpec>({
          name: string,
          shape: list(whole(0)),
          dtype: oneOf("float32"),
          quantization: optional<WeightSpec["quantization"]>(
            object<NonNullable<WeightSpec["quantization"]>>({ dtype: oneOf("uint8", "uint16"), min: finite, scale: finite }),
          ),
        }),
      ),
    }),
    1,
    1,
  ),
  golden: list(
    object<GoldenSession>({
      name: string,
      vectors: list(values),
      types: values,
      dwells: values,
      gaps: values,
      persona: values,
      attention: values,
      repeat: values,
      spread: finite,
    }),
  ),
  // Looked at where it is used (rank/rescore.ts), after a page's first lists.
  head: (value) => value as RankingHead | undefined,
});

/** @throws PresentlyError `encoder/invalid` */
export function parseEncoderManifest(text: string): EncoderManifest {
  return checkedJson(manifest, text, "encoder/invalid", "The encoder's manifest");
}
