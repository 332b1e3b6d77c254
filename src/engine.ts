import { type Catalog, createCatalog, createIdentifier, type LoadedRelease, type Partitions } from "./catalog/index.js";
import type { Engine, EngineOptions, EngineStatus, FromEngine } from "./contract/engine.js";
import { type ErrorData, errorData, PresentlyError } from "./contract/errors.js";
import type { PresentlyEvent } from "./contract/events.js";
import type { Ranking, RankingRequest, RankingRequestInput } from "./contract/ranking.js";
import type { ShopRule } from "./contract/rules.js";
import { loadMind, loadRules, type Mind } from "./engine-files.js";
import { type Live, sameButPrices } from "./engine-live.js";
import { parsedRequest, rankRelease } from "./engine-rank.js";
import { inTime } from "./patience.js";
import { type EncodedSession, unknownPersona } from "./persona/context.js";
import type { RuntimeOptions } from "./persona/index.js";
import { createKernel, createPages, createRanker } from "./rank/index.js";

export interface EngineParts {
  readonly fetch: (input: string, init?: RequestInit) => Promise<Response>;
  readonly caches?: CacheStorage | undefined;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Milliseconds since the epoch, as events have them; the device's clock by default. */
  readonly date?: () => number;
  /** 0 … 1 */
  readonly random: () => number;
  /** "main": whatever blocks is left out, GPU programs being compiled above all. */
  readonly thread: EngineStatus["thread"];
  /** Milliseconds that a persona waits for the encoder's backend before plain JavaScript stands in. */
  readonly patience?: number;
  /** Milliseconds without an event before the encoder's backends are started. */
  readonly quiet?: number;
  readonly load?: RuntimeOptions["load"];
  /** What the browser says of the connection (https://wicg.github.io/netinfo/): with Save-Data the encoder comes with the first event, not before. */
  readonly connection?: () => { readonly saveData?: boolean; readonly effectiveType?: string } | undefined;
}

export type Notify = (what: Extract<FromEngine, { type: "changed" }>["what"], status: EngineStatus) => void;

const NOTHING: EncodedSession = { tokens: [], output: null, backend: null, milliseconds: 0 };
/** Without any release it is looked for this soon again, then less and less often. */
const FIRST_RETRY = 5_000;
/** Problems that a good look at the manifest ends. */
const OF_RELEASES = /^(manifest|release|shard|tensors|encoder)\//;

/** catalog → persona → rank, in a worker or on the main thread. */
export function createEngine(parts: EngineParts, notify: Notify): Engine {
  const { now, thread } = parts;
  const problems = new Map<string, ErrorData>();
  let options: EngineOptions | null = null;
  let catalog: Catalog | null = null;
  let opening: Promise<void> = Promise.resolve();
  let live: Live | null = null;
  let shopRules: readonly ShopRule[] = [];
  const pages = createPages();
  let events: readonly PresentlyEvent[] = [];
  let session = NOTHING;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempts = 0;
  let turn: Promise<unknown> = Promise.resolve();
  let waiting: Promise<void> | null = null;
  let growing: Promise<void> = Promise.resolve();

  const status = (): EngineStatus => ({
    release: live?.release.version ?? 0,
    items: live?.loaded.shard.count ?? 0,
    partitions: partitionStatus(),
    created: live?.release.created ?? null,
    source: live?.loaded.source ?? null,
    backend: live?.runtime?.backend ?? null,
    timings: { ...live?.runtime?.timings },
    kernel: live?.kernel.name ?? null,
    thread,
    problems: [...problems.values()],
  });

  function partitionStatus(): EngineStatus["partitions"] {
    if (!live?.partitions) return null;
    const { total, partitions, bytes, requests } = live.partitions.status();
    return { total, loaded: partitions, bytes, requests };
  }

  function problem(error: unknown): void {
    const data = errorData(error);
    const known = problems.get(data.code);
    problems.delete(data.code);
    problems.set(data.code, data);
    if (known?.message !== data.message) notify("problem", status());
  }

  /** One after the other: nothing is encoded for a release that is just being replaced. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  }

  async function encode(release: Pick<Live, "loaded" | "mind" | "runtime" | "words" | "identifier">): Promise<EncodedSession> {
    const { mind, runtime, words } = release;
    if (!mind || !runtime || !words) return NOTHING;
    const { shard, encoder } = release.loaded;
    const named = mind.sessionTokens(release.identifier.events(events), encoder.config.maxTokens);
    const text = named.some(({ kind }) => kind === "query") ? await words() : null;
    const tokens = mind.tokenVectors(named, shard, text);
    if (tokens.length === 0) return NOTHING;
    const input = {
      vectors: tokens.map(({ vector }) => vector),
      types: tokens.map(({ type }) => type),
      dwells: tokens.map(({ dwell }) => dwell),
      gaps: tokens.map(({ gap }) => gap),
    };
    const started = now();
    const withoutBackend = (): EncodedSession => {
      const output = runtime.direct(input) ?? mind.averagePersona(tokens, shard.dims);
      return { tokens, output, backend: null, milliseconds: now() - started };
    };
    // Starting backends and choosing one takes hundreds of milliseconds.
    if (!runtime.prepared) {
      const output = withoutBackend();
      runtime.prepareSoon(input);
      return output;
    }
    const encoding = runtime.encode(input);
    try {
      const output = await inTime(encoding, parts.patience);
      if (output) {
        problems.delete("persona/slow");
        problems.delete("persona/unavailable");
        return { tokens, output, backend: output.backend, milliseconds: output.milliseconds };
      }
      problem(new PresentlyError("persona/slow", "The encoder's backend has not answered in time; until it does, plain JavaScript encodes"));
      encoding.then(() => recompute("backend"), problem);
    } catch (error) {
      problem(error);
    }
    return withoutBackend();
  }

  async function recompute(what: "release" | "backend"): Promise<void> {
    await inTurn(async () => {
      if (live) session = await encode(live);
    });
    notify(what, status());
  }

  /** Only prices and availability are newer: nothing is downloaded, compiled or timed again. */
  async function reprice(loaded: LoadedRelease, before: Live): Promise<void> {
    const { partitions, kernel } = before;
    const next: Live = { ...before, release: loaded.release, rules: await rulesOf(loaded), ruled: { value: null } };
    if (partitions) {
      live = next;
      await partitions.reprice(loaded);
      await growing;
      return;
    }
    live = { ...next, loaded, ranker: createRanker(loaded.shard, kernel) };
    notify("release", status());
  }

  /** Partitions have come or gone: the ranking goes over to them between two turns. */
  async function grow(from: Partitions): Promise<void> {
    const loaded = from.loaded();
    const kernel = await createKernel(loaded.shard);
    await inTurn(async () => {
      // A later growth has overtaken this one, or another release has.
      if (live?.partitions !== from || from.loaded() !== loaded) return;
      const next: Live = {
        ...live,
        loaded,
        kernel,
        ranker: createRanker(loaded.shard, kernel),
        ruled: { value: null },
        identifier: createIdentifier(loaded),
        map: { value: null },
      };
      session = await encode(next);
      live = next;
    });
    if (live?.loaded === loaded) notify("release", status());
  }

  async function partitionsOf(loaded: LoadedRelease, from: Catalog): Promise<Partitions | null> {
    const { partitions: file } = loaded;
    if (!file) return null;
    const { openPartitionsOf } = await import("./partitions.js");
    const opened: Partitions = await openPartitionsOf({ ...loaded, partitions: file }, from, options!, parts, {
      onProblem: problem,
      onChange() {
        if (live?.partitions === opened) growing = growing.then(() => grow(opened)).catch(problem);
      },
    });
    return opened;
  }

  /** Fetches what the session's newest persona is near to; the ranking is renewed when it comes. */
  function follow(): void {
    if (!live?.partitions || !live.mind) return;
    const ids = live.mind.sessionTokens(events, live.loaded.encoder.config.maxTokens).flatMap(({ kind, value }) => (kind === "item" ? [value] : []));
    void live.partitions.follow(session.output?.persona ?? null, ids);
  }

  async function goLive(loaded: LoadedRelease): Promise<void> {
    if (live && sameButPrices(live.release, loaded.release)) return reprice(loaded, live);
    const kernel = await createKernel(loaded.shard);
    if (kernel.name === "js")
      problem(
        new PresentlyError(
          "rank/no-wasm",
          "WebAssembly SIMD is not available: ranking runs in plain JavaScript. Allow 'wasm-unsafe-eval' in script-src if a CSP forbids it",
        ),
      );
    const from = catalog!;
    const mind = await mindOrProblem();
    const persona = mind?.openPersona(loaded, from, options!, parts, {
      onProblem: problem,
      onBackend: (changed) => live?.runtime === changed && notify("backend", status()),
      onWords: () => recompute("release"),
    });
    const { runtime = null, words = null } = persona ?? {};
    const partitions = await partitionsOf(loaded, from);
    const next: Live = {
      loaded,
      kernel,
      ranker: createRanker(loaded.shard, kernel),
      ruled: { value: null },
      mind,
      runtime,
      words,
      identifier: createIdentifier(loaded),
      rules: await rulesOf(loaded),
      map: { value: null },
      partitions,
      release: loaded.release,
    };
    const previous = live;
    await inTurn(async () => {
      const encoded = await encode(next);
      live = next;
      session = encoded;
    });
    previous?.partitions?.close();
    await previous?.runtime?.dispose();
    notify("release", status());
    // Without events yet there is time: in a worker nobody waits for it, but the page's first lists.
    if (thread === "worker" && parts.connection?.()?.saveData !== true && session.tokens.length === 0) runtime?.prepareSoon();
    follow();
  }

  async function mindOrProblem(): Promise<Mind | null> {
    try {
      return await loadMind();
    } catch (error) {
      problem(error);
      return null;
    }
  }

  /** Rules that cannot be read are no reason to show nothing. */
  async function rulesOf({ release }: LoadedRelease): Promise<readonly ShopRule[]> {
    try {
      return release.rules === undefined ? [] : (await loadRules()).parseShopRules(release.rules);
    } catch (error) {
      problem(error);
      return [];
    }
  }

  async function look(): Promise<void> {
    const from = catalog;
    if (!from) return;
    try {
      const newer = live ? await from.refresh() : await from.load();
      if (catalog !== from) return;
      for (const code of problems.keys()) if (OF_RELEASES.test(code)) problems.delete(code);
      if (newer) await goLive(newer);
    } catch (error) {
      problem(error);
    }
    plan();
  }

  async function readRules(given: EngineOptions["rules"]): Promise<void> {
    try {
      shopRules = given === undefined ? [] : await (await loadRules()).loadShopRules(given, parts.fetch);
    } catch (error) {
      shopRules = [];
      problem(error);
    }
  }

  function plan(): void {
    clearTimeout(timer);
    const interval = options?.refreshInterval ?? 0;
    if (!catalog || interval <= 0) return;
    const wait = live ? interval : Math.min(interval, FIRST_RETRY * 2 ** attempts++);
    timer = setTimeout(() => void look(), wait);
  }

  async function opened(): Promise<void> {
    if (!catalog) throw new PresentlyError("engine/closed", "The engine is not open: call open({ manifest, assets, … }) first");
    await opening;
  }

  /** Every error that leaves is a PresentlyError. */
  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof PresentlyError) throw error;
      throw new PresentlyError("engine/unexpected", `The engine failed: ${(error as Error)?.message ?? error}`, { cause: error });
    }
  }

  /** A ranking about certain items needs them, wherever they are. */
  async function fetchAsked({ kind, itemId, itemIds = [] }: RankingRequest): Promise<void> {
    const partitions = live?.partitions;
    if (!partitions || kind === "recommend") return;
    await inTime(partitions.need(kind === "similar" && itemId ? [itemId] : itemIds, kind === "similar"), parts.patience);
    await growing;
  }

  async function rank(input: RankingRequestInput): Promise<Ranking> {
    const started = now();
    if (live?.partitions) await fetchAsked(await parsedRequest(input));
    // One release for all of it, whatever goes live meanwhile.
    const current = live;
    const ranking = await rankRelease(input, current, {
      events,
      session,
      shopRules,
      pages,
      explore: options?.explore ?? 0,
      parts,
    });
    return { ...ranking, milliseconds: now() - started };
  }

  const engine: Engine = {
    async open(given) {
      await engine.close();
      options = given;
      const { manifest, store } = given;
      catalog = createCatalog(manifest, { fetch: parts.fetch, caches: parts.caches, store, onProblem: problem });
      // Beside the release, not after it.
      void loadMind().catch(() => {});
      opening = Promise.all([look(), readRules(given.rules)]).then(() => {});
      await opening;
      // What the device kept answers at once; whether there is something newer is seen next.
      if (live?.loaded.source === "cache") void look();
      return status();
    },
    async observe(given) {
      await opened();
      events = given;
      // Of several that wait, only the newest session is encoded.
      waiting ??= inTurn(async () => {
        waiting = null;
        if (live) session = await encode(live);
      });
      await waiting;
      follow();
      const mind = live ? live.mind : await mindOrProblem();
      const release = live && { version: live.release.version, shard: live.loaded.shard, card: live.loaded.card, score: live.kernel.score };
      const state = mind ? mind.personaState(session, events, release) : unknownPersona(events, release?.version ?? 0);
      return live?.identifier.renamed.size ? { ...state, renamed: live.identifier.renamed } : state;
    },
    async rank(request) {
      await opened();
      await turn;
      return rank(request);
    },
    async cards(ids) {
      await opened();
      if (!live) return [];
      if (live.partitions) {
        await inTime(live.partitions.need(ids), parts.patience);
        await growing;
        await inTime(live.partitions.cards(ids), parts.patience);
      }
      const { shard, card } = live.loaded;
      return ids.map((id) => shard.row(id)).flatMap((row) => (row < 0 ? [] : [card(row)]));
    },
    async map() {
      await opened();
      if (!live?.mind) return { positions: new Float32Array(0), group: new Uint16Array(0), groups: [""] };
      live.map.value ??= live.mind.itemMap(live.loaded.shard);
      return live.map.value;
    },
    async status() {
      return status();
    },
    async refresh() {
      await opened();
      await look();
      return status();
    },
    async allowStorage(store) {
      if (!catalog) await opened();
      // A withdrawal does not wait for a download.
      await catalog?.allowStorage(store);
    },
    async close() {
      clearTimeout(timer);
      catalog = null;
      const closing = live;
      closing?.partitions?.close();
      live = null;
      session = NOTHING;
      await closing?.runtime?.dispose();
    },
  };
  return Object.fromEntries(
    Object.entries(engine).map(([name, method]) => [name, (...args: never[]) => guarded(() => (method as (...args: never[]) => Promise<unknown>)(...args))]),
  ) as unknown as Engine;
}
