import * as tf from "@tensorflow/tfjs-core";
import type { EncoderManifest } from "../contract/encoder.js";
import type { BackendName } from "../contract/engine.js";
import { PresentlyError } from "../contract/errors.js";
import { encode } from "../model/encoder.js";
import type { ForwardInput, ForwardOutput } from "../model/forward.js";
import { decodeWeights } from "../model/weights.js";
import { type BackendModule, type BackendOptions, NEVER, type StartedBackend } from "./backends/backend.js";
import { compareGolden } from "./golden.js";

/** The encoder of one release on one backend. */
export interface Encoder {
  run(input: ForwardInput): Promise<ForwardOutput>;
  dispose(): Promise<void>;
}

/** Sessions are padded to these lengths, so that GPU programs compiled for one serve many. */
const LENGTHS = [4, 8, 16, 32, 64, 128, 256];

/** tfjs has one current backend: whoever uses it does so alone, until its result is read back. */
let turn: Promise<unknown> = Promise.resolve();

function exclusive<T>(backend: BackendName, work: () => T | Promise<T>): Promise<T> {
  const result = turn.then(async () => {
    if (tf.getBackend() !== backend && !(await tf.setBackend(backend)))
      throw new PresentlyError("persona/unavailable", `The backend ${backend} does not start`);
    return work();
  });
  turn = result.catch(() => {});
  return result;
}

const started = new Map<BackendName, Promise<StartedBackend>>();

/** Starts a backend once per thread; later releases find it running. A backend that failed may be tried again. */
export function startBackend(name: BackendName, load: () => Promise<BackendModule>, options: BackendOptions): Promise<StartedBackend> {
  let running = started.get(name);
  if (!running) {
    running = load().then((module) => module.start(options));
    started.set(name, running);
    running.catch(() => started.delete(name));
  }
  return running;
}

/** Takes a backend whose device is gone out of tfjs, with all its tensors. */
export function removeBackend(name: BackendName): void {
  started.delete(name);
  try {
    tf.removeBackend(name);
  } catch {
    // It frees buffers of a device that no longer exists.
  }
}

/** @param lost a read that waits for a device which goes away may wait for ever: it ends with this */
export async function createEncoder(backend: BackendName, manifest: EncoderManifest, buffer: ArrayBuffer, lost: Promise<string> = NEVER): Promise<Encoder> {
  const { config } = manifest;
  let gone: string | null = null;
  let abandon = (_reason: string) => {};
  lost.then((reason) => {
    gone = reason;
    abandon(reason);
  });
  const decoded = decodeWeights(manifest, buffer);
  const weights = await exclusive(backend, () =>
    Object.fromEntries(Array.from(decoded, ([name, { shape, data }]) => [name, tf.tensor(data, [...shape], "float32")])),
  );

  /** Rows of the last token, as one tensor, so that the GPU is read once. */
  function lastRow(input: ForwardInput, tokens: number): tf.Tensor1D {
    const padded = LENGTHS.find((length) => length >= tokens) ?? tokens;
    // The padding repeats the last token. It comes after all that is read, and the encoder is causal.
    const at = (i: number) => Math.min(i, tokens - 1);
    const vectors = new Float32Array(padded * config.dims);
    for (let i = 0; i < padded; i++) vectors.set(input.vectors[at(i)], i * config.dims);
    const column = (values: readonly number[]) =>
      tf.tensor2d(
        Int32Array.from({ length: padded }, (_, i) => values[at(i)]),
        [1, padded],
        "int32",
      );
    return tf.tidy(() => {
      const { persona, attention, repeat, spread } = encode(
        weights,
        {
          vectors: tf.tensor3d(vectors, [1, padded, config.dims]),
          types: column(input.types),
          dwells: column(input.dwells),
          gaps: column(input.gaps),
        },
        config,
      );
      const last = tokens - 1;
      return tf.concat([
        tf.reshape(tf.slice(persona, [0, last, 0], [1, 1, config.dims]), [-1]) as tf.Tensor1D,
        tf.reshape(tf.slice(attention, [0, last, 0], [1, 1, tokens]), [-1]) as tf.Tensor1D,
        tf.reshape(tf.slice(repeat, [0, last, 0], [1, 1, tokens]), [-1]) as tf.Tensor1D,
        tf.reshape(tf.slice(spread, [0, last], [1, 1]), [-1]) as tf.Tensor1D,
      ]);
    });
  }

  return {
    run: (input) =>
      exclusive(backend, async () => {
        const tokens = input.vectors.length;
        const row = lastRow(input, tokens);
        try {
          const numbers = await new Promise<Float32Array>((resolve, reject) => {
            abandon = (reason) => reject(new PresentlyError("persona/device-lost", `The backend ${backend} went away: ${reason}`));
            if (gone !== null) abandon(gone);
            row.data<"float32">().then(resolve, reject);
          });
          if (!numbers.every(Number.isFinite)) throw new PresentlyError("persona/wrong", `The backend ${backend} gives numbers that are not finite`);
          return {
            persona: numbers.slice(0, config.dims),
            attention: numbers.slice(config.dims, config.dims + tokens),
            repeat: numbers.slice(config.dims + tokens, config.dims + 2 * tokens),
            spread: numbers[config.dims + 2 * tokens],
          };
        } finally {
          row.dispose();
        }
      }),
    dispose: () =>
      // A lost backend has taken its tensors along.
      exclusive(backend, () => tf.dispose(weights)).catch(() => {}),
  };
}

/**
 * Runs the release's golden sessions: a backend which does not reproduce them is not used.
 * @throws PresentlyError `persona/wrong`
 */
export async function checkGolden(encoder: Encoder, backend: BackendName, manifest: EncoderManifest): Promise<void> {
  for (const golden of manifest.golden) {
    // Code that is not compiled yet is slow: on the main thread each session is a task of its own.
    await new Promise((resolve) => setTimeout(resolve));
    compareGolden(`The backend ${backend}`, golden, await encoder.run(golden));
  }
}
