import type { PresentlyEvent } from "../contract/events.js";

/** What a token says happened; its place in this list is the token's `type`. */
export const INTERACTIONS = ["view", "click", "cart", "remove", "wishlist", "purchase", "search", "browse"] as const;
export type Interaction = (typeof INTERACTIONS)[number];

export interface SessionToken {
  readonly kind: "item" | "query" | "category";
  /** Item id, search term or category. */
  readonly value: string;
  readonly interaction: Interaction;
  /** Index into INTERACTIONS. */
  readonly type: number;
  /**
   * Bucket of the active, visible time of the token before: 0 = unknown. Of its own nothing is known while it is the newest, and in training it
   * would tell what comes next from what happened afterwards.
   */
  readonly dwell: number;
  /** Bucket of the time since the token before: 0 = first token. */
  readonly gap: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Index into the events. */
  readonly event: number;
}

/** Upper bounds in milliseconds; bucket 0 is "unknown", the last one is open. */
const DWELL_BOUNDS = [2_000, 5_000, 10_000, 20_000, 40_000, 90_000];
const GAP_BOUNDS = [5_000, 15_000, 45_000, 120_000, 600_000, 3_600_000];
export const DWELL_BUCKETS = DWELL_BOUNDS.length + 2;
export const GAP_BUCKETS = GAP_BOUNDS.length + 2;

function bucket(milliseconds: number, bounds: readonly number[]): number {
  let at = 1;
  for (const bound of bounds) if (milliseconds >= bound) at++;
  return at;
}

/** A picture or a variant chosen is interest worth this much dwell, in milliseconds. */
const INTERACTION = 3_000;
/** A reload, or the click that opened the page and the view that follows it, are one interest. A later return is a new one. */
const SAME_VISIT = 10_000;

const ITEM_INTERACTIONS: Readonly<Partial<Record<PresentlyEvent["name"], Interaction>>> = {
  view_item: "view",
  select_item: "click",
  add_to_cart: "cart",
  remove_from_cart: "remove",
  add_to_wishlist: "wishlist",
  purchase: "purchase",
};

/** Events as the encoder's input, oldest first: at most `maxTokens`, the newest. */
export function sessionTokens(events: readonly PresentlyEvent[], maxTokens: number): SessionToken[] {
  const tokens: { -readonly [K in keyof SessionToken]: SessionToken[K] }[] = [];
  const dwells: number[] = [];
  const add = (kind: SessionToken["kind"], value: string, interaction: Interaction, time: number, event: number) => {
    const last = tokens.at(-1);
    if (last?.value === value && last.kind === kind) {
      const visits = interaction === "view" || interaction === "click";
      const merges = kind === "item" ? visits && (last.interaction === "view" || last.interaction === "click") && time - last.time < SAME_VISIT : true;
      if (merges) {
        last.interaction = interaction;
        last.type = INTERACTIONS.indexOf(interaction);
        last.event = event;
        return;
      }
    }
    const gap = last ? bucket(Math.max(0, time - last.time), GAP_BOUNDS) : 0;
    tokens.push({ kind, value, interaction, type: INTERACTIONS.indexOf(interaction), dwell: 0, gap, time, event });
    dwells.push(0);
  };
  events.forEach((event, at) => {
    const interaction = ITEM_INTERACTIONS[event.name];
    if (interaction) for (const { item_id } of event.items ?? []) add("item", item_id, interaction, event.time, at);
    else if (event.name === "search" && event.search_term) add("query", event.search_term, "search", event.time, at);
    else if ((event.name === "page_view" || event.name === "view_item_list") && event.page_type === "listing" && event.page_category)
      add("category", event.page_category, "browse", event.time, at);
    else if (event.name === "user_engagement" && event.engagement_time_msec !== undefined) {
      // GA4 sends the time of the page that is left, with its item where it was a product page.
      const id = event.items?.[0]?.item_id;
      const token = id === undefined ? -1 : tokens.findLastIndex((one) => one.kind === "item" && one.value === id);
      if (token >= 0) dwells[token] += event.engagement_time_msec + (event.interactions ?? 0) * INTERACTION;
    }
  });
  tokens.forEach((token, at) => {
    if (at > 0 && dwells[at - 1] > 0) token.dwell = bucket(dwells[at - 1], DWELL_BOUNDS);
  });
  return tokens.slice(-maxTokens);
}
