import { readFile } from "node:fs/promises";
import { join, normalize, sep } from "node:path";

const TYPES = { js: "text/javascript", css: "text/css", svg: "image/svg+xml", json: "application/json", wasm: "application/wasm", map: "application/json" };

/** Serves one folder: `folder(c.req.path without its prefix)` → Response, or null where there is no such file. */
export function serveFolder(folder, cacheControl) {
  const root = normalize(folder + sep);
  return async (path) => {
    const file = normalize(join(root, path));
    if (!file.startsWith(root)) return null;
    try {
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
