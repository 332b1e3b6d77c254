import { readFile } from "node:fs/promises";
import { PresentlyError, parseShopRules } from "presently/contract";

/** The shop's rules as they are in a release, and what was wrong with them. */
export interface ShopRulesRead {
  readonly rules?: unknown;
  readonly problem?: string;
}

/**
 * The shop's rules.json: nothing where there is none. One that is not valid changes nothing: the rules `before` stay, and the problem is told,
 * for a typo in a rule is no reason to keep prices or a model back.
 */
export async function readShopRules(path: string, before: unknown): Promise<ShopRulesRead> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    return { rules: before, problem: `${path} cannot be read (${(error as Error).message}): the rules before stay.` };
  }
  try {
    const rules: unknown = JSON.parse(text);
    parseShopRules(rules);
    return { rules };
  } catch (error) {
    const what = error instanceof PresentlyError ? error.message : `it is not JSON (${(error as Error).message})`;
    return { rules: before, problem: `${path} is not used: ${what}. The rules before stay.` };
  }
}
