import { PresentlyError } from "../contract/errors.js";
import { type ReleaseFile, verifyFile } from "../contract/release.js";

export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

const MANIFEST_TIMEOUT = 15_000;
const FILE_TIMEOUT = 120_000;

async function request(fetch: Fetch, url: string, cache: RequestCache, timeout: number, what: string): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { cache, signal: AbortSignal.timeout(timeout) });
  } catch (cause) {
    throw new PresentlyError(
      "release/unreachable",
      `${what} at ${url} cannot be fetched (${cause instanceof Error ? cause.message : cause}): check the address, the connection, and CORS and connect-src where it is another origin`,
      { cause },
    );
  }
  if (!response.ok)
    throw new PresentlyError("release/missing", `${what} at ${url} answers ${response.status}: put the published release there, manifest.json last`);
  return response;
}

async function body<T>(read: Promise<T>, url: string, what: string): Promise<T> {
  try {
    return await read;
  } catch (cause) {
    throw new PresentlyError("release/truncated", `${what} at ${url} broke off while it was read: it is fetched again at the next look for a release`, {
      cause,
    });
  }
}

/** The manifest's text; the HTTP cache is asked, but never believed without the server. */
export async function downloadManifest(fetch: Fetch, url: string): Promise<string> {
  const response = await request(fetch, url, "no-cache", MANIFEST_TIMEOUT, "The release manifest");
  return body(response.text(), url, "The release manifest");
}

/** Bytes of one file, checked against size and hash. A wrong copy in the HTTP cache is passed by once. */
export async function downloadFile(fetch: Fetch, url: string, name: string, file: ReleaseFile): Promise<ArrayBuffer> {
  const attempt = async (cache: RequestCache) => {
    const response = await request(fetch, url, cache, FILE_TIMEOUT, `The release's ${name}`);
    const bytes = await body(response.arrayBuffer(), url, `The release's ${name}`);
    await checkFile(name, file, bytes);
    return bytes;
  };
  try {
    return await attempt("default");
  } catch (error) {
    if (error instanceof PresentlyError && (error.code === "release/truncated" || error.code === "release/hash")) return attempt("reload");
    throw error;
  }
}

/**
 * `verifyFile`, also on pages without WebCrypto: browsers give it to https and localhost alone, and over plain http
 * whoever changes a file can change the manifest's hash as well. There the size must do, against broken downloads.
 */
export async function checkFile(name: string, file: ReleaseFile, bytes: ArrayBuffer): Promise<void> {
  if (globalThis.crypto?.subtle) return verifyFile(name, file, bytes);
  if (bytes.byteLength !== file.bytes)
    throw new PresentlyError(
      "release/truncated",
      `${name} (${file.path}) has ${bytes.byteLength} bytes, the manifest says ${file.bytes}: the host cut it off or serves another file`,
    );
}
