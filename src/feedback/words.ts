import type { FeedbackRecord, Outcome } from "../contract/feedback.js";

const DID: Readonly<Record<Outcome, string>> = {
  ignored: "passed over",
  dismissed: "dismissed",
  view: "opened",
  click: "opened",
  cart: "put",
  purchase: "bought",
};

const what = (outcome: Outcome, title: string) => `${DID[outcome]} ${title}${outcome === "cart" ? " into the cart" : ""}`;

/** A record in the shopper's words, by the items' titles. */
export function inWords(record: FeedbackRecord, title: (itemId: string) => string): string {
  if (record.kind === "pair") {
    const { context, target, outcome, position } = record;
    const sentence = `you ${what(outcome, title(target))}${position === null ? "" : `, shown at place ${position + 1}`}.`;
    return context === null ? sentence.replace("you", "You") : `After looking at ${title(context)} ${sentence}`;
  }
  const path = record.context.map(({ item, event }) => (event === "view" ? `looked at ${title(item)}` : what(event, title(item)))).join(", ");
  const taken = record.impressions.filter(({ outcome }) => outcome !== "ignored" && outcome !== "dismissed").map(({ item }) => title(item));
  const shown = `${record.impressions.length} items were shown to you${taken.length ? `, of which you took up ${taken.join(", ")}` : ""}.`;
  return path ? `You ${path}; ${shown}` : shown;
}
