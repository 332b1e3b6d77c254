import type { Catalog, LoadedRelease } from "./catalog/index.js";
import { BACKENDS, type EngineOptions } from "./contract/engine.js";
import type { EngineParts } from "./engine.js";
import { createEncoderRuntime, type EncoderRuntime } from "./persona/index.js";
import { createWords, type Words } from "./words.js";

const ON_MAIN = ["wasm", "cpu"] as const;

export interface ReleaseHooks {
  readonly onProblem: (error: unknown) => void;
  /** Another backend encodes from now on. */
  readonly onBackend: (runtime: EncoderRuntime) => void;
  /** What reads searches is there, after a list had to do without. */
  readonly onWords: () => Promise<void>;
}

/** What makes personas with a release's encoder and text table. */
export function openPersona(
  loaded: LoadedRelease,
  catalog: Catalog,
  { assets, backends }: EngineOptions,
  { thread, now, quiet, patience, load }: EngineParts,
  { onProblem, onBackend, onWords }: ReleaseHooks,
): { readonly runtime: EncoderRuntime; readonly words: Words } {
  const key = `backend ${loaded.release.version}`;
  const runtime = createEncoderRuntime(
    { manifest: loaded.encoder, weights: loaded.weights },
    {
      assets,
      backends: backends ?? (thread === "main" ? ON_MAIN : BACKENDS),
      // A shop which names its backends means them.
      software: backends !== undefined,
      now,
      quiet,
      recall: () => catalog.note(key),
      remember: (choice) => catalog.setNote(key, choice),
      onProblem,
      onChange: () => onBackend(runtime),
      ...(load && { load }),
    },
  );
  const words = createWords({ dims: loaded.shard.dims, file: loaded.text, patience, onLate: onWords, onProblem });
  return { runtime, words };
}
