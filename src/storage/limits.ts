import type { LogName } from "../contract/storage.js";

/** Entries per log: an append drops the oldest beyond this, in the same transaction, so that no log ever grows without bound. */
export const LOG_LIMITS: Readonly<Record<LogName, number>> = { events: 500, feedback: 1_000, ledger: 200 };
