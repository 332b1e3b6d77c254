import { PresentlyError } from "presently/contract";

const tooLarge = (max: number) => new PresentlyError("ingest/size", `A batch has at most ${max} bytes: send fewer records`);

/**
 * A request's text, never more than `max` bytes of it in memory.
 * @throws PresentlyError `ingest/size`
 */
export async function readBody(request: Request, max: number, text: () => Promise<string>): Promise<string> {
  const length = request.headers.get("content-length");
  // Node's HTTP parser gives no more than the length announced; without one (chunked) it must be counted.
  if (length !== null) {
    if (!(Number(length) <= max)) throw tooLarge(max);
    const body = await text();
    if (Buffer.byteLength(body) > max) throw tooLarge(max);
    return body;
  }
  if (!request.body) return "";
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of request.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > max) throw tooLarge(max);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
