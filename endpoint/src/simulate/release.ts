import {
  type EncoderManifest,
  PresentlyError,
  parseEncoderManifest,
  parseRelease,
  parseShard,
  parseTextTable,
  type Release,
  type ReleaseFileName,
  type Shard,
  type TextTable,
  unpacked,
  verifyFile,
} from "presently/contract";

export type Fetch = (address: string, init?: RequestInit) => Promise<Response>;

/** A published release as a page downloads it: every file's length and hash checked. */
export interface FetchedRelease {
  readonly release: Release;
  readonly shard: Shard;
  readonly text: TextTable;
  readonly encoder: EncoderManifest;
  readonly weights: ArrayBuffer;
}

async function get(fetch: Fetch, address: string): Promise<Response> {
  const response = await fetch(address);
  if (!response.ok) throw new PresentlyError("simulate/release", `${address} answered ${response.status}: publish a release there first`);
  return response;
}

/** @throws PresentlyError `simulate/release` where it cannot be had, and what its parsers throw */
export async function fetchRelease(fetch: Fetch, manifest: string): Promise<FetchedRelease> {
  const release = parseRelease(await (await get(fetch, manifest)).text());
  const file = async (name: ReleaseFileName) => {
    const bytes = await (await get(fetch, new URL(release.files[name].path, manifest).href)).arrayBuffer();
    await verifyFile(name, release.files[name], bytes);
    return bytes;
  };
  const [shard, text, encoder, weights] = await Promise.all([file("shard"), file("text"), file("encoder"), file("weights")]);
  return {
    release,
    shard: parseShard(await unpacked(shard)),
    text: parseTextTable(await unpacked(text)),
    encoder: parseEncoderManifest(new TextDecoder().decode(encoder)),
    weights,
  };
}
