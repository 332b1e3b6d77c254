import { defineConfig } from "vitest/config";

const src = (path: string) => new URL(`./src/${path}`, import.meta.url).pathname;

export default defineConfig({
  resolve: {
    // Tests run on the sources; the endpoint's imports of the SDK must not need a build.
    alias: [
      { find: /^presently\/(contract|model|rank)$/, replacement: src("$1/index.ts") },
      { find: /^presently$/, replacement: src("index.ts") },
    ],
  },
  test: {
    include: ["src/**/*.test.ts", "endpoint/src/**/*.test.ts", "examples/**/*.test.ts", "bench/**/*.test.ts", "scripts/**/*.test.ts"],
    testTimeout: 30_000,
    // Their single modules are imported, as the browser's chunks do, and are written for bundlers.
    server: { deps: { inline: [/@tensorflow\/tfjs-backend-(cpu|wasm|webgl|webgpu)/] } },
  },
});
