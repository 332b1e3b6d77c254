import { MathBackendWebGL } from "@tensorflow/tfjs-backend-webgl/dist/backend_webgl.js";
import { GPGPUContext } from "@tensorflow/tfjs-backend-webgl/dist/gpgpu_context.js";
import "@tensorflow/tfjs-backend-webgl/dist/flags_webgl.js";
import { env, registerBackend } from "@tensorflow/tfjs-core";
import { PresentlyError } from "../../contract/errors.js";
import type { BackendOptions, StartedBackend } from "./backend.js";
import { registerWebglKernels } from "./webgl-kernels.js";

const absent = (why: string) => new PresentlyError("persona/unavailable", `${why}: the encoder runs on the other backends`);

/** Chromium gives SwiftShader in spite of `failIfMajorPerformanceCaveat`; trying it blocked the thread for 2.7 s. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i;

function rendererOf(gl: WebGL2RenderingContext): string {
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  return String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
}

export async function start({ software }: BackendOptions): Promise<StartedBackend> {
  if (typeof OffscreenCanvas === "undefined") throw absent("This browser has no OffscreenCanvas");
  const canvas = new OffscreenCanvas(1, 1);
  const gl = canvas.getContext("webgl2", {
    alpha: false,
    antialias: false,
    premultipliedAlpha: false,
    depth: false,
    stencil: false,
    failIfMajorPerformanceCaveat: !software,
  });
  if (!gl) throw absent(software ? "This browser has no WebGL 2" : "This browser has no WebGL 2 on a GPU");
  if (!software && SOFTWARE.test(rendererOf(gl as WebGL2RenderingContext))) throw absent("This device's WebGL is emulated in software");
  // tfjs asks for a context of its own to find these out, and browsers allow few contexts.
  env().set("HAS_WEBGL", true);
  env().set("WEBGL_VERSION", 2);
  // One program per operation instead of one per operation and session length.
  env().set("WEBGL_USE_SHAPES_UNIFORMS", true);
  registerWebglKernels();
  const context = new GPGPUContext(gl as WebGL2RenderingContext);
  const lost = new Promise<string>((resolve) => {
    canvas.addEventListener("webglcontextlost", () => {
      // The fences of a lost context never pass, and tfjs would ask them again and again without a pause.
      (context as unknown as { itemsToPoll: unknown[] }).itemsToPoll.length = 0;
      resolve("the WebGL context was lost");
    });
  });
  const backend = new MathBackendWebGL(context);
  registerBackend("webgl", () => backend);
  return { lost };
}
