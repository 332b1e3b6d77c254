import { BackendWasm, init, setWasmPaths } from "@tensorflow/tfjs-backend-wasm/dist/backend_wasm.js";
import { env, registerBackend } from "@tensorflow/tfjs-core";
import { PresentlyError } from "../../contract/errors.js";
import { type BackendOptions, NEVER, type StartedBackend } from "./backend.js";
import { registerWasmKernels } from "./wasm-kernels.js";

/** Written out, since that is how bundlers find files that go along (https://vite.dev/guide/assets#new-url-url-import-meta-url). */
const BESIDE = {
  "tfjs-backend-wasm.wasm": new URL("./tfjs-backend-wasm.wasm", import.meta.url).href,
  "tfjs-backend-wasm-simd.wasm": new URL("./tfjs-backend-wasm-simd.wasm", import.meta.url).href,
  // Never loaded.
  "tfjs-backend-wasm-threaded-simd.wasm": "",
};

export async function start({ assets }: BackendOptions): Promise<StartedBackend> {
  if (typeof WebAssembly === "undefined") throw new PresentlyError("persona/unavailable", "This browser has no WebAssembly: the encoder runs on the others");
  // An encode of some dozen tokens is too short to share between threads; their binary is not shipped.
  env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  setWasmPaths(assets ?? BESIDE);
  let wasm: Awaited<ReturnType<typeof init>>["wasm"];
  try {
    ({ wasm } = await init());
  } catch (cause) {
    throw new PresentlyError(
      "persona/unavailable",
      `The wasm backend did not start (${(cause as Error)?.message ?? cause}): serve tfjs-backend-wasm*.wasm beside the script and allow 'wasm-unsafe-eval' in script-src`,
      { cause },
    );
  }
  registerWasmKernels();
  registerBackend("wasm", () => new BackendWasm(wasm));
  return { lost: NEVER };
}
