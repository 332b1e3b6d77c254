import type { Presently, Status } from "../contract/client.js";
import type { Finding } from "../contract/diagnosis.js";
import type { EngineStatus } from "../contract/engine.js";

/** What the doctor is given: the page, what the shop asked for, and the client as it is. */
export interface Patient {
  readonly page: Window;
  readonly options: { readonly consent?: unknown; readonly capture?: boolean; readonly thread?: EngineStatus["thread"] };
  readonly settings: { readonly manifest: string; readonly endpoint: string | null; readonly assets: string | undefined };
  readonly client: Pick<Presently, "status" | "persona" | "timeline" | "map" | "consent" | "track">;
  readonly engine: { status(): EngineStatus };
  /** setConsent or forget was called on this page. */
  readonly chosen: () => boolean;
}

/** The patient, and what was asked of it once for all checks. */
export interface Examined extends Patient {
  readonly status: Status | null;
  readonly engineStatus: EngineStatus;
}

/** What a check found out, and what it says of it. */
export interface Checked<T> {
  readonly facts: T;
  readonly findings: readonly Finding[];
}

/** The value, or the other one where it fails or takes too long. */
export function within<T, U>(milliseconds: number, work: () => Promise<T>, otherwise: U): Promise<T | U> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(otherwise), milliseconds);
    const give = (value: T | U) => {
      clearTimeout(timer);
      resolve(value);
    };
    Promise.resolve()
      .then(work)
      .then(give, () => give(otherwise));
  });
}
