import { PresentlyError } from "./contract/errors.js";
import { unpacked } from "./contract/packed.js";
import { parseTextTable, type TextTable } from "./contract/text-table.js";
import { inTime } from "./patience.js";

export interface WordsOptions {
  readonly dims: number;
  /** The text table's file, as it is published. */
  readonly file: () => Promise<ArrayBuffer>;
  /** Milliseconds that a list waits for it at most; 300 by default. */
  readonly patience: number | undefined;
  /** It is there, after somebody had to do without. */
  readonly onLate: () => Promise<void>;
  readonly onProblem: (error: unknown) => void;
}

const PATIENCE = 300;

/** The table by which searches are read, or null where it is not there in time. Most sessions search for nothing, so that it comes when it is asked for. */
export type Words = () => Promise<TextTable | null>;

export function createWords({ dims, file, patience = PATIENCE, onLate, onProblem }: WordsOptions): Words {
  let reading: Promise<TextTable> | null = null;
  let missed = false;

  async function read(): Promise<TextTable> {
    const table = parseTextTable(await unpacked(await file()));
    // A shop without searches has an empty one.
    if (table.buckets > 0 && table.dims !== dims)
      throw new PresentlyError("release/mismatch", `The text table's dims are ${table.dims}, the shard's ${dims}: publish them together`);
    return table;
  }

  function start(): Promise<TextTable> {
    const started = read();
    started.then(
      () => {
        if (missed) onLate().catch(onProblem);
      },
      (error) => {
        // The next search tries again.
        reading = null;
        onProblem(error);
      },
    );
    return started;
  }

  return async () => {
    reading ??= start();
    const table = await inTime(reading, patience).catch(() => null);
    missed ||= table === null;
    return table;
  };
}
