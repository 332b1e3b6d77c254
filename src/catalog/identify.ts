import type { EventItem, PresentlyEvent } from "../contract/events.js";
import type { LoadedRelease } from "./loaded.js";

/** Above so many items only exact ids are compared: the other ways need an index of all of them. */
const MOST_ITEMS = 300_000;
const SHORTEST_PART = 3;

/** Finds the catalogue's id of what a page calls otherwise. */
export interface Identifier {
  /** The events with the catalogue's ids, where it knows the items; else as they are. */
  events(events: readonly PresentlyEvent[]): readonly PresentlyEvent[];
  /** The catalogue's id for one that a page has used; the same where there is none. */
  id(id: string): string;
  /** The page's ids so far that the catalogue has by another. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** Without case, spaces, punctuation and leading zeros. */
const folded = (id: string) =>
  id
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => word.replace(/^0+(?=\d)/, ""))
    .join("");

/** What feeds are made of: "shopify_US_4321_8765" and "online:en:US:MUG-01" hold a product's, a variant's or a stock-keeping unit's id. */
const partsOf = (id: string) => id.split(/[:_|\s]+/).filter((part) => part.length >= SHORTEST_PART && /\d/.test(part));

function pathOf(link: string): string | undefined {
  try {
    return decodeURI(new URL(link, "https://shop.invalid/").pathname).replace(/\/+$/, "");
  } catch {
    return undefined;
  }
}

/**
 * An item is looked for by its id, its other ids, these in another spelling, as a part of a feed's id (one that a single item has, else the first
 * item's), and by the path of its page.
 */
export function createIdentifier({ shard, card }: Pick<LoadedRelease, "shard" | "card">): Identifier {
  const renamed = new Map<string, string>();
  const unknown = new Set<string>();
  const all = shard.count <= MOST_ITEMS ? Array.from({ length: shard.count }, (_, row) => row) : [];

  /** Key to row: the first item's; `only` where no other has it. */
  function index(keysOf: (row: number) => readonly (string | undefined)[]) {
    let rows: Map<string, { row: number; only: boolean }> | undefined;
    return (key: string | undefined) => {
      if (!rows) {
        rows = new Map();
        for (const row of all)
          for (const one of keysOf(row)) {
            if (!one) continue;
            const known = rows.get(one);
            if (known) known.only &&= known.row === row;
            else rows.set(one, { row, only: true });
          }
      }
      return key ? rows.get(key) : undefined;
    };
  }
  const bySpelling = index((row) => [folded(shard.id(row))]);
  const byPart = index((row) => partsOf(shard.id(row)).map(folded));
  const byPath = index((row) => [pathOf(card(row).link)]);

  function find({ item_id, item_ids = [] }: EventItem): string | undefined {
    const ids = [item_id, ...item_ids.filter((id) => !id.startsWith("/"))];
    const exact = ids.find((id) => shard.row(id) >= 0);
    if (exact !== undefined) return exact;
    const parts = () => ids.flatMap((id) => byPart(folded(id)) ?? []);
    const path = item_ids.find((id) => id.startsWith("/"));
    const found =
      ids.map((id) => bySpelling(folded(id))).find((one) => one?.only) ??
      parts().find(({ only }) => only) ??
      (path && path !== "/" ? byPath(pathOf(path)) : undefined) ??
      parts()[0];
    return found && shard.id(found.row);
  }

  function known(item: EventItem): EventItem {
    const { item_id, item_ids } = item;
    if (shard.row(item_id) >= 0) return item;
    const key = item_ids ? [item_id, ...item_ids].join("\n") : item_id;
    if (!renamed.has(item_id) && !unknown.has(key)) {
      const id = find(item);
      if (id === undefined) unknown.add(key);
      // A cart or an order may call it by another of its ids.
      else for (const one of [item_id, ...(item_ids ?? [])]) if (!one.startsWith("/") && shard.row(one) < 0) renamed.set(one, id);
    }
    const id = renamed.get(item_id);
    return id === undefined ? item : { ...item, item_id: id };
  }

  return {
    events: (events) =>
      events.map((event) => {
        const items = event.items?.map(known);
        return items?.some((item, i) => item !== event.items?.[i]) ? { ...event, items } : event;
      }),
    id: (id) => renamed.get(id) ?? id,
    renamed,
  };
}
