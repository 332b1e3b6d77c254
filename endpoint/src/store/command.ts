import { Command } from "commander";
import { PresentlyError } from "presently/contract";
import { reportBroken } from "../feeds/broken-rows.js";
import { lines } from "../feeds/jsonl.js";
import { feedText } from "../feeds/source.js";
import { type ImportedSession, parseSessionLine } from "./sessions.js";
import { DATA, withStore } from "./with-store.js";

const SHOWN = 20;
const GROUP = 1000;

/** `presently import-sessions`. */
export function importSessionsCommand(): Command {
  return new Command("import-sessions")
    .description('Imports sessions to learn from, one JSON object a line: {"events":[…GA4 events…],"ignored":[…],"time":milliseconds}')
    .argument("<file>", "file or address of JSON lines; gzip too")
    .option(...DATA)
    .action((source: string, { data }: { data: string }) =>
      withStore(data, async (store) => {
        const problems: { line: number; problem: string }[] = [];
        let [read, added, count] = [0, 0, 0];
        let group: ImportedSession[] = [];
        const flush = () => {
          added += store.sessions.add(group);
          read += group.length;
          group = [];
        };
        for await (const { line, text } of lines(feedText(source, { fetch }))) {
          if (text?.trim() === "") continue;
          try {
            group.push(parseSessionLine(text ?? ""));
          } catch (error) {
            if (!(error instanceof PresentlyError)) throw error;
            count++;
            if (problems.length < SHOWN) problems.push({ line, problem: text === null ? "the line is too long" : error.message });
          }
          if (group.length >= GROUP) flush();
        }
        flush();
        console.log(`${read} sessions: ${added} new, ${read - added} known already.`);
        reportBroken("lines", problems, count);
        if (read === 0) throw new PresentlyError("session/none", `${source} has no session: see presently import-sessions --help for the format`);
      }),
    );
}
