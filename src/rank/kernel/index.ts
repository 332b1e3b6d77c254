import type { Shard } from "../../contract/shard.js";
import { jsKernel } from "./js.js";
import type { Kernel } from "./kernel.js";
import { SKETCHED } from "./limits.js";
import { hasRelaxedSimd, type Variant } from "./module.js";
import { wasmKernel } from "./wasm.js";

export interface KernelChoice {
  /** For tests and benchmarks, which must not fall back unseen. */
  readonly force?: Variant | "js";
  /** Rows from which a shard gets a sketch. */
  readonly sketchFrom?: number;
}

/** The fastest kernel which this page can run. */
export async function createKernel(shard: Shard, { force, sketchFrom = SKETCHED }: KernelChoice = {}): Promise<Kernel> {
  if (force === "js") return jsKernel(shard, "asked for");
  try {
    return await wasmKernel(shard, { variant: force ?? (hasRelaxedSimd() ? "relaxed" : "simd"), sketchFrom });
  } catch (error) {
    if (force) throw error;
    return jsKernel(shard, (error as Error)?.message ?? String(error));
  }
}
