import type { Change } from "./contract/client.js";
import { type ErrorData, errorData } from "./contract/errors.js";

/** Who listens to the client, and what it does without. */
export interface Changes {
  emit(change: Change): void;
  /** Told once in the console, kept for status(), newest of each code. */
  problem(data: ErrorData): void;
  failed(error: unknown): void;
  problems(): readonly ErrorData[];
  /** Returns its own unsubscribe. */
  subscribe(listener: (change: Change) => void): () => void;
  stop(): void;
}

/** A listener which throws is the page's own affair: it is reported, and the others are called. */
export function createChanges(): Changes {
  const listeners = new Set<(change: Change) => void>();
  const problems = new Map<string, ErrorData>();
  const emit = (change: Change) => {
    for (const listener of listeners) {
      try {
        listener(change);
      } catch (error) {
        console.error("[presently] a call failed", error);
      }
    }
  };
  const problem = (data: ErrorData) => {
    if (!problems.has(data.code)) console.warn(`[presently] ${data.code}: ${data.message}`);
    problems.set(data.code, data);
    emit({ type: "problem", problem: data });
  };
  return {
    emit,
    problem,
    failed: (error) => problem(errorData(error)),
    problems: () => [...problems.values()],
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => listeners.clear(),
  };
}
