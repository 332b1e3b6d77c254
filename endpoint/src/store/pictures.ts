import { type Database, databaseError } from "./database.js";

export interface PictureStore {
  /** Descriptors by address; null: there was none to be had, which is tried again after a week. */
  all(): Map<string, Float32Array | null>;
  put(link: string, descriptor: Float32Array | null): void;
}

const DAY_MS = 86_400_000;
const RETRY_DAYS = 7;

export function pictureStore(db: Database, path: string, now: () => number): PictureStore {
  const insert = db.prepare("INSERT OR REPLACE INTO pictures (link, day, descriptor) VALUES (?, ?, ?)");
  const select = db.prepare("SELECT link, descriptor FROM pictures WHERE descriptor IS NOT NULL OR day > ?");
  const today = () => Math.floor(now() / DAY_MS);
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw databaseError(error, path);
    }
  };
  return {
    all: () =>
      guarded(() => {
        const rows = select.all([today() - RETRY_DAYS]) as { link: string; descriptor: ArrayBuffer | null }[];

        return new Map(rows.map(({ link, descriptor }) => [link, descriptor && new Float32Array(descriptor)]));
      }),
    put: (link, descriptor) =>
      guarded(() => void insert.run([link, today(), descriptor && Buffer.from(descriptor.buffer, descriptor.byteOffset, descriptor.byteLength)])),
  };
}
