import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  // The demo's release: manifest.json and files/ beside the page.
  publicDir: "../../models/demo",
  plugins: [vue()],
  // Presently finds its worker by the address of its own module, and the worker loads modules.
  optimizeDeps: { exclude: ["presently"] },
  worker: { format: "es" },
});
