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
      `${what} at ${url} cannot be fetched (${(cause as Error)?.message ?? cause}): check the address, the connection, CORS and connect-src`,
      { cause },
    );
  }
  if (!response.ok) throw new PresentlyError("release/missing", `${what} at ${url} answers ${response.status}: put the release there, manifest.json last`);
  return response;
}

async function body<T>(read: Promise<T>, url: string, what: string): Promise<T> {
  try {
    return await read;
  } catch (cause) {
    throw new PresentlyError("release/truncated", `${what} at ${url} broke off: it is fetched again at the next look for a release`, {
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
    await verifyFile(name, file, bytes);
    return bytes;
  };
  try {
    return await attempt("default");
  } catch (error) {
    if (error instanceof PresentlyError && (error.code === "release/truncated" || error.code === "release/hash")) return attempt("reload");
    throw error;
  }
}
