import type { Status } from "./client.js";
import type { Consent } from "./consent.js";
import type { EngineStatus } from "./engine.js";

export type FindingLevel = "ok" | "note" | "warning" | "error";

/** One thing that `doctor()` found. `code` is stable; `fix` says what to do, where there is something to do. */
export interface Finding {
  readonly code: string;
  readonly level: FindingLevel;
  readonly text: string;
  readonly fix?: string;
}

/** An id that the page or the session uses and the catalogue does not have, and what the catalogue has instead. */
export interface UnknownId {
  readonly id: string;
  /** "product", "cards" or the events' names. */
  readonly where: readonly string[];
  /** Nearest first, at most three. */
  readonly near: readonly { readonly id: string; readonly differs: "case" | "spaces" | "punctuation" | "zeros" | "part" }[];
}

/** What a page's consent tool says. */
export type ToolAnswer = Partial<Consent> | "undecided";

export interface Diagnosis {
  /** Of the script. */
  readonly version: string;
  readonly address: string;
  readonly page: {
    readonly type: string;
    readonly category: string | null;
    readonly search: string | null;
    readonly product: { readonly item_id: string; readonly item_name?: string | undefined } | null;
    /** Where the product's id stands on the page. */
    readonly sources: readonly string[];
  };
  readonly ids: { readonly checked: number; readonly unknown: readonly UnknownId[] };
  readonly consent: Consent & {
    readonly from: "gpc" | "setConsent" | "options" | "function" | "auto" | "remembered" | "nobody";
    readonly tools: Readonly<Record<string, ToolAnswer>>;
    readonly doNotTrack: boolean;
  };
  readonly engine: EngineStatus;
  /** null where the client did not answer. */
  readonly status: Status | null;
  readonly release: { readonly version: number; readonly published: number | null; readonly items: number; readonly days: number | null };
  /** `transferred`: over the network, 0 from a cache; null where the browser does not tell. */
  readonly files: readonly { readonly name: string; readonly bytes: number | null; readonly transferred: number | null }[];
  readonly feedback: { readonly endpoint: string | null; readonly state: Status["endpoint"] | null; readonly queued: number };
  /** What the page's content security policy refused Presently. */
  readonly refused: readonly { readonly directive: string; readonly what: string }[];
  readonly elements: Readonly<Record<string, { readonly count: number; readonly defined: boolean }>>;
  /** Worst first. */
  readonly findings: readonly Finding[];
}
