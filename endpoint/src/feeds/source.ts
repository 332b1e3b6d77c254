import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { PresentlyError } from "presently/contract";

export type Fetch = (address: string, init?: RequestInit) => Promise<Response>;

export interface SourceOptions {
  readonly fetch: Fetch;
  readonly signal?: AbortSignal;
}

const isAddress = (source: string) => /^https?:\/\//i.test(source);

async function* download(address: string, { fetch, signal }: SourceOptions): AsyncGenerator<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(address, { signal, headers: { accept: "application/xml, application/x-ndjson, */*" } });
  } catch (cause) {
    const reason = ((cause as Error).cause as Error | undefined)?.message ?? (cause as Error).message;
    throw new PresentlyError("feed/unreachable", `The feed ${address} cannot be reached (${reason}): is the shop running, and the address right?`, { cause });
  }
  if (!response.ok || !response.body)
    throw new PresentlyError("feed/unreachable", `The feed ${address} answered ${response.status}: open it in a browser and correct the address`);
  try {
    yield* response.body as unknown as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw new PresentlyError("feed/truncated", `The feed ${address} broke off while it was read (${(cause as Error).message}): import it again`, { cause });
  }
}

async function* read(path: string): AsyncGenerator<Uint8Array> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) throw new PresentlyError("feed/missing", `There is no file ${path}: give the feed's path or its http(s) address`);
  try {
    yield* createReadStream(path) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw new PresentlyError("feed/unreadable", `The feed ${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/**
 * What tells one state of a feed from another without reading it: a file's time and length, an address' ETag or Last-Modified. null where
 * nothing does.
 */
export async function feedMark(source: string, { fetch, signal }: SourceOptions): Promise<string | null> {
  if (!isAddress(source)) {
    const found = await stat(source).catch(() => null);
    return found && `${found.mtimeMs} ${found.size}`;
  }
  const response = await fetch(source, { method: "HEAD", signal }).catch(() => null);
  await response?.body?.cancel();
  if (!response?.ok) return null;
  return response.headers.get("etag") ?? response.headers.get("last-modified");
}

async function* gunzip(parts: AsyncIterable<Uint8Array>, source: string): AsyncGenerator<Uint8Array> {
  const unzipped = createGunzip();
  // Its failure is thrown by the loop below as well.
  const done = pipeline(parts, unzipped).catch(() => {});
  try {
    yield* unzipped as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if (cause instanceof PresentlyError) throw cause;
    throw new PresentlyError("feed/truncated", `The feed ${source} is broken gzip (${(cause as Error).message}): export it again`, { cause });
  } finally {
    await done;
  }
}

async function* after(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/** The encoding of a feed: its byte order mark's, or what an XML declaration says, or UTF-8. */
function decoderOf(head: Uint8Array, source: string): TextDecoder {
  const encoding =
    head[0] === 0xff && head[1] === 0xfe
      ? "utf-16le"
      : head[0] === 0xfe && head[1] === 0xff
        ? "utf-16be"
        : (/^\s*<\?xml[^>]*encoding=["']([\w-]+)["']/.exec(Buffer.from(head.subarray(0, 200)).toString("latin1"))?.[1] ?? "utf-8");
  try {
    return new TextDecoder(encoding);
  } catch (cause) {
    throw new PresentlyError("feed/encoding", `The feed ${source} says that it is in ${encoding}, which is not known: export it in UTF-8`, { cause });
  }
}

/**
 * A feed's text, part by part, from a file or an address, unzipped where it is gzip.
 * @throws PresentlyError `feed/missing`, `feed/unreachable`, `feed/unreadable`, `feed/truncated`, `feed/encoding`
 */
export async function* feedText(source: string, options: SourceOptions): AsyncGenerator<string> {
  const parts = (isAddress(source) ? download(source, options) : read(source))[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 4) {
    const { value, done } = await parts.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const zipped = head[0] === 0x1f && head[1] === 0x8b;
  let decoder: TextDecoder | null = null;
  for await (const part of zipped ? gunzip(after(head, parts), source) : after(head, parts)) {
    if (part.length === 0) continue;
    decoder ??= decoderOf(part, source);
    yield decoder.decode(part, { stream: true });
  }
  if (decoder) yield decoder.decode();
}
