import { Command } from "commander";
import { DATA, withStore } from "../store/with-store.js";
import { reportBroken } from "./broken-rows.js";
import { importFeed } from "./import.js";

/** `presently import-catalog`. */
export function importCatalogCommand(): Command {
  return new Command("import-catalog")
    .description("Imports a catalogue feed: new items are added, known ones updated; broken rows are reported with their lines and left out")
    .argument("<feed>", "file or address: Google Merchant XML (RSS 2.0 or Atom) or JSON lines; gzip too")
    .option(...DATA)
    .option("--replace", "removes items which the feed does not have", false)
    .action((source: string, { data, replace }: { data: string; replace: boolean }) =>
      withStore(data, async (store) => {
        const result = await importFeed(store.catalog, source, { fetch, replace });
        console.log(
          `${result.items} items: ${result.added} new, ${result.updated} changed, ${result.removed} removed; ${store.counters().items} are in the catalogue.`,
        );
        reportBroken("rows", result.examples, result.broken);
      }),
    );
}
