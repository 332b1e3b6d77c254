import { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu/dist/backend_webgpu.js";
import "@tensorflow/tfjs-backend-webgpu/dist/flags_webgpu.js";
import { registerBackend } from "@tensorflow/tfjs-core";
import { PresentlyError } from "../../contract/errors.js";
import type { BackendOptions, StartedBackend } from "./backend.js";
import { registerWebgpuKernels } from "./webgpu-kernels.js";

const absent = (why: string) => new PresentlyError("persona/unavailable", `${why}: the encoder runs on the other backends`);

export async function start({ software }: BackendOptions): Promise<StartedBackend> {
  if (!navigator.gpu) throw absent("This browser has no WebGPU, or the page is not served over https");
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) throw absent("This device has no WebGPU adapter");
  if (!software && isFallback(adapter)) throw absent("This device's WebGPU adapter is emulated in software");
  const { maxComputeWorkgroupStorageSize, maxComputeWorkgroupsPerDimension, maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
  const { maxComputeWorkgroupSizeX, maxComputeInvocationsPerWorkgroup } = adapter.limits;
  const device = await adapter.requestDevice({
    requiredLimits: {
      maxComputeWorkgroupStorageSize,
      maxComputeWorkgroupsPerDimension,
      maxStorageBufferBindingSize,
      maxBufferSize,
      maxComputeWorkgroupSizeX,
      maxComputeInvocationsPerWorkgroup,
    },
  });
  registerWebgpuKernels();
  const backend = new WebGPUBackend(device, adapter.info);
  registerBackend("webgpu", () => backend);
  return { lost: device.lost.then(({ message }) => `the WebGPU device was lost (${message || "no reason given"})`) };
}

/** Moved from the adapter to its info in 2025 (https://github.com/gpuweb/gpuweb/pull/5091). */
function isFallback(adapter: GPUAdapter): boolean {
  const { info, isFallbackAdapter } = adapter as GPUAdapter & { readonly isFallbackAdapter?: boolean; readonly info: { readonly isFallbackAdapter?: boolean } };
  return info.isFallbackAdapter ?? isFallbackAdapter ?? false;
}
