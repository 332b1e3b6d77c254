import type { Presently } from "../contract/client.js";
import type { PresentlyEvent } from "../contract/events.js";
import { clock, h, place, say, showIf } from "./inspector-dom.js";
import type { Section, Snapshot } from "./inspector-snapshot.js";

const SHOWN = 80;

/** An event in the shopper's words. */
export function eventText(event: PresentlyEvent, title: (itemId: string) => string): string {
  const items = event.items ?? [];
  const names = items.slice(0, 2).map((item) => item.item_name ?? title(item.item_id));
  const what = items.length === 0 ? "an item" : names.join(", ") + (items.length > names.length ? ` and ${items.length - names.length} more` : "");
  switch (event.name) {
    case "view_item":
      return `Looked at ${what}`;
    case "select_item":
      return `Clicked ${what}`;
    case "add_to_cart":
      return `Put ${what} into the cart`;
    case "remove_from_cart":
      return `Took ${what} out of the cart`;
    case "add_to_wishlist":
      return `Wished for ${what}`;
    case "begin_checkout":
      return "Went to the checkout";
    case "purchase":
      return `Bought ${what}`;
    case "search":
      return `Searched “${event.search_term ?? ""}”`;
    case "user_engagement": {
      const seconds = Math.round((event.engagement_time_msec ?? 0) / 1000);
      return `Spent ${seconds} s ${items.length ? `with ${what}` : "on the page"}`;
    }
    case "view_item_list":
      return `Saw a list${event.page_category ? ` of ${event.page_category}` : ""}${items.length ? ` of ${items.length} items` : ""}`;
    case "page_view":
      return `Opened ${event.page_category ?? event.page_title ?? (event.page_type ? `the ${event.page_type} page` : "a page")}`;
  }
}

/** The session, newest first, each event removable. */
export function timelineSection(client: Presently, after: (done: Promise<unknown>, words: string) => void): Section {
  const list = h("ol", { class: "rows middle", reversed: true });
  const empty = h("p", { class: "empty" }, "Nothing yet. What you open, search or put into the cart on this page appears here.");
  const more = h("p", { class: "empty" });
  const rows = new Map<PresentlyEvent, { row: HTMLLIElement; text: HTMLElement; button: HTMLButtonElement }>();

  function rowOf(event: PresentlyEvent) {
    const known = rows.get(event);
    if (known) return known;
    const text = h("span", { class: "name" });
    const button = h(
      "button",
      {
        class: "icon",
        type: "button",
        title: "Remove",
        click: () => {
          const next = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("button");
          next?.focus();
          after(client.remove(event), `Removed: ${text.textContent}`);
        },
      },
      "×",
    );
    const row = h("li", {}, h("time", {}, clock(event.time)), text, button);
    if (["page_view", "view_item_list", "user_engagement"].includes(event.name)) row.className = "quiet";
    const made = { row, text, button };
    rows.set(event, made);
    return made;
  }

  return {
    element: h("div", {}, empty, list, more),
    render({ events, title }: Snapshot) {
      const newest = events.slice(-SHOWN).reverse();
      const kept = new Set(newest);
      for (const event of rows.keys()) if (!kept.has(event)) rows.delete(event);
      place(
        list,
        newest.map((event) => {
          const { row, text, button } = rowOf(event);
          say(text, eventText(event, title));
          button.setAttribute("aria-label", `Remove from the persona: ${text.textContent}`);
          return row;
        }),
      );
      showIf(empty, events.length === 0);
      showIf(more, events.length > SHOWN);
      say(more, `and ${events.length - SHOWN} earlier`);
    },
  };
}
