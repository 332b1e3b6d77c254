import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { PresentlyError } from "presently/contract";
import { registerGradients } from "./gradients.js";

/** Starts tfjs' wasm backend, with which training and evaluation run. */
export async function startTensors(): Promise<void> {
  registerGradients();
  if (tf.getBackend() === "wasm") return;
  if (!(await tf.setBackend("wasm"))) throw new PresentlyError("train/backend", "tfjs' wasm backend does not start: reinstall @tensorflow/tfjs-backend-wasm");
  await tf.ready();
}
