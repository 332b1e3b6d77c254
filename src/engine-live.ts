import type { Identifier, LoadedRelease, Partitions } from "./catalog/index.js";
import type { ItemMap } from "./contract/engine.js";
import type { Release } from "./contract/release.js";
import type { ShopRule } from "./contract/rules.js";
import type { Mind } from "./engine-files.js";
import type { EncoderRuntime } from "./persona/index.js";
import type { Kernel, Ranker } from "./rank/index.js";
import type { Words } from "./words.js";

/** All that belongs to one release, swapped in one assignment. */
export interface Live {
  readonly loaded: LoadedRelease;
  readonly kernel: Kernel;
  /** Knows no rules; the one that does is made when it is asked for. */
  readonly ranker: Ranker;
  readonly ruled: { value: Ranker | null };
  /** Null where persona.js cannot be loaded: lists are a cold page's. */
  readonly mind: Mind | null;
  readonly runtime: EncoderRuntime | null;
  /** Reads searches; null without `mind`. */
  readonly words: Words | null;
  /** Pages and feeds often call one item by different ids. */
  readonly identifier: Identifier;
  /** The release's own. */
  readonly rules: readonly ShopRule[];
  readonly map: { value: Promise<ItemMap> | null };
  /** Null where the shard holds the whole catalogue. */
  readonly partitions: Partitions | null;
  /** As the catalog gave it, without partitions. */
  readonly release: Release;
}

/** Nothing to download, compile or time again. */
export const sameButPrices = ({ files: a }: Release, { files: b }: Release) =>
  (Object.keys({ ...a, ...b }) as (keyof Release["files"])[]).every((name) => name === "attributes" || a[name]?.sha256 === b[name]?.sha256);
