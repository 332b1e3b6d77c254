/**
 * WebGPU and WebGL for real on machines without a GPU, both rendered by SwiftShader: correct, not fast.
 * The other switches keep Chromium from talking to anyone but the shop.
 */
export const QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const SOFTWARE_GPU = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan,WebGPU",
  "--use-vulkan=swiftshader",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--ignore-gpu-blocklist",
];

/** No WebGL and no WebGPU adapter, as on a locked-down office machine. */
export const NO_GPU = ["--disable-gpu", "--disable-3d-apis", "--disable-software-rasterizer"];
