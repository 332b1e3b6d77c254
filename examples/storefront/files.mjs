import { readFile } from "node:fs/promises";
import { join, normalize, sep } from "node:path";

const TYPES = { js: "text/javascript", css: "text/css", svg: "image/svg+xml", json: "application/json", wasm: "application/wasm", map: "application/json" };

/** Serves one folder: a path below it, as the address has it → Response, or null where there is no such file. */
export function serveFolder(folder, cacheControl) {
  const root = normalize(folder + sep);
  return async (path) => {
    try {
      const file = normalize(join(root, decodeURIComponent(path)));
      if (!file.startsWith(root)) return null;
      const body = await readFile(file);
      const type = TYPES[file.slice(file.lastIndexOf(".") + 1)] ?? "application/octet-stream";
      return new Response(body, {
        headers: {
          "content-type": type,
          "cache-control": typeof cacheControl === "function" ? cacheControl(path) : cacheControl,
          "access-control-allow-origin": "*",
          "cross-origin-resource-policy": "cross-origin",
        },
      });
    } catch {
      return null;
    }
  };
}
