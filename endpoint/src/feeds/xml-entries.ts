/** The text of one `<item>` or `<entry>`, as it stands in the feed. */
export interface XmlEntry {
  /** Where it starts, from 1. */
  readonly line: number;
  readonly xml: string;
  /** What is wrong with it as a whole. */
  readonly problem?: string;
}

export interface XmlEnd {
  /** True where the document's root was closed: a feed that was cut off has no such end. */
  readonly complete: boolean;
}

/** An entry longer than this is a missing end tag. In characters. */
const MAX_ENTRY = 1 << 20;
const MARK = /<!--|<!\[CDATA\[|<(\/?)(item|entry)(?=[\s>/])[^<>]*>/g;
/** A tag that a part's end has cut can be this long before it is taken for text. */
const MAX_TAG = 4096;

/**
 * Cuts a feed into its entries without holding it whole, so that one broken entry breaks no other. Comments and CDATA are skipped,
 * whatever tags they talk about.
 */
export async function* xmlEntries(parts: AsyncIterable<string>): AsyncGenerator<XmlEntry, XmlEnd> {
  let buffer = "";
  /** Line of the buffer's first character. */
  let line = 1;
  /** Where to look on. */
  let at = 0;
  /** Start of the open entry; −1: none. */
  let open = -1;
  let tail = "";

  const lineAt = (index: number) => {
    let count = line;
    for (let i = buffer.indexOf("\n"); i >= 0 && i < index; i = buffer.indexOf("\n", i + 1)) count++;
    return count;
  };
  const drop = (to: number) => {
    if (to <= 0) return;
    line = lineAt(to);
    buffer = buffer.slice(to);
    at -= to;
    if (open >= 0) open -= to;
  };
  const entry = (from: number, to: number, problem?: string): XmlEntry => ({ line: lineAt(from), xml: buffer.slice(from, to), problem });
  const unclosed = "the entry has no end tag";

  function* scan(last: boolean): Generator<XmlEntry> {
    for (;;) {
      MARK.lastIndex = at;
      const match = MARK.exec(buffer);
      if (!match) {
        // The end may be the first half of a tag.
        const cut = buffer.lastIndexOf("<");
        at = Math.max(at, cut >= 0 && buffer.length - cut < MAX_TAG ? cut : buffer.length);
        break;
      }
      const [mark, closing, name] = match;
      if (name === undefined) {
        const end = mark === "<!--" ? "-->" : "]]>";
        const found = buffer.indexOf(end, match.index + mark.length);
        if (found < 0 && !last && buffer.length - match.index <= MAX_ENTRY) {
          at = match.index;
          break;
        }
        // Never closed: what follows is read all the same, so that good entries are not lost.
        at = found < 0 ? match.index + mark.length : found + end.length;
        continue;
      }
      const end = match.index + mark.length;
      at = end;
      if (!closing) {
        if (open >= 0) yield entry(open, match.index, unclosed);
        const empty = mark.endsWith("/>");
        if (empty) yield entry(match.index, end, "the entry is empty");
        open = empty ? -1 : match.index;
      } else if (open >= 0) {
        yield entry(open, end);
        open = -1;
        drop(end);
      }
    }
    if (open >= 0 && (last || buffer.length - open > MAX_ENTRY)) {
      yield entry(open, buffer.length, unclosed);
      open = -1;
    }
    drop(open >= 0 ? Math.min(open, at) : at);
  }

  for await (const part of parts) {
    buffer += part;
    tail = (tail + part).slice(-1000);
    yield* scan(false);
  }
  yield* scan(true);
  return { complete: /<\/[\w:]*(rss|feed|RDF|channel)\s*>\s*$/.test(tail.replace(/<!--[\s\S]*?-->/g, "")) };
}
