import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-wasm";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";

/** matMul and topk of float32 rows on the WASM backend, the fastest one without a GPU. */
export async function open({ floats, count, dims }) {
  setWasmPaths("/sdk/");
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
