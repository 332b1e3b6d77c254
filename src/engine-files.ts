import { PresentlyError } from "./contract/errors.js";

/** What makes personas. */
export type Mind = typeof import("./persona.js");

/** The engine's parts that come when they are needed. */
export async function loadMind(): Promise<Mind> {
  try {
    return await import("./persona.js");
  } catch (cause) {
    throw new PresentlyError("persona/missing", "persona.js cannot be loaded: serve it beside the script; without it lists do not follow the shopper", {
      cause,
    });
  }
}

export async function loadRules(): Promise<typeof import("./rules.js")> {
  try {
    return await import("./rules.js");
  } catch (cause) {
    throw new PresentlyError("rank/rules-missing", "rules.js cannot be loaded: serve it beside the script; without it lists know no filters and no rules", {
      cause,
    });
  }
}
