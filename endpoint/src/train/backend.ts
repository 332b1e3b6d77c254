import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { PresentlyError } from "presently/contract";
import { registerGradients } from "./gradients.js";

/** Where training steps run. `auto`: on a GPU where there is one, else on the CPU. */
export const DEVICES = ["auto", "cpu", "gpu"] as const;
export type Device = (typeof DEVICES)[number];

/** Starts tfjs' wasm backend, with which all but the steps of a training run. */
export async function startTensors(): Promise<void> {
  registerGradients();
  if (tf.getBackend() === "wasm") return;
  if (!(await tf.setBackend("wasm"))) throw new PresentlyError("train/backend", "tfjs' wasm backend does not start: reinstall @tensorflow/tfjs-backend-wasm");
  await tf.ready();
}

/** Adapters that compute on the CPU, slower than wasm does. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render/i;

/** Node has no WebGPU of its own: Dawn's comes with the package `webgpu`, which is the user's to install. */
async function webgpu(): Promise<GPU | undefined> {
  if (globalThis.navigator?.gpu) return navigator.gpu;
  try {
    const { create, globals } = await import("webgpu");
    Object.assign(globalThis, globals);
    const gpu = create([]);
    // Node 20 has no navigator; later ones have one that takes new properties.
    if (!globalThis.navigator) Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
    Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
    return gpu;
  } catch {
    return undefined;
  }
}

const describe = ({ info }: GPUAdapter) => info.description || `${info.vendor} ${info.architecture}`.trim() || "a GPU";

let gpuName: Promise<string> | undefined;

async function startGpu(): Promise<string> {
  const adapter = await (await webgpu())?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new PresentlyError("train/no-gpu", "There is no GPU to train on: install the npm package webgpu and a Vulkan, Metal or D3D12 driver");
  const name = describe(adapter);
  await import("@tensorflow/tfjs-backend-webgpu");
  if (!(await tf.setBackend("webgpu"))) throw new PresentlyError("train/no-gpu", `tfjs' WebGPU backend does not start on ${name}: update its driver`);
  await tf.ready();
  await startTensors();
  return name;
}

/**
 * Chooses where training steps run; `with` runs one there.
 * @throws PresentlyError `train/no-gpu` where a GPU is asked for and none can be had
 */
export async function stepDevice(device: Device): Promise<{ readonly name: string; with<T>(work: () => Promise<T>): Promise<T> }> {
  await startTensors();
  const onCpu = { name: "CPU", with: <T>(work: () => Promise<T>) => work() };
  if (device === "cpu") return onCpu;
  try {
    gpuName ??= startGpu();
    const name = await gpuName;
    if (device === "auto" && SOFTWARE.test(name)) return onCpu;
    return {
      name,
      async with(work) {
        await tf.setBackend("webgpu");
        try {
          return await work();
        } finally {
          await tf.setBackend("wasm");
        }
      },
    };
  } catch (error) {
    gpuName = undefined;
    await startTensors();
    if (device === "auto") return onCpu;
    throw error;
  }
}
