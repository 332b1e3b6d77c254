import { execFileSync } from "node:child_process";
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FileSink } from "./source.js";

const FEW = 100;

function syncDisk(folder: string): boolean {
  try {
    execFileSync("sync", ["-f", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

export interface FolderSink extends FileSink {
  /** Returns when all of it is on the disk. */
  sync(): void;
}

/**
 * Writes files into a folder. Hundreds of thousands are synced together at the end, when the system has written most of them already, not
 * one by one; until then no manifest names them.
 */
export function folderSink(folder: string): FolderSink {
  const fresh = new Set<string>();
  const folders = new Set<string>();
  return {
    put(path, content) {
      const target = join(folder, path);
      const parent = dirname(target);
      if (!folders.has(parent)) {
        mkdirSync(parent, { recursive: true });
        folders.add(parent);
      }
      // Its name is its content: a whole file of that name is this one.
      if (statSync(target, { throwIfNoEntry: false })?.size === content.length) return;
      const temporary = `${target}.${process.pid}.tmp`;
      writeFileSync(temporary, content);
      renameSync(temporary, target);
      fresh.add(target);
    },
    sync() {
      // One call for the whole disk takes seconds where one a file takes minutes; systems without it have the other.
      if (fresh.size > FEW && syncDisk(folder)) {
        fresh.clear();
        return;
      }
      for (const path of [...fresh, ...folders]) {
        const file = openSync(path, "r");
        try {
          fsyncSync(file);
        } finally {
          closeSync(file);
        }
      }
      fresh.clear();
    },
  };
}
