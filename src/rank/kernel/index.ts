import type { Shard } from "../../contract/shard.js";
import { jsKernel } from "./js.js";
import type { Kernel } from "./kernel.js";
import { simdKernel } from "./simd.js";

/** The fastest kernel which this page can run; `force` for tests and benchmarks, which must not fall back unseen. */
export async function createKernel(shard: Shard, { force }: { force?: Kernel["name"] } = {}): Promise<Kernel> {
  if (force === "js") return jsKernel(shard, "asked for");
  try {
    return await simdKernel(shard);
  } catch (error) {
    if (force) throw error;
    return jsKernel(shard, (error as Error)?.message ?? String(error));
  }
}
