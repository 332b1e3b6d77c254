import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { at } from "../../scripts/process.mjs";

/** Compiles native.c for this machine; null, and why, where there is no compiler. */
export function compileNative(folder) {
  const binary = join(folder, "native");
  const { status, error, stderr } = spawnSync(process.env.CC ?? "gcc", ["-O3", "-march=native", "-o", binary, at("bench/rank/native.c"), "-lm"], {
    encoding: "utf8",
  });
  return status === 0 ? { binary } : { binary: null, why: error?.message ?? stderr };
}

/** Starts it on the vectors of a folder: it is ready when it has written the truth. */
export async function startNative(binary, folder, { count, dims, k, queries }) {
  const child = spawn(binary, [folder, count, dims, k, queries].map(String), { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("The native scan ended early");
    return JSON.parse(value);
  };
  const { isa } = await next();
  return {
    isa,
    /** Milliseconds of each query, and of each reading of all vectors. */
    async round(times) {
      child.stdin.write(`${times}\n`);
      const { scan, read } = await next();
      return { scan: scan.map((us) => us / 1000), read: read.map((us) => us / 1000) };
    },
    stop: () => child.stdin.end(),
  };
}
