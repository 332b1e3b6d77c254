import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Hono } from "hono";

const TYPES: Readonly<Record<string, string>> = { json: "application/json", safetensors: "application/octet-stream", bin: "application/octet-stream" };
/** Any shop may load a release: it is public by nature. */
const OPEN = { "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin", "x-content-type-options": "nosniff" };
const IMMUTABLE = "public, max-age=31536000, immutable";
const NAME = /^[\w][\w.-]*$/;

/** `If-None-Match` as RFC 9110 has it: a list, or `*`; weak and strong compare alike. */
const matches = (header: string | undefined, etag: string) =>
  header !== undefined && (header.trim() === "*" || header.split(",").some((one) => one.trim().replace(/^W\//, "") === etag));

/** The releases folder as pages read it: the manifest is asked for each time, files never change under their names. */
export function createReleases(folder: string): Hono {
  const app = new Hono();
  const read = (path: string) => readFile(join(folder, path)).catch(() => null);
  const missing = (what: string) => Response.json({ code: "releases/missing", message: what }, { status: 404, headers: OPEN });

  function answer(body: Uint8Array<ArrayBuffer>, name: string, cacheControl: string, asked: string | undefined, etag: string): Response {
    const headers = { ...OPEN, "cache-control": cacheControl, etag };
    if (matches(asked, etag)) return new Response(null, { status: 304, headers });
    return new Response(body, { headers: { ...headers, "content-type": TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream" } });
  }

  app.get("/releases/manifest.json", async (c) => {
    const body = await read("manifest.json");
    if (!body) return missing("Nothing is published yet: import a catalogue and sessions, and train");
    const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`;
    return answer(new Uint8Array(body), "manifest.json", "no-cache", c.req.header("if-none-match"), etag);
  });

  app.get("/releases/files/:name", async (c) => {
    const name = c.req.param("name");
    const body = NAME.test(name) ? await read(join("files", name)) : null;
    // A file's name holds its hash.
    return body ? answer(new Uint8Array(body), name, IMMUTABLE, c.req.header("if-none-match"), `"${name}"`) : missing("No such file in the releases kept");
  });
  return app;
}
