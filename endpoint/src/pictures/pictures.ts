import type { CatalogItem } from "presently/contract";
import type { PictureStore } from "../store/pictures.js";
import { describePicture } from "./describe.js";
import { downloadPicture, type Fetch } from "./download.js";
import { projection } from "./project.js";

/** Descriptors by item id. */
export type Pictures = ReadonlyMap<string, Float32Array>;

export interface PicturesReport {
  readonly pictures: Pictures;
  readonly downloaded: number;
  readonly broken: number;
  /** The first problems. */
  readonly problems: readonly string[];
}

export interface PicturesOptions {
  readonly fetch: Fetch;
  readonly signal?: AbortSignal | undefined;
  /** No further picture is begun after this time: those left come with the next training. */
  readonly maxSeconds?: number;
}

const AT_ONCE = 8;
const MAX_PROBLEMS = 5;
const MAX_SECONDS = 600;

/** Vectors which the shop brings, all of the length that the first one has. */
function fromVectors(items: readonly CatalogItem[]): PicturesReport {
  const pictures = new Map<string, Float32Array>();
  const given = items.filter(({ image_vector }) => image_vector);
  const dims = given[0].image_vector!.length;
  const project = projection(dims);
  const odd = given.filter(({ image_vector }) => image_vector!.length !== dims);
  for (const { item_id, image_vector } of given) if (image_vector!.length === dims) pictures.set(item_id, project(image_vector!));
  const problems = odd.slice(0, MAX_PROBLEMS).map(({ item_id, image_vector }) => `${item_id}: image_vector has ${image_vector!.length} numbers, not ${dims}`);
  return { pictures, downloaded: 0, broken: odd.length, problems };
}

/**
 * What the items look like: from the shop's own vectors where it brings any, else from their pictures, each downloaded once and remembered by
 * its address, broken ones too. An item without is normal.
 */
export async function describePictures(store: PictureStore, items: readonly CatalogItem[], options: PicturesOptions): Promise<PicturesReport> {
  if (items.some(({ image_vector }) => image_vector)) return fromVectors(items);
  const { fetch, signal, maxSeconds = MAX_SECONDS } = options;
  const known = store.all();
  const queue = [...new Set(items.flatMap(({ image_link }) => (image_link && !known.has(image_link) ? [image_link] : [])))];
  const end = performance.now() + maxSeconds * 1000;
  const problems: string[] = [];
  let [downloaded, broken] = [0, 0];
  const work = async () => {
    for (let link = queue.pop(); link !== undefined && !signal?.aborted && performance.now() < end; link = queue.pop()) {
      try {
        const descriptor = await describePicture(await downloadPicture(link, fetch, signal));
        known.set(link, descriptor);
        store.put(link, descriptor);
        downloaded++;
      } catch (error) {
        if (signal?.aborted) return;
        broken++;
        if (problems.length < MAX_PROBLEMS) problems.push(`${link}: ${(error as Error).message}`);
        store.put(link, null);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const pictures = new Map<string, Float32Array>();
  for (const { item_id, image_link } of items) {
    const descriptor = image_link === undefined ? undefined : known.get(image_link);
    if (descriptor) pictures.set(item_id, descriptor);
  }
  return { pictures, downloaded, broken, problems };
}
