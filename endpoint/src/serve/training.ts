import { type CatalogItem, PresentlyError, type Release } from "presently/contract";
import { evaluateRelease } from "../evaluate/evaluate.js";
import type { Metrics } from "../evaluate/metrics.js";
import type { Fetch } from "../pictures/download.js";
import { describePictures, type PicturesReport } from "../pictures/pictures.js";
import { type BuiltRelease, buildRelease } from "../publish/build.js";
import { loadRelease, releaseOf } from "../publish/load.js";
import { partitionRelease } from "../publish/partition/whole.js";
import { priceFiles } from "../publish/prices.js";
import { currentRelease, previousVersions, publishRelease } from "../publish/publish.js";
import { readShopRules } from "../publish/rules.js";
import type { Figures, Run, StoredRelease } from "../store/runs.js";
import { splitSessions } from "../store/split.js";
import type { Store } from "../store/store.js";
import { startTensors } from "../train/backend.js";
import { columnsFor } from "../train/columns.js";
import type { TrainedModel } from "../train/data.js";
import { type TrainProgress, trainModel } from "../train/train.js";
import { blend } from "./blend.js";
import type { DataFolder } from "./data-folder.js";
import { FEWEST, judge } from "./judge.js";
import { dropModels, keepModel, linkModel, liveModel, withCatalog } from "./model.js";
import type { TrainingOptions } from "./training-options.js";

export type RunResult = Pick<Run, "state" | "release" | "message" | "figures">;

export interface RunHooks {
  readonly now: () => number;
  readonly onProgress?: (progress: TrainProgress) => void;
  readonly signal?: AbortSignal;
  /** Gets pictures; the platform's by default. */
  readonly fetch?: Fetch;
}

/** What earlier sessions said of popularity fades by this much with each training that no longer sees them. */
const FADE = 0.98;

const idle = (message: string): RunResult => ({ state: "idle", release: null, message, figures: {} });
const figuresOf = (metrics: Metrics): Figures => ({ ...metrics });

/** Which state of the catalogue a release shows. */
type CatalogState = Pick<StoredRelease, "catalog" | "content">;
const catalogState = ({ catalog }: Store): CatalogState => ({ catalog: catalog.version(), content: catalog.content() });

async function publish(
  store: Store,
  folder: DataFolder,
  built: BuiltRelease,
  model: TrainedModel,
  catalog: CatalogState,
  origin: string,
  { keep, oneShard }: Pick<TrainingOptions, "keep" | "oneShard">,
): Promise<{ readonly release: Release; readonly problem: string }> {
  // Another process may have published while this one trained (the server a new catalogue): pages never go back, so the number is taken last.
  const live = await currentRelease(folder.releases);
  const version = (live?.version ?? 0) + 1;
  const { rules, problem } = await readShopRules(folder.rules, live?.rules);
  const { created, items, metrics } = built.manifest;
  const divided = await partitionRelease(built, { above: oneShard });
  // The manifest last: what it says must be true when a page reads it.
  const file = await keepModel(folder, version, model);
  store.runs.addRelease({ version, created: Date.parse(created), items, ...catalog, model: file, origin, metrics });
  const release = await publishRelease(
    folder.releases,
    { ...divided, manifest: { ...divided.manifest, version, ...(rules !== undefined && { rules }) } },
    { keep },
  );
  await dropModels(folder, version, await previousVersions(folder.releases));
  return { release, problem: problem ? ` ${problem}` : "" };
}

/**
 * What the items look like. Where pictures are not asked for, those seen before still count for a model that was trained with them: its items'
 * own vectors are only what their looks do not say.
 */
async function lookAt(store: Store, items: readonly CatalogItem[], pictures: boolean | undefined, model: TrainedModel | null, hooks: RunHooks) {
  if (!pictures && !model?.looks) return null;
  await startTensors();
  return describePictures(store.pictures, items, { fetch: hooks.fetch ?? fetch, signal: hooks.signal, ...(!pictures && { maxSeconds: 0 }) });
}

function picturesTold(report: PicturesReport | null, items: number): string {
  if (!report) return "";
  const { pictures, broken, problems } = report;
  return ` ${pictures.size} of ${items} items have a picture${broken > 0 ? `; ${broken} could not be read, such as ${problems[0]}` : ""}.`;
}

/** Share of what is stored that came after the newest published training. */
function freshShare(store: Store): number {
  const { records, sessions } = store.counters();
  const known = store.runs.lastPublished()?.records ?? 0;
  return Math.max(0, records + sessions - known) / Math.max(1, records + sessions);
}

/** Sessions of which a warm training's passes make up to: more of few, so that they tell, one of many, so that it ends. */
const WARM_SESSIONS = 60_000;

const warmPasses = (sessions: number) => Math.max(1, Math.min(3, WARM_SESSIONS / sessions));

/**
 * Trains on what is stored, from the live model where there is one, measures the new model and the live one on the same newest held-out
 * sessions, and publishes the new one unless it is worse.
 */
export async function runTraining(store: Store, folder: DataFolder, options: TrainingOptions, hooks: RunHooks): Promise<RunResult> {
  const { now, onProgress, signal } = hooks;
  const catalog = catalogState(store);
  const items = store.catalog.items();
  if (items.length === 0) return idle("There is no catalogue yet: run presently import-catalog FEED, or serve with --feed.");
  const live = await currentRelease(folder.releases);
  const warm = options.cold ? null : await liveModel(store, folder);
  const split = splitSessions(store, { ...options, fresh: warm ? freshShare(store) : undefined, since: live ? Date.parse(live.created) : undefined });
  const { train, heldOut, earlier } = split;
  if (!train.some(({ events }) => events.length > 1)) return idle("There is nothing to learn from yet: no session or pair is stored.");

  const looks = await lookAt(store, items, options.pictures, warm, hooks);
  let model: TrainedModel;
  try {
    model = await trainModel(
      { items, sessions: train, pictures: looks?.pictures },
      {
        seed: options.seed,
        // The first training is the evaluations' own: in few passes few sessions teach little (RSC15: 4 passes 59.5 % recall, 12 65.1; bench/LOG.md).
        epochs: options.epochs ?? (warm ? warmPasses(train.length) : undefined),
        negatives: options.negatives ?? Math.min(8192, Math.max(64, items.length >> 1)),
        maxSeconds: options.maxSeconds,
        device: options.device,
        onProgress,
        signal,
      },
      warm ?? undefined,
    );
  } catch (error) {
    if (error instanceof PresentlyError && error.code === "train/empty") return idle(error.message);
    throw error;
  }
  if (warm) {
    const before = columnsFor(warm, items)(warm.popularity);
    const popularity = model.popularity.map((count, row) => Math.max(count, FADE * before[row]));
    model = { ...blend(warm, model, items, train, looks?.pictures), popularity };
  }

  const version = (live?.version ?? 0) + 1;
  const draft = await buildRelease(model, items, { version, created: new Date(now()).toISOString(), metrics: {} });
  const parts = await releaseOf(draft);
  const liveParts = live && (await loadRelease(folder.releases));
  const next = await evaluateRelease(parts, heldOut);
  const before = liveParts && (await evaluateRelease(liveParts, heldOut));
  const known = liveParts && earlier.length > 0 ? { next: await evaluateRelease(parts, earlier), before: await evaluateRelease(liveParts, earlier) } : null;
  const decision = judge(next, before, known);
  const figures = { next: figuresOf(next), ...(before && { before: figuresOf(before) }), sessions: train.length, heldOut: heldOut.length };
  const message = decision.message + picturesTold(looks, items.length);
  if (!decision.publish) return { state: "kept", release: null, message, figures };
  // With nothing held out there is no figure to state.
  const metrics = next.examples >= FEWEST ? figuresOf(next) : {};
  const { release, problem } = await publish(store, folder, { ...draft, manifest: { ...draft.manifest, metrics } }, model, catalog, "trained", options);
  return { state: "published", release: release.version, message: message + problem, figures };
}

const sameIds = (a: readonly CatalogItem[], ids: readonly string[]) => a.length === ids.length && a.every(({ item_id }, row) => item_id === ids[row]);

/** Publishes today's prices and availability beside the same vectors: pages fetch a few kilobytes. */
async function runPrices(
  store: Store,
  folder: DataFolder,
  live: Release,
  known: StoredRelease,
  catalog: CatalogState,
  items: readonly CatalogItem[],
  keep: number,
  { now }: RunHooks,
): Promise<RunResult> {
  const { root, files } = await priceFiles(folder.releases, live, new Map(items.map((item) => [item.item_id, item])));
  const version = live.version + 1;
  const created = new Date(now()).toISOString();
  const { attributes: _, ...same } = live.files;
  const { rules, problem } = await readShopRules(folder.rules, live.rules);
  const model = await linkModel(folder, known.model, version).catch(() => "");
  store.runs.addRelease({ ...known, version, created: Date.parse(created), ...catalog, model, origin: "prices updated" });
  const manifest: Release = { ...live, version, created, files: { ...same, ...(root && { attributes: root }) }, rules };
  await publishRelease(folder.releases, { manifest, files }, { keep });
  await dropModels(folder, version, await previousVersions(folder.releases));
  const bytes = [...files.values()].reduce((sum, content) => sum + content.length, 0);
  return {
    state: "published",
    release: version,
    message: `New prices and availability of the same items, in ${bytes} bytes.${problem ? ` ${problem}` : ""}`,
    figures: {},
  };
}

/** Publishes the live model with the catalogue as it is now: new prices and availability, new items placed by their metadata. */
export async function runCatalog(
  store: Store,
  folder: DataFolder,
  { pictures, ...options }: Pick<TrainingOptions, "keep" | "pictures" | "oneShard">,
  hooks: RunHooks,
): Promise<RunResult> {
  const catalog = catalogState(store);
  const items = store.catalog.items();
  const live = await currentRelease(folder.releases);
  const known = live && store.runs.release(live.version);
  if (live && known && known.content === catalog.content) return runPrices(store, folder, live, known, catalog, items, options.keep, hooks);
  const before = await liveModel(store, folder);
  if (!live || !before) return idle("There is no model yet: run presently train first.");
  if (items.length === 0) return idle("The catalogue is empty: the release before stays live.");
  const earlier = new Set(before.ids);
  const added = items.filter(({ item_id }) => !earlier.has(item_id)).length;
  const looks = await lookAt(store, items, pictures, before, hooks);
  const model = withCatalog(before, items, looks?.pictures);
  const version = live.version + 1;
  const built = await buildRelease(model, items, { version, created: new Date(hooks.now()).toISOString(), metrics: live.metrics });
  const { release, problem } = await publish(store, folder, built, model, catalog, "catalogue updated", options);
  const told = sameIds(items, before.ids)
    ? `The same ${items.length} items with what the feed says of them now.`
    : `${items.length} items, ${added} of them new and placed by their metadata, ${before.ids.length + added - items.length} gone.`;
  return { state: "published", release: release.version, message: told + picturesTold(looks, items.length) + problem, figures: {} };
}
