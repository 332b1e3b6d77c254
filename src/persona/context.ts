import type { EncoderConfig } from "../contract/encoder.js";
import type { BackendName, PersonaState, PersonaToken } from "../contract/engine.js";
import type { PresentlyEvent } from "../contract/events.js";
import type { ItemCard } from "../contract/items.js";
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

/** 0 … 1: the expected cosine to the next item. */
export function confidence({ output }: EncodedSession): number {
  return output ? Math.min(1, Math.max(0, 1 - output.spread)) : 0;
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

function label(token: VectorToken, release: { card(row: number): ItemCard } | null): string {
  return (token.row >= 0 && release?.card(token.row).title) || token.value;
}

export const toldTokens = ({ tokens, output }: EncodedSession, release: { card(row: number): ItemCard } | null): PersonaToken[] =>
  tokens.map((token, i) => ({
    kind: token.kind,
    value: token.value,
    label: label(token, release),
    interaction: token.interaction,
    attention: output?.attention[i] ?? 0,
  }));

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

/** What the session gives to a ranking: the persona, the tokens for reasons, the rows already seen, the page's category. */
export function rankContext(
  session: EncodedSession,
  events: readonly PresentlyEvent[],
  release: { readonly encoder: { readonly config: EncoderConfig }; card(row: number): ItemCard },
) {
  const { tokens, output } = session;
  const { temperature, neighbourWeight } = release.encoder.config;
  const { category } = pageContext(events);
  return {
    persona: output?.persona ?? null,
    confidence: confidence(session),
    tokens: toldTokens(session, release).map((token, i) => ({ ...token, vector: tokens[i].vector })),
    // Logits of the training softmax → units of the score. Of an item's tokens the newest counts.
    boosts: new Map(tokens.flatMap(({ row }, i) => (row >= 0 && output ? [[row, output.repeat[i] * temperature] as const] : []))),
    temperature,
    neighbourWeight,
    ...(category !== undefined && { category }),
  };
}
