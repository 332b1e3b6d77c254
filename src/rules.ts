import { PresentlyError } from "./contract/errors.js";
import { parseShopRules, type ShopRule, type ShopRules } from "./contract/rules.js";

/* Loaded by the engine when the shop or a request has rules: what every page needs is in engine.js. */
export { parseRankingRequest } from "./contract/ranking.js";
export { parseShopRules } from "./contract/rules.js";
export { createRuleSteps, withShopRules } from "./rank/index.js";

/**
 * The shop's rules from where they are: as they are, or at an address.
 * @throws PresentlyError `rules/unreachable`, `rules/invalid`
 */
export async function loadShopRules(
  given: ShopRules | string | undefined,
  fetch: (input: string, init?: RequestInit) => Promise<Response>,
): Promise<readonly ShopRule[]> {
  if (given === undefined) return [];
  if (typeof given !== "string") return parseShopRules(given);
  const unreachable = (why: string, cause?: unknown) =>
    new PresentlyError("rules/unreachable", `The rules at ${given} cannot be read (${why}): lists are ranked without them`, { cause });
  let text: string;
  try {
    const response = await fetch(given, { credentials: "omit" });
    if (!response.ok) throw new Error(`status ${response.status}`);
    text = await response.text();
  } catch (cause) {
    throw unreachable((cause as Error).message, cause);
  }
  let rules: unknown;
  try {
    rules = JSON.parse(text);
  } catch (cause) {
    throw unreachable("no JSON", cause);
  }
  return parseShopRules(rules);
}
