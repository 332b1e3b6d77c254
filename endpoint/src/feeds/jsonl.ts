import { PresentlyError, parseCatalogItem } from "presently/contract";
import type { FeedRow } from "./rows.js";

/** A line longer than this is no catalogue item. In characters. */
const MAX_LINE = 1 << 20;

export interface Line {
  readonly line: number;
  /** Null: longer than what is read of one. */
  readonly text: string | null;
}

/** Text in parts → lines, of which none is ever held that is longer than `MAX_LINE`. */
export async function* lines(parts: AsyncIterable<string>): AsyncGenerator<Line> {
  let rest = "";
  let line = 1;
  let skipping = false;
  for await (const part of parts) {
    rest += part;
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
      yield { line: line++, text: skipping ? null : rest.slice(0, end).replace(/\r$/, "") };
      skipping = false;
      rest = rest.slice(end + 1);
    }
    if (rest.length > MAX_LINE) {
      skipping = true;
      rest = "";
    }
  }
  if (skipping || rest !== "") yield { line, text: skipping ? null : rest };
}

/** One JSON object a line, with the contract's fields; `id` may stand for `item_id`. */
export async function* jsonlRows(parts: AsyncIterable<string>): AsyncGenerator<FeedRow> {
  for await (const { line, text } of lines(parts)) {
    if (text === null) yield { line, problem: `longer than ${MAX_LINE} characters` };
    else if (text.trim() !== "") yield row(line, text);
  }
}

function row(line: number, text: string): FeedRow {
  try {
    const input: unknown = JSON.parse(text);
    const named =
      typeof input === "object" && input !== null && "id" in input && !("item_id" in input) ? { ...input, item_id: (input as { id: unknown }).id } : input;
    return { line, item: parseCatalogItem(named) };
  } catch (error) {
    return { line, problem: error instanceof PresentlyError ? error.message : `not JSON: ${(error as Error).message}` };
  }
}
