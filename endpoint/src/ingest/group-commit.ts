import { PresentlyError } from "presently/contract";

export interface GroupCommitOptions {
  /** How long the first of a group waits for others, in milliseconds. */
  readonly delay: number;
  /** A group of this size is committed at once. */
  readonly size: number;
  /** What may wait at most; more is refused. */
  readonly capacity: number;
}

export interface GroupCommit<T> {
  /** Resolves when the value is on disk; rejects with what `commit` threw. */
  add(value: T): Promise<void>;
  /** Commits what waits. */
  flush(): void;
  waiting(): number;
}

interface Waiting<T> {
  readonly value: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Many writers, one transaction: an fsync costs as much for a hundred batches as for one. */
export function createGroupCommit<T>(commit: (values: readonly T[]) => void, { delay, size, capacity }: GroupCommitOptions): GroupCommit<T> {
  const group: Waiting<T>[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;

  function flush(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    while (group.length > 0) {
      const taken = group.splice(0, size);
      try {
        commit(taken.map(({ value }) => value));
      } catch (error) {
        for (const { reject } of taken) reject(error);
        continue;
      }
      for (const { resolve } of taken) resolve();
    }
  }

  return {
    add: (value) =>
      new Promise((resolve, reject) => {
        if (group.length >= capacity) {
          reject(new PresentlyError("ingest/busy", `${capacity} batches are waiting to be stored: send this one again later`));
          return;
        }
        group.push({ value, resolve, reject });
        if (group.length >= size) flush();
        else timer ??= setTimeout(flush, delay);
      }),
    flush,
    waiting: () => group.length,
  };
}
