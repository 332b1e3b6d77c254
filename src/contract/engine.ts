import type { ErrorData } from "./errors.js";
import type { PresentlyEvent } from "./events.js";
import type { ItemCard } from "./items.js";
import type { Ranking, RankingRequestInput } from "./ranking.js";
import type { ShopRules } from "./rules.js";

/** The encoder's backends, in order of preference where timing ties. */
export const BACKENDS = ["webgpu", "webgl", "wasm", "cpu"] as const;
export type BackendName = (typeof BACKENDS)[number];

export interface EngineOptions {
  /** Absolute address of manifest.json. */
  readonly manifest: string;
  /** Absolute address of the folder with the backends' WASM, ending in a slash; where their own modules have it by default. */
  readonly assets?: string | undefined;
  /** Backends to try; all by default. */
  readonly backends?: readonly BackendName[] | undefined;
  /** How often an open page looks for a new release, in milliseconds. 0: never. */
  readonly refreshInterval: number;
  /** What a catalogue of many files may cost; see `Downloads`. */
  readonly downloads?: Partial<Downloads> | undefined;
  /** False before consent: nothing is written to the device, Cache API included. */
  readonly store: boolean;
  /** Rules of the whole shop, or the absolute address of a rules.json. They come before those of the release. */
  readonly rules?: ShopRules | string | undefined;
  /** Default of `recommend`'s own option, 0 … 1. */
  readonly explore?: number;
}

/** What a catalogue too large for one file may cost a page. */
export interface Downloads {
  /** Bytes that one page may download: the release's own files, partitions, decoys and all that leads to them; 3,990,000 by default. */
  readonly bytes: number;
  /** Decoys of each partition, 1 by default. 0: the host sees what the page is near to. */
  readonly decoys: number;
  /** Items held in memory beside the shard's, 60,000 by default; those farthest from the persona go first. */
  readonly items: number;
}

/** A trait: an attribute value that the persona leans to more than the catalogue has of it. */
export interface Trait {
  /** A column of the shard, or "price" with the values "low", "mid" and "high" among items of one category. */
  readonly attribute: string;
  readonly value: string;
  /** Its share of the items looked at and expected next, above its share of the catalogue: 0 … 1. */
  readonly strength: number;
}

export interface PersonaState {
  /** Unit vector [dims]; null while nothing is known. */
  readonly vector: Float32Array | null;
  /** Expected cosine to the next item, 0 … 1, as the variational head predicts it; 0 while nothing is known. */
  readonly confidence: number;
  readonly traits: readonly Trait[];
  readonly context: { readonly page?: string; readonly category?: string; readonly search?: string };
  /** Traits and context in one sentence, "leaning to Jackets, mid price; now browsing Tents"; empty while nothing is known. */
  readonly summary: string;
  /** The tokens behind the persona, newest last, with their attention. */
  readonly tokens: readonly PersonaToken[];
  /** On the map of items (principal axes). */
  readonly position: readonly [number, number] | null;
  /** The page's item ids that the catalogue has by another id, and this. */
  readonly renamed?: ReadonlyMap<string, string>;
  readonly release: number;
  /** What has encoded it; null where that was plain JavaScript, a backend being still on its way or none to be had. */
  readonly backend: BackendName | null;
  /** Encoder alone. */
  readonly milliseconds: number;
}

export interface PersonaToken {
  readonly kind: "item" | "query" | "category";
  /** Item id, search term or category. */
  readonly value: string;
  /** Item title where known, else `value`. */
  readonly label: string;
  readonly interaction: string;
  /** Attention, summing to 1 over the tokens. */
  readonly attention: number;
}

/** The catalogue as points, for the inspector. */
export interface ItemMap {
  /** [count, 2] */
  readonly positions: Float32Array;
  /** Index into `groups` per item. */
  readonly group: Uint16Array;
  /** Top-level categories; index 0 is "no category". */
  readonly groups: readonly string[];
  /** Item ids, by which the session's and the ranking's items find their points. */
  readonly ids?: readonly string[];
}

export interface EngineStatus {
  readonly release: number;
  readonly items: number;
  readonly created: string | null;
  /** Of the catalogue beyond the shard; null or absent where the shard holds all of it. `items` counts what is loaded. */
  readonly partitions?: { readonly total: number; readonly loaded: number; readonly bytes: number; readonly requests: number } | null;
  /** Where the release came from. */
  readonly source: "network" | "cache" | null;
  readonly backend: BackendName | null;
  /** Median encoder milliseconds per backend which passed its golden vectors. */
  readonly timings: Readonly<Partial<Record<BackendName, number>>>;
  readonly kernel: "simd" | "js" | null;
  readonly thread: "worker" | "main";
  /** What it does without, and why; newest last, one per code. */
  readonly problems: readonly ErrorData[];
}

/** What the page asks of the engine, in a worker or on the main thread. Every call answers or rejects with a PresentlyError. */
export interface Engine {
  /** Loads the last good or the newest release; resolves when ranking can start. */
  open(options: EngineOptions): Promise<EngineStatus>;
  /** The whole session so far; gives the persona after it. */
  observe(events: readonly PresentlyEvent[]): Promise<PersonaState>;
  rank(request: RankingRequestInput): Promise<Ranking>;
  /** Cards of known ids, in order; unknown ids are left out. */
  cards(ids: readonly string[]): Promise<readonly ItemCard[]>;
  map(): Promise<ItemMap>;
  status(): Promise<EngineStatus>;
  /** Looks for a new release now. */
  refresh(): Promise<EngineStatus>;
  /** Consent given or withdrawn: false also deletes what is stored. */
  allowStorage(store: boolean): Promise<void>;
  close(): Promise<void>;
}

export type EngineMethod = keyof Engine;

/** Every message between page and worker. */
export type ToEngine = {
  readonly [M in EngineMethod]: { readonly type: "call"; readonly id: number; readonly method: M; readonly args: Parameters<Engine[M]> };
}[EngineMethod];

export type FromEngine =
  | { readonly type: "ready" }
  | { readonly type: "answer"; readonly id: number; readonly value: unknown }
  | { readonly type: "failure"; readonly id: number; readonly error: ErrorData }
  /** A release went live, a backend was lost or chosen, a problem arose. */
  | { readonly type: "changed"; readonly what: "release" | "backend" | "problem"; readonly status: EngineStatus };
