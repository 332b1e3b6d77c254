import { encodeLookup, encodeLookupDirectory, idHash, lookupPlace, type Place, type ReleaseFile } from "presently/contract";
import { openSpill } from "./spill.js";

/** Ids of one lookup file: 16 kB, of which one names its own item and two thousand others. */
const IDS_PER_FILE = 2_048;
const RECORD = 8;

/** Collects where each id went, on disk, and writes the files by which a page finds it. */
export function lookupWriter(folder: string, items: number, put: (kind: string, content: Uint8Array<ArrayBuffer>) => ReleaseFile) {
  const lookupBits = Math.max(0, Math.ceil(Math.log2(items / IDS_PER_FILE)));
  const directoryBits = Math.ceil(lookupBits / 2);
  const spill = openSpill(folder, "ids", 2 ** directoryBits);
  const record = Buffer.alloc(RECORD);
  return {
    add(id: string, { group, partition }: Place) {
      const hash = idHash(id);
      record.writeUInt32LE(hash, 0);
      record.writeUInt16LE(group, 4);
      record.writeUInt16LE(partition, 6);
      spill.append(lookupPlace(hash, lookupBits, directoryBits).directory, record);
    },
    finish(): { readonly lookups: ReleaseFile[]; readonly lookupBits: number } {
      const lookups = Array.from({ length: 2 ** directoryBits }, (_, directory) => {
        const content = spill.take(directory);
        const files: (Place & { hash: number })[][] = Array.from({ length: 2 ** (lookupBits - directoryBits) }, () => []);
        for (let at = 0; at < content.length; at += RECORD) {
          const hash = content.readUInt32LE(at);
          files[lookupPlace(hash, lookupBits, directoryBits).file].push({
            hash,
            group: content.readUInt16LE(at + 4),
            partition: content.readUInt16LE(at + 6),
          });
        }
        return put("ids", encodeLookupDirectory(files.map((entries) => (entries.length > 0 ? put("ids", encodeLookup(entries)) : null))));
      });
      return { lookups, lookupBits };
    },
    close: () => spill.close(),
  };
}
