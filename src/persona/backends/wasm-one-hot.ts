import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm/dist/backend_wasm.js";
import { type KernelConfig, OneHot, type OneHotAttrs, type OneHotInputs } from "@tensorflow/tfjs-core";

/**
 * tfjs-backend-wasm 4.22 writes int32 ones whatever the type asked for: as float32 they read as 1.4e-45, so that every embedding looked up
 * by a float one-hot is lost. The other backends are right.
 */
export const oneHotConfig: KernelConfig = {
  kernelName: OneHot,
  backendName: "wasm",
  kernelFunc({ inputs, backend, attrs }) {
    const indices = (inputs as OneHotInputs).indices!;
    const { dtype, depth, onValue, offValue } = attrs as unknown as OneHotAttrs;
    const wasm = backend as BackendWasm;
    const out = wasm.makeOutput([...indices.shape, depth], dtype);
    const values = wasm.typedArrayFromHeap(out).fill(offValue);
    wasm.typedArrayFromHeap(indices).forEach((index: number, row: number) => {
      if (index >= 0 && index < depth) values[row * depth + index] = onValue;
    });
    return out;
  },
};
