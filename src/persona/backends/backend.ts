import type { BackendName } from "../../contract/engine.js";

export interface BackendOptions {
  /** Absolute address of the folder with the backends' own files, ending in a slash; beside their modules by default. */
  readonly assets?: string | undefined;
  /** Accept a GPU emulated in software: slower than `cpu` on any machine, but it proves that the code works there. */
  readonly software: boolean;
}

/** A tfjs backend that is registered under its name and answers. */
export interface StartedBackend {
  /** Resolves with the reason when the device goes away; never for backends which cannot lose theirs. */
  readonly lost: Promise<string>;
}

/** One file per backend, each a chunk of its own, loaded when it is tried. */
export interface BackendModule {
  /** @throws PresentlyError `persona/unavailable` where this browser does not have it */
  start(options: BackendOptions): Promise<StartedBackend>;
}

export const NEVER: Promise<never> = new Promise(() => {});

export const loadBackend: Readonly<Record<BackendName, () => Promise<BackendModule>>> = {
  cpu: () => import("./cpu.js"),
  wasm: () => import("./wasm.js"),
  webgl: () => import("./webgl.js"),
  webgpu: () => import("./webgpu.js"),
};
