/** A product picture is smaller. */
const MAX_BYTES = 8 << 20;
const TIMEOUT_MS = 10_000;

export type Fetch = (address: string, init?: RequestInit) => Promise<Response>;

/** @throws Error that says why there is no picture */
export async function downloadPicture(link: string, fetch: Fetch, signal?: AbortSignal): Promise<Uint8Array> {
  if (!/^https?:\/\//i.test(link)) throw new Error("not an http(s) address");
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(link, { signal: signal ? AbortSignal.any([signal, timeout]) : timeout, headers: { accept: "image/*" } });
  if (!response.ok || !response.body) throw new Error(`answered ${response.status}`);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > MAX_BYTES) throw new Error(`larger than ${MAX_BYTES >> 20} MiB`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
