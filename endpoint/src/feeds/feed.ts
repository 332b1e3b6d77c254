import { PresentlyError } from "presently/contract";
import { jsonlRows } from "./jsonl.js";
import { merchantRow } from "./merchant.js";
import type { FeedRow } from "./rows.js";
import { feedText, type SourceOptions } from "./source.js";
import { xmlEntries } from "./xml-entries.js";

/** A feed's rows, one after another, whatever its format: Google Merchant (RSS 2.0 or Atom) or JSON lines. */
export async function* readFeed(source: string, options: SourceOptions): AsyncGenerator<FeedRow> {
  const parts = feedText(source, options);
  let head = "";
  while (head.trim().length < 64) {
    const { value, done } = await parts.next();
    if (done) break;
    head += value;
  }
  const start = head.trimStart().slice(0, 64);
  if (start === "") throw new PresentlyError("feed/empty", `The feed ${source} is empty: export it again`);
  async function* whole() {
    yield head;
    yield* parts;
  }
  if (/^<(!doctype html|html)/i.test(start))
    throw new PresentlyError("feed/format", `${source} is a web page: give the feed's own address (Google Merchant XML, or JSON lines)`);
  if (start.startsWith("{")) {
    yield* jsonlRows(whole());
  } else if (start.startsWith("<")) {
    const entries = xmlEntries(whole());
    for (let next = await entries.next(); ; next = await entries.next()) {
      if (next.done) {
        if (!next.value.complete)
          throw new PresentlyError("feed/truncated", `The feed ${source} ends in the middle of the document: it was cut off, import it again`);
        return;
      }
      yield merchantRow(next.value);
    }
  } else {
    throw new PresentlyError("feed/format", `${source} starts with "${start.slice(0, 20)}": give Google Merchant XML (RSS or Atom) or JSON lines`);
  }
}
