import type { Change, Presently, RecommendOptions } from "../src/contract/client.js";
import { type Consent, NO_CONSENT } from "../src/contract/consent.js";
import type { PersonaState } from "../src/contract/engine.js";
import type { EventInput } from "../src/contract/events.js";
import type { RankedItem, Ranking } from "../src/contract/ranking.js";

export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

export const rankedItem = (id: string): RankedItem => ({
  item_id: id,
  title: `Title ${id}`,
  link: `/item/${id}`,
  image: "",
  brand: "Acme",
  category: "Shoes",
  price: 12.9,
  currency: "EUR",
  availability: "in_stock",
  score: 0.5,
  position: 0,
  propensity: 1,
  reason: { kind: "popular", label: "", share: 0 },
});

export const personaOf = (summary: string): PersonaState => ({
  vector: null,
  confidence: 0,
  traits: [],
  context: {},
  summary,
  tokens: [],
  position: null,
  release: 1,
  backend: null,
  milliseconds: 0,
});

/** A client without an engine: it ranks what it is told to, and says what it was asked. */
export function fakeClient(ids: readonly string[] = ["a", "b"]) {
  const listeners = new Set<(change: Change) => void>();
  const rig = {
    ids,
    failure: null as Error | null,
    persona: personaOf("first"),
    asked: [] as (RecommendOptions & { similarTo?: string })[],
    tracked: [] as EventInput[],
    stopped: 0,
    listeners,
    emit(change: Change) {
      for (const listener of [...listeners]) listener(change);
    },
    /** What the shopper did has led to another persona, and this ranking. */
    async moves(next: readonly string[], summary = "moved") {
      rig.ids = next;
      rig.emit({ type: "persona", persona: personaOf(summary) });
      await settle();
    },
    client: null as unknown as Presently,
  };
  let consent: Consent = NO_CONSENT;
  const rank = async (options: RecommendOptions & { similarTo?: string } = {}): Promise<Ranking> => {
    rig.asked.push(options);
    if (rig.failure) throw rig.failure;
    return { id: `ranking-${rig.asked.length}`, kind: "recommend", release: 1, candidates: 9, items: rig.ids.map(rankedItem), milliseconds: 0 };
  };
  rig.client = {
    recommend: rank,
    similar: (similarTo, options) => rank({ ...options, similarTo }),
    track: (event) => void rig.tracked.push(event),
    persona: async () => rig.persona,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    consent: () => consent,
    async setConsent(wanted) {
      consent = { ...consent, ...wanted };
      rig.emit({ type: "consent", consent });
    },
    stop: () => void rig.stopped++,
  } satisfies Partial<Presently> as unknown as Presently;
  return rig;
}
