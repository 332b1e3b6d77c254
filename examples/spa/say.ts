import type { Reason } from "presently";

const WORDS: Record<Reason["kind"], string> = {
  viewed: "Because you looked at {}",
  cart: "Goes with {} in your basket",
  searched: "Because you searched “{}”",
  browsed: "From {}, where you are browsing",
  similar: "Like {}",
  popular: "Often chosen",
  explored: "Something different",
};

/** Why an item is on the shelf, in the shop's own words. */
export const say = ({ kind, label }: Reason): string => WORDS[kind].replace("{}", () => label);
