import { type Database, databaseError } from "./database.js";

export type RunKind = "train" | "catalog" | "rollback" | "start";
/** `kept`: the new model was worse, the one before stays live. `idle`: nothing there to learn from yet. */
export type RunState = "running" | "published" | "kept" | "idle" | "failed" | "interrupted";

/** Held-out figures in percent, by name (recall20, mrr20, …). */
export type Figures = Readonly<Record<string, number>>;

export interface Run {
  readonly id: number;
  readonly kind: RunKind;
  readonly state: RunState;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly finished: number | null;
  /** Version which it published. */
  readonly release: number | null;
  /** The decision in plain words. */
  readonly message: string;
  readonly figures: { readonly next?: Figures; readonly before?: Figures; readonly sessions?: number; readonly heldOut?: number };
  /** Counters as the run found them. */
  readonly records: number;
  readonly catalog: number;
}

export interface StoredRelease {
  readonly version: number;
  readonly created: number;
  readonly items: number;
  /** Catalogue version which it shows. */
  readonly catalog: number;
  /** What `CatalogStore.content` was for it; −1: unknown. */
  readonly content: number;
  /** File of the float model, in the models folder. */
  readonly model: string;
  /** "trained", "catalogue updated", "rolled back to 4"… */
  readonly origin: string;
  readonly metrics: Figures;
}

export interface RunStore {
  begin(run: Pick<Run, "kind" | "started" | "records" | "catalog">): number;
  end(id: number, result: Pick<Run, "state" | "finished" | "release" | "message" | "figures">): void;
  /** Newest first. */
  latest(limit: number): Run[];
  /** The newest finished training, whatever came of it. */
  lastTraining(): Run | null;
  /** The newest training that published. */
  lastPublished(): Run | null;
  /** Runs that a crash or a kill ended. */
  interrupt(now: number): void;
  addRelease(release: Omit<StoredRelease, "content"> & Partial<Pick<StoredRelease, "content">>): void;
  release(version: number): StoredRelease | null;
  releases(limit: number): StoredRelease[];
}

const run = (row: unknown): Run => {
  const { figures, ...rest } = row as Omit<Run, "figures"> & { figures: string };
  return { ...rest, figures: JSON.parse(figures) as Run["figures"] };
};
const release = (row: unknown): StoredRelease => {
  const { metrics, ...rest } = row as Omit<StoredRelease, "metrics"> & { metrics: string };
  return { ...rest, metrics: JSON.parse(metrics) as Figures };
};

const RUN = "id, kind, state, started, finished, release, message, figures, records, catalog";
const RELEASE = "version, created, items, catalog, content, model, origin, metrics";

export function runStore(db: Database, path: string): RunStore {
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw databaseError(error, path);
    }
  };
  const all = (sql: string, values: unknown[] = []) => guarded(() => db.prepare(sql).all(values));
  const write = (sql: string, values: unknown[]) => guarded(() => db.prepare(sql).run(values));
  return {
    begin: ({ kind, started, records, catalog }) =>
      Number(
        write("INSERT INTO runs (kind, state, started, message, figures, records, catalog) VALUES (?, 'running', ?, '', '{}', ?, ?)", [
          kind,
          started,
          records,
          catalog,
        ]).lastInsertRowid,
      ),
    end: (id, result) =>
      void write("UPDATE runs SET state = ?, finished = ?, release = ?, message = ?, figures = ? WHERE id = ?", [
        result.state,
        result.finished,
        result.release,
        result.message,
        JSON.stringify(result.figures),
        id,
      ]),
    latest: (limit) => all(`SELECT ${RUN} FROM runs ORDER BY id DESC LIMIT ?`, [limit]).map(run),
    lastTraining: () =>
      all(`SELECT ${RUN} FROM runs WHERE kind = 'train' AND state IN ('published', 'kept', 'idle') ORDER BY id DESC LIMIT 1`).map(run)[0] ?? null,
    lastPublished: () => all(`SELECT ${RUN} FROM runs WHERE kind = 'train' AND state = 'published' ORDER BY id DESC LIMIT 1`).map(run)[0] ?? null,
    interrupt: (now) =>
      void write("UPDATE runs SET state = 'interrupted', finished = ?, message = 'The endpoint stopped before the run had ended.' WHERE state = 'running'", [
        now,
      ]),
    addRelease: ({ version, created, items, catalog, content = -1, model, origin, metrics }) =>
      void write(`INSERT OR REPLACE INTO releases (${RELEASE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, [
        version,
        created,
        items,
        catalog,
        content,
        model,
        origin,
        JSON.stringify(metrics),
      ]),
    release: (version) => all(`SELECT ${RELEASE} FROM releases WHERE version = ?`, [version]).map(release)[0] ?? null,
    releases: (limit) => all(`SELECT ${RELEASE} FROM releases ORDER BY version DESC LIMIT ?`, [limit]).map(release),
  };
}
