import type { Consent } from "./consent.js";
import type { Diagnosis } from "./diagnosis.js";
import type { EngineStatus, ItemMap, PersonaState } from "./engine.js";
import type { ErrorData } from "./errors.js";
import type { EventInput, PresentlyEvent } from "./events.js";
import type { Outcome } from "./feedback.js";
import type { Ranking } from "./ranking.js";
import type { Rules } from "./rules.js";

export interface RecommendOptions extends Rules {
  limit?: number;
  offset?: number;
  /** Id of the ranking that was shown before: this one goes on behind it, without anything that it or those before it had. */
  after?: string;
  /** Only what matches these words, in the persona's order. `recommend` alone. */
  search?: string;
  /** false: the shop's own rules are left aside. */
  rules?: false;
}

export type Change =
  | { readonly type: "session"; readonly event: PresentlyEvent }
  | { readonly type: "persona"; readonly persona: PersonaState }
  | { readonly type: "release"; readonly status: EngineStatus }
  | { readonly type: "ranking"; readonly ranking: Ranking }
  | { readonly type: "consent"; readonly consent: Consent }
  | { readonly type: "ledger" }
  | { readonly type: "problem"; readonly problem: ErrorData };

/** One outgoing record, in plain words, and where it is. */
export interface LedgerEntry {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly state: "waiting" | "sent" | "refused";
  /** "After looking at A you opened B, shown at place 3." */
  readonly text: string;
  /** The record exactly as it leaves. */
  readonly record: unknown;
  /** Idempotency key of the batch it left in. */
  readonly batch: string | null;
}

export interface Status extends EngineStatus {
  readonly storage: "indexeddb" | "memory";
  readonly consent: Consent;
  readonly endpoint: "off" | "idle" | "waiting" | "failing" | "refused";
  readonly queued: number;
  readonly events: number;
  /** Milliseconds of the newest event's way to its ranking: the page's share, the engine's, and both with the transfer. */
  readonly lastUpdate: { readonly main: number; readonly engine: number; readonly total: number } | null;
}

/** A persona in a file, so that the shopper can take it along. */
export interface PersonaExport {
  readonly format: "presently.persona/1";
  readonly created: string;
  readonly events: readonly PresentlyEvent[];
}

/** The client. Nothing it does throws into the page, except for misuse: a PresentlyError which names the fix. */
export interface Presently {
  track(event: EventInput): void;
  recommend(options?: RecommendOptions): Promise<Ranking>;
  similar(itemId: string, options?: RecommendOptions): Promise<Ranking>;
  rerank(itemIds: readonly string[], options?: RecommendOptions): Promise<Ranking>;
  /** What goes with these items, or with the cart: bought together with them, then looked at together, then what the shopper leans to. */
  complement(itemIds?: readonly string[], options?: RecommendOptions): Promise<Ranking>;
  /** What is asked for more than it was. */
  trending(options?: RecommendOptions): Promise<Ranking>;
  persona(): Promise<PersonaState>;
  /** The session's events, oldest first. */
  timeline(): readonly PresentlyEvent[];
  map(): Promise<ItemMap>;
  /** What a shelf saw: an item of a ranking was on screen, clicked or dismissed. */
  report(rankingId: string, itemId: string, what: "shown" | Extract<Outcome, "click" | "dismissed">): void;
  /** Returns its own unsubscribe. */
  subscribe(listener: (change: Change) => void): () => void;
  consent(): Consent;
  setConsent(consent: Partial<Consent>): Promise<void>;
  /** Erases session, persona, cache, queue and ledger, in all tabs. */
  forget(): Promise<void>;
  /** Takes one event out of the persona. */
  remove(event: PresentlyEvent): Promise<void>;
  export(): Promise<PersonaExport>;
  import(data: unknown): Promise<void>;
  ledger(): Promise<readonly LedgerEntry[]>;
  status(): Promise<Status>;
  /** Prints what works on this page, what does not and what to do, and gives the same as an object; undefined where doctor.js cannot be loaded. Never rejects. */
  doctor(): Promise<Diagnosis | undefined>;
  stop(): void;
}
