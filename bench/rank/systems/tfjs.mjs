import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-wasm";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";

/** matMul and topk of float32 rows on the WASM backend, the fastest one without a GPU. */
export async function open({ floats, count, dims }) {
  setWasmPaths("/sdk/");
  // One thread, as the others have; the page is isolated, so that tfjs would take its build for several, which nobody serves.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  if (!(await tf.setBackend("wasm"))) throw new Error("tfjs' WASM backend does not start");
  const items = tf.tensor2d(floats, [count, dims]);
  return {
    note: "WASM backend",
    search: async (query, k) => {
      const indices = tf.tidy(() => tf.topk(tf.reshape(tf.matMul(items, tf.tensor2d(query, [dims, 1])), [count]), k, true).indices);
      const rows = await indices.data();
      indices.dispose();
      return rows;
    },
  };
}
