import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu/dist/backend_cpu.js";
import { registerBackend } from "@tensorflow/tfjs-core";
import { NEVER, type StartedBackend } from "./backend.js";
import { registerCpuKernels } from "./cpu-kernels.js";

/** Plain JavaScript: slower than most others, but ready at once and everywhere. */
export async function start(): Promise<StartedBackend> {
  registerCpuKernels();
  registerBackend("cpu", () => new MathBackendCPU());
  return { lost: NEVER };
}
