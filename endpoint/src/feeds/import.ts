import { type CatalogItem, PresentlyError } from "presently/contract";
import type { CatalogChange, CatalogStore } from "../store/catalog.js";
import { readFeed } from "./feed.js";
import type { SourceOptions } from "./source.js";

export interface ImportOptions extends SourceOptions {
  /** Items which the feed does not have are removed. */
  readonly replace?: boolean;
}

export interface BrokenRow {
  readonly line: number;
  readonly problem: string;
}

export interface ImportResult extends CatalogChange {
  /** Good items in the feed. */
  readonly items: number;
  readonly broken: number;
  /** The first of the broken rows. */
  readonly examples: readonly BrokenRow[];
}

const GROUP = 500;
const MAX_EXAMPLES = 100;

/**
 * Imports a feed: good rows are stored, broken ones counted and reported. With `replace`, items are removed only after the feed was
 * read to its end.
 * @throws PresentlyError `feed/…` for a feed that is broken as a whole; rows before a cut are imported, none removed
 */
export async function importFeed(catalog: CatalogStore, source: string, options: ImportOptions): Promise<ImportResult> {
  const total = { added: 0, updated: 0, removed: 0 };
  const lineOf = new Map<string, number>();
  const examples: BrokenRow[] = [];
  let broken = 0;
  let group: CatalogItem[] = [];
  const add = (change: CatalogChange) => {
    total.added += change.added;
    total.updated += change.updated;
    total.removed += change.removed;
  };
  const flush = () => {
    if (group.length > 0) add(catalog.put(group));
    group = [];
  };
  const refuse = (row: BrokenRow) => {
    broken++;
    if (examples.length < MAX_EXAMPLES) examples.push(row);
  };
  try {
    for await (const row of readFeed(source, options)) {
      if ("problem" in row) {
        refuse({ line: row.line, problem: row.problem });
        continue;
      }
      const { line, item } = row;
      const first = lineOf.get(item.item_id);
      if (first !== undefined) {
        refuse({ line, problem: `the id ${item.item_id} stands in line ${first} already` });
        continue;
      }
      lineOf.set(item.item_id, line);
      group.push(item);
      if (group.length >= GROUP) flush();
    }
  } finally {
    flush();
  }
  if (lineOf.size === 0) {
    const [one] = examples;
    throw new PresentlyError(
      "feed/empty",
      one
        ? `The feed ${source} has no valid item; the first of ${broken} problems, in line ${one.line}: ${one.problem}`
        : `The feed ${source} has no item: export it again`,
    );
  }
  if (options.replace) add(catalog.keepOnly(new Set(lineOf.keys())));
  return { ...total, items: lineOf.size, broken, examples };
}
