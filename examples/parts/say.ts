import type { Reason } from "presently";

const WORDS: Record<Reason["kind"], string> = {
  viewed: "Because you looked at {}",
  cart: "Goes with {} in your basket",
  searched: "Because you searched “{}”",
  browsed: "From {}, where you are browsing",
  similar: "Like {}",
  viewed_together: "Looked at together with {}",
  bought_together: "Bought together with {}",
  trending: "Wanted more than usual",
  popular: "Often chosen",
  pinned: "Chosen by us",
  explored: "Something different",
};

/** Why an item is on the shelf, in the shop's own words. */
export const say = ({ kind, label }: Reason): string => WORDS[kind].replace("{}", () => label);
