import { join } from "node:path";
import { type CatalogStore, catalogStore } from "./catalog.js";
import { databaseError, openDatabase } from "./database.js";
import { type FeedbackStore, feedbackStore } from "./feedback.js";
import { type PictureStore, pictureStore } from "./pictures.js";
import { type RunStore, runStore } from "./runs.js";
import { type SessionStore, sessionStore } from "./sessions.js";

export interface Counters {
  readonly batches: number;
  readonly records: number;
  readonly sessions: number;
  readonly items: number;
  /** Grows with every change of the catalogue. */
  readonly catalog: number;
}

export interface Store {
  readonly path: string;
  readonly feedback: FeedbackStore;
  readonly catalog: CatalogStore;
  readonly sessions: SessionStore;
  readonly pictures: PictureStore;
  readonly runs: RunStore;
  counters(): Counters;
  close(): void;
}

/**
 * Opens the database in a data folder, made where there is none.
 * @throws PresentlyError `store/…`, naming the fix
 */
export function openStore(folder: string, { now = Date.now }: { readonly now?: () => number } = {}): Store {
  const path = join(folder, "presently.db");
  const db = openDatabase(path);
  const counters = db.prepare("SELECT name, value FROM counters");
  return {
    path,
    feedback: feedbackStore(db, path, now),
    catalog: catalogStore(db, path),
    sessions: sessionStore(db, path),
    pictures: pictureStore(db, path, now),
    runs: runStore(db, path),
    counters() {
      try {
        const rows = counters.all([]) as { name: keyof Counters; value: number }[];
        return Object.fromEntries(rows.map(({ name, value }) => [name, value])) as unknown as Counters;
      } catch (error) {
        throw databaseError(error, path);
      }
    },
    close: () => void db.close(),
  };
}
