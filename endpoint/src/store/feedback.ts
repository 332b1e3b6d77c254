import type { FeedbackBatch, FeedbackRecord } from "presently/contract";
import { type Database, databaseError, transaction } from "./database.js";

const DAY_MS = 86_400_000;

export interface StoredRecord {
  /** 16 random bytes: says nothing of when or with what it came. */
  readonly id: Uint8Array;
  /** Days since the epoch, UTC. */
  readonly day: number;
  readonly release: number;
  readonly record: FeedbackRecord;
}

export interface FeedbackStore {
  /**
   * Stores batches in one transaction, on disk when it returns. One whose key is known already changes nothing.
   * @returns how many were new
   * @throws PresentlyError `store/…`: then none of them is stored
   */
  add(batches: readonly FeedbackBatch[]): number;
  /** In the order of their random ids. */
  records(): Generator<StoredRecord>;
}

export function feedbackStore(db: Database, path: string, now: () => number): FeedbackStore {
  const insertBatch = db.prepare("INSERT INTO batches VALUES (?, ?) ON CONFLICT DO NOTHING");
  // One statement for all of a batch's records: calls into SQLite are what an insert costs here.
  const insertRecords = db.prepare("INSERT INTO records SELECT randomblob(16), ?, ?, value FROM json_each(?)");
  const count = db.prepare("UPDATE counters SET value = value + ? WHERE name = ?");
  return {
    add(batches) {
      const day = Math.floor(now() / DAY_MS);
      try {
        return transaction(db, () => {
          let added = 0;
          let records = 0;
          for (const { key, release, records: list } of batches) {
            if (insertBatch.run([Buffer.from(key, "hex"), day]).changes === 0) continue;
            insertRecords.run([day, release, JSON.stringify(list)]);
            added++;
            records += list.length;
          }
          if (added > 0) {
            count.run([added, "batches"]);
            count.run([records, "records"]);
          }
          return added;
        });
      } catch (error) {
        throw databaseError(error, path);
      }
    },
    *records() {
      for (const row of db.prepare("SELECT id, day, release, body FROM records").iterate([])) {
        const { id, day, release, body } = row as { id: ArrayBuffer; day: number; release: number; body: string };
        yield { id: new Uint8Array(id), day, release, record: JSON.parse(body) as FeedbackRecord };
      }
    },
  };
}
