import type { BackendName, PersonaState } from "../contract/engine.js";
import type { PresentlyEvent } from "../contract/events.js";
import type { ForwardOutput } from "../model/forward.js";
import type { VectorToken } from "../model/vectors.js";

/** A session's known tokens and what was made of them; null while there are none. */
export interface EncodedSession {
  readonly tokens: readonly VectorToken[];
  readonly output: ForwardOutput | null;
  /** Null where none has answered: plain JavaScript did, or the average stands in. */
  readonly backend: BackendName | null;
  readonly milliseconds: number;
}

/** Where the shopper is: what the newest page says of itself, and the search that led there. */
export function pageContext(events: readonly PresentlyEvent[]): PersonaState["context"] {
  let page: string | undefined;
  let category: string | undefined;
  let search: string | undefined;
  for (let i = events.length - 1; i >= 0; i--) {
    const event = events[i];
    page ??= event.page_type;
    category ??= event.page_category;
    if (event.name === "search") search ??= event.search_term;
    if (event.name !== "page_view") continue;
    // A form's search comes before the page with its results.
    const before = events[i - 1];
    if (page === "search" && before?.name === "search") search ??= before.search_term;
    break;
  }
  return { ...(page !== undefined && { page }), ...(category !== undefined && { category }), ...(search !== undefined && { search }) };
}

/** Where persona.js cannot be had. */
export function unknownPersona(events: readonly PresentlyEvent[], release: number): PersonaState {
  return {
    vector: null,
    confidence: 0,
    traits: [],
    context: pageContext(events),
    summary: "",
    tokens: [],
    position: null,
    release,
    backend: null,
    milliseconds: 0,
  };
}
