import type { EncoderManifest } from "../contract/encoder.js";
import { BACKENDS, type BackendName } from "../contract/engine.js";
import { PresentlyError } from "../contract/errors.js";
import { type ForwardInput, type ForwardOutput, forward } from "../model/forward.js";
import { decodeWeights, type NamedArray } from "../model/weights.js";
import { type BackendModule, type BackendOptions, loadBackend } from "./backends/backend.js";
import type { Encoder } from "./encoder.js";
import { compareGolden } from "./golden.js";

export interface Encoded extends ForwardOutput {
  readonly backend: BackendName;
  readonly milliseconds: number;
}

export interface RuntimeOptions extends BackendOptions {
  readonly backends: readonly BackendName[];
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Milliseconds without a session to encode before backends are started; 1,000 by default. */
  readonly quiet?: number | undefined;
  /** What an earlier page found out about this device and release; `Choice` as JSON. */
  readonly recall?: () => Promise<string | null>;
  readonly remember?: (choice: string) => Promise<void>;
  readonly onProblem?: (problem: PresentlyError) => void;
  /** A backend was chosen or lost. */
  readonly onChange?: () => void;
  readonly load?: Readonly<Record<BackendName, () => Promise<BackendModule>>>;
}

export interface EncoderRuntime {
  /**
   * The persona after the tokens (at least one, at most the encoder's maxTokens). One encode runs at a time.
   * @throws PresentlyError `persona/unavailable` where no backend works
   */
  encode(input: ForwardInput): Promise<Encoded>;
  /**
   * The same without a backend, at once: for what cannot wait until one is ready. Null where the release's golden sessions say that it is wrong.
   */
  direct(input: ForwardInput): ForwardOutput | null;
  /** A backend has been chosen. */
  readonly prepared: boolean;
  /**
   * Starts a backend and chooses the fastest, once, with this session or for want of one a golden one; until it has ended, `direct` is faster. When
   * nothing has been asked for during `quiet`, or five times as long has passed: starting backends and choosing one takes hundreds of milliseconds of a processor which the
   * shopper's next click needs.
   */
  prepareSoon(input?: ForwardInput): void;
  /** The one that answers now; null until the first is ready, and when all are lost. */
  readonly backend: BackendName | null;
  /** Median milliseconds of an encode, for each backend that was tried and passed its golden vectors. */
  readonly timings: Readonly<Partial<Record<BackendName, number>>>;
  /** Resolves when the fastest backend has been chosen. */
  readonly settled: Promise<void>;
  dispose(): Promise<void>;
}

interface Choice {
  readonly backend: BackendName;
  readonly timings: Partial<Record<BackendName, number>>;
}

const QUIET = 1_000;
/** Sessions that never pause are waited for no longer than so many of it. */
const PATIENCE = 5;
const TRIALS = 7;
/** Tokens of a session by which backends are compared: with one or two they all are fast. */
const TYPICAL = 8;
/**
 * Where cpu or wasm answer this fast, in milliseconds, no GPU is tried: reading its result back takes about as long, and compiling its
 * programs blocks the thread (measured on SwiftShader: one update waited 2.9 s). A shop which names its backends gets them timed all the same.
 */
const FAST_ENOUGH = 5;

/** Answers with the first backend that works (cpu where it may), then finds the fastest in the background, and goes on with the next when one is lost. */
export function createEncoderRuntime(parts: { readonly manifest: EncoderManifest; readonly weights: ArrayBuffer }, options: RuntimeOptions): EncoderRuntime {
  const { now, quiet = QUIET, onProblem, onChange, load = loadBackend } = options;
  const ready = new Map<BackendName, Encoder>();
  const failed = new Set<BackendName>();
  const timings: Partial<Record<BackendName, number>> = {};
  let current: BackendName | null = null;
  let disposed = false;

  // cpu has no start-up of its own; wasm's is the next shortest.
  const startOrder = [...options.backends].sort((a, b) => BACKENDS.indexOf(b) - BACKENDS.indexOf(a));
  const usable = () => startOrder.filter((name) => !failed.has(name));

  function fail(name: BackendName, cause: unknown): void {
    if (failed.has(name)) return;
    failed.add(name);
    const known = cause instanceof PresentlyError;
    // What a browser does not have is a fact, not a problem; what breaks is one.
    if (known && cause.code === "persona/unavailable" && usable().length > 0) return;
    onProblem?.(
      known
        ? cause
        : new PresentlyError("persona/backend", `The backend ${name} failed (${(cause as Error)?.message ?? cause}); the next one goes on`, { cause }),
    );
  }

  const tf = () => import("./encoder.js");

  /** The backend with the release's weights and its golden vectors checked; null where it does not work. */
  async function open(name: BackendName): Promise<Encoder | null> {
    const opened = ready.get(name);
    if (opened) return opened;
    if (failed.has(name) || disposed) return null;
    let encoder: Encoder | undefined;
    try {
      const { startBackend, createEncoder, checkGolden } = await tf();
      const { lost } = await startBackend(name, load[name], options);
      encoder = await createEncoder(name, parts.manifest, parts.weights, lost);
      await checkGolden(encoder, name, parts.manifest);
      if (disposed) {
        await encoder.dispose();
        return null;
      }
      lost.then((reason) => void drop(name, new PresentlyError("persona/device-lost", `The backend ${name} went away: ${reason}; the next one goes on`)));
      ready.set(name, encoder);
      return encoder;
    } catch (error) {
      await encoder?.dispose();
      fail(name, error);
      return null;
    }
  }

  async function drop(name: BackendName, cause: unknown): Promise<void> {
    if (disposed || failed.has(name)) return;
    const encoder = ready.get(name);
    ready.delete(name);
    delete timings[name];
    fail(name, cause);
    if (current === name) {
      current = fastest();
      onChange?.();
    }
    await encoder?.dispose();
    (await tf()).removeBackend(name);
  }

  /** Of those that are ready; where timings tie within a tenth, the order of BACKENDS decides. */
  function fastest(): BackendName | null {
    const names = BACKENDS.filter((name) => ready.has(name));
    const best = Math.min(...names.map((name) => timings[name] ?? Number.POSITIVE_INFINITY));
    return names.find((name) => (timings[name] ?? Number.POSITIVE_INFINITY) <= best * 1.1) ?? names.at(-1) ?? null;
  }

  async function run(input: ForwardInput): Promise<Encoded> {
    for (;;) {
      if (disposed) throw new PresentlyError("persona/disposed", "The encoder of this release was put away: a newer release has taken over");
      if (current === null || !ready.has(current)) {
        const [name] = [fastest(), ...usable()].filter((candidate) => candidate !== null);
        if (!name)
          throw new PresentlyError(
            "persona/unavailable",
            `None of the backends ${options.backends.join(", ")} works here: plain JavaScript encodes. Serve the script's chunks beside it, and allow them in script-src`,
          );
        if (!(await open(name))) continue;
        current = name;
        onChange?.();
      }
      const name = current;
      const started = now();
      try {
        const output = await ready.get(name)!.run(input);
        return { ...output, backend: name, milliseconds: now() - started };
      } catch (error) {
        await drop(name, error);
      }
    }
  }

  async function time(name: BackendName, encoder: Encoder, input: ForwardInput): Promise<void> {
    const samples: number[] = [];
    // The first compiles.
    await encoder.run(input);
    for (let i = 0; i < TRIALS && !disposed; i++) {
      const started = now();
      await encoder.run(input);
      samples.push(now() - started);
      // Between two trials the shopper's own encodes have their turn.
      await new Promise((resolve) => setTimeout(resolve));
    }
    timings[name] = samples.sort((a, b) => a - b)[samples.length >> 1];
  }

  function parseChoice(text: string | null): Choice | null {
    try {
      const choice = text === null ? null : (JSON.parse(text) as Choice);
      return choice && options.backends.includes(choice.backend) && typeof choice.timings === "object" ? choice : null;
    } catch {
      return null;
    }
  }

  async function choose(first: ForwardInput): Promise<void> {
    const input = parts.manifest.golden.find(({ vectors }) => vectors.length >= TYPICAL) ?? first;
    const remembered = parseChoice((await options.recall?.()) ?? null);
    if (remembered && (await open(remembered.backend))) {
      Object.assign(timings, remembered.timings);
      current = remembered.backend;
      onChange?.();
      return;
    }
    for (const name of startOrder) {
      const isGpu = name === "webgl" || name === "webgpu";
      if (isGpu && !options.software && Object.values(timings).some((milliseconds) => milliseconds <= FAST_ENOUGH)) continue;
      const encoder = await open(name);
      if (!encoder || disposed) continue;
      await time(name, encoder, input).catch((error) => drop(name, error));
    }
    const best = fastest();
    if (disposed || best === null) return;
    if (best !== current) {
      current = best;
      onChange?.();
    }
    await options.remember?.(JSON.stringify({ backend: best, timings } satisfies Choice));
  }

  let decoded: ReadonlyMap<string, NamedArray> | null | undefined;
  /** The weights for plain JavaScript, checked; null where they are not to be used. */
  function checkedWeights(): ReadonlyMap<string, NamedArray> | null {
    if (decoded !== undefined) return decoded;
    try {
      decoded = decodeWeights(parts.manifest, parts.weights);
      for (const golden of parts.manifest.golden) compareGolden("Plain JavaScript", golden, forward(decoded, parts.manifest.config, golden));
    } catch (error) {
      decoded = null;
      onProblem?.(asProblem(error));
    }
    return decoded;
  }

  let settle: () => void;
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  let choosing = false;
  let prepared = false;
  let preparing = false;
  let soon: ReturnType<typeof setTimeout> | undefined;
  let asked: number | undefined;

  async function encode(input: ForwardInput): Promise<Encoded> {
    const encoded = await run(input);
    if (!choosing) {
      choosing = true;
      // After the answer is on its way.
      setTimeout(() =>
        choose(input)
          .catch((error) => onProblem?.(asProblem(error)))
          .finally(() => {
            prepared = true;
            settle();
          }),
      );
    }
    return encoded;
  }

  return {
    encode,
    direct(input) {
      const weights = disposed ? null : checkedWeights();
      return weights && forward(weights, parts.manifest.config, input);
    },
    prepareSoon(input: ForwardInput | undefined = parts.manifest.golden[0]) {
      clearTimeout(soon);
      if (!input || preparing || disposed) return;
      asked ??= now();
      soon = setTimeout(
        () => {
          preparing = true;
          checkedWeights();
          encode(input).catch((error) => onProblem?.(asProblem(error)));
        },
        Math.min(quiet, Math.max(0, asked + PATIENCE * quiet - now())),
      );
    },
    get prepared() {
      return prepared;
    },
    get backend() {
      return current;
    },
    timings,
    settled,
    async dispose() {
      disposed = true;
      clearTimeout(soon);
      current = null;
      settle();
      const encoders = [...ready.values()];
      ready.clear();
      await Promise.all(encoders.map((encoder) => encoder.dispose()));
    },
  };
}

function asProblem(error: unknown): PresentlyError {
  return error instanceof PresentlyError
    ? error
    : new PresentlyError("persona/backend", `Choosing the fastest backend failed (${(error as Error)?.message ?? error}); the present one goes on`, {
        cause: error,
      });
}
