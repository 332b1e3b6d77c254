import type { CatalogItem } from "presently/contract";
import { type Database, databaseError, transaction } from "./database.js";

export interface CatalogChange {
  readonly added: number;
  readonly updated: number;
  readonly removed: number;
}

export interface CatalogStore {
  /** Adds new items and updates known ones (price, availability, anything); removes nothing. One transaction. */
  put(items: readonly CatalogItem[]): CatalogChange;
  /** Removes all items but these. */
  keepOnly(ids: ReadonlySet<string>): CatalogChange;
  /** In the order in which they first came. */
  items(): CatalogItem[];
  /** Grows with every change, so that a release knows whether it is up to date. */
  version(): number;
  /** Grows with every change but that of a price or an availability. */
  content(): number;
}

/** What is an item's own: its price and availability pass. */
function lasting(body: string): string {
  const { price: _, availability: __, ...rest } = JSON.parse(body) as CatalogItem;
  return JSON.stringify(rest);
}

export function catalogStore(db: Database, path: string): CatalogStore {
  const find = db.prepare("SELECT body FROM items WHERE id = ?");
  const upsert = db.prepare("INSERT INTO items (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body");
  const remove = db.prepare("DELETE FROM items WHERE id = ?");
  const count = db.prepare("UPDATE counters SET value = value + ? WHERE name = ?");

  const counter = (name: string) => (db.prepare("SELECT value FROM counters WHERE name = ?").get([name]) as { value: number }).value;

  function change(work: (change: { added: number; updated: number; removed: number; content: boolean }) => void): CatalogChange {
    try {
      return transaction(db, () => {
        const found = { added: 0, updated: 0, removed: 0, content: false };
        work(found);
        const { content, ...result } = found;
        const { added, updated, removed } = result;
        if (added + updated + removed > 0) {
          count.run([added - removed, "items"]);
          count.run([1, "catalog"]);
          if (content || added + removed > 0) count.run([1, "content"]);
        }
        return result;
      });
    } catch (error) {
      throw databaseError(error, path);
    }
  }

  return {
    put: (items) =>
      change((result) => {
        for (const item of items) {
          const body = JSON.stringify(item);
          const before = find.get([item.item_id]) as { body: string } | undefined;
          if (before?.body === body) continue;
          upsert.run([item.item_id, body]);
          result[before ? "updated" : "added"]++;
          if (before && lasting(before.body) !== lasting(body)) result.content = true;
        }
      }),
    keepOnly: (ids) =>
      change((result) => {
        for (const { id } of db.prepare("SELECT id FROM items").all([]) as { id: string }[])
          if (!ids.has(id)) {
            remove.run([id]);
            result.removed++;
          }
      }),
    items: () => (db.prepare("SELECT body FROM items ORDER BY row").all([]) as { body: string }[]).map(({ body }) => JSON.parse(body) as CatalogItem),
    version: () => counter("catalog"),
    content: () => counter("content"),
  };
}
