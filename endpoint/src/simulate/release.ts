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
} from "presently/contract";
import { checkedReader } from "../publish/load.js";

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
  const checked = checkedReader(async (path) => new Uint8Array(await (await get(fetch, new URL(path, manifest).href)).arrayBuffer()));
  const file = (name: ReleaseFileName) => checked(name, release.files[name]);
  const [shard, text, encoder, weights] = await Promise.all([file("shard"), file("text"), file("encoder"), file("weights")]);
  return {
    release,
    shard: parseShard(shard),
    text: parseTextTable(text),
    encoder: parseEncoderManifest(new TextDecoder().decode(encoder)),
    weights,
  };
}
