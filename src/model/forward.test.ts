import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import type { EncoderConfig } from "../contract/encoder.js";
import { encode, encoderWeights } from "./encoder.js";
import { forward } from "./forward.js";
import { DWELL_BUCKETS, GAP_BUCKETS, INTERACTIONS } from "./tokens.js";

beforeAll(() => tf.setBackend("cpu"));

const shape = fc.record({
  heads: fc.constantFrom(1, 2, 4),
  blocks: fc.constantFrom(0, 1, 2),
  tokens: fc.integer({ min: 1, max: 9 }),
  numbers: fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })),
});

it("gives what the encoder gives after the last token, whatever its shape and the session", () => {
  fc.assert(
    fc.property(shape, ({ tokens, numbers, ...given }) => {
      const config: EncoderConfig = { ...given, dims: 16, feedForward: 24, maxTokens: 6, temperature: 0.07, neighbourWeight: 0 };
      const draw = () => numbers.next().value as number;
      const values = (count: number) => Float32Array.from({ length: count }, draw);
      const weights = new Map(encoderWeights(config).map(({ name, shape }) => [name, { shape, data: values(shape.reduce((a, b) => a * b, 1)) }]));
      const vectors = Array.from({ length: tokens }, () => {
        const vector = values(config.dims);
        const length = Math.hypot(...vector) || 1;
        return vector.map((value) => value / length);
      });
      const ids = (count: number) => Array.from({ length: tokens }, () => Math.floor(((draw() + 1) / 2) * (count - 1e-9)));
      const input = { vectors, types: ids(INTERACTIONS.length), dwells: ids(DWELL_BUCKETS), gaps: ids(GAP_BUCKETS) };

      const direct = forward(weights, config, input);
      const expected = tf.tidy(() => {
        const column = (list: number[]) => tf.tensor2d(list, [1, tokens], "int32");
        const result = encode(
          Object.fromEntries(Array.from(weights, ([name, { shape, data }]) => [name, tf.tensor(data, [...shape])])),
          {
            vectors: tf.tensor3d(
              vectors.flatMap((vector) => [...vector]),
              [1, tokens, config.dims],
            ),
            types: column(input.types),
            dwells: column(input.dwells),
            gaps: column(input.gaps),
          },
          config,
        );
        const row = (tensor: tf.Tensor, width: number) => Array.from(tensor.dataSync()).slice((tokens - 1) * width, tokens * width);
        return {
          persona: row(result.persona, config.dims),
          attention: row(result.attention, tokens),
          repeat: row(result.repeat, tokens),
          spread: row(result.spread, 1),
        };
      });
      const near = (actual: ArrayLike<number>, wanted: number[]) =>
        wanted.forEach((value, i) => void expect(Math.abs(actual[i] - value)).toBeLessThan(1e-4 * Math.max(1, Math.abs(value))));
      near(direct.persona, expected.persona);
      near(direct.attention, expected.attention);
      near(direct.repeat, expected.repeat);
      near([direct.spread], expected.spread);
    }),
    { numRuns: 60 },
  );
});
