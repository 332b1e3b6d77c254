import { addConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/Add.js";
import { batchMatMulConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/BatchMatMul.js";
import { castConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/Cast.js";
import { concatConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/Concat.js";
import { identityConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/Identity.js";
import { meanConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/Mean.js";
import { multiplyConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/Multiply.js";
import { oneHotConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/OneHot.js";
import { realDivConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/RealDiv.js";
import { reshapeConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/Reshape.js";
import { rsqrtConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/Rsqrt.js";
import { sigmoidConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/Sigmoid.js";
import { sliceConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/Slice.js";
import { softmaxConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/Softmax.js";
import { softplusConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/Softplus.js";
import { sqrtConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/Sqrt.js";
import { squareConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/Square.js";
import { subConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/Sub.js";
import { sumConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/Sum.js";
import { transposeConfig } from "@tensorflow/tfjs-backend-webgl/dist/kernels/Transpose.js";
import { type KernelConfig, registerKernel } from "@tensorflow/tfjs-core";

/** Only what the encoder uses, and what those compose themselves from. */
const KERNELS = [
  addConfig,
  batchMatMulConfig,
  castConfig,
  concatConfig,
  identityConfig,
  meanConfig,
  multiplyConfig,
  oneHotConfig,
  realDivConfig,
  reshapeConfig,
  rsqrtConfig,
  sigmoidConfig,
  sliceConfig,
  softmaxConfig,
  softplusConfig,
  sqrtConfig,
  squareConfig,
  subConfig,
  sumConfig,
  transposeConfig,
] as const;

let registered = false;

export function registerWebglKernels(): void {
  if (registered) return;
  registered = true;
  for (const kernel of KERNELS) registerKernel(kernel as unknown as KernelConfig);
}
