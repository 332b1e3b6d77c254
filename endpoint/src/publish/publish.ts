import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PresentlyError, parseRelease, type Release, type ReleaseFile } from "presently/contract";
import type { BuiltRelease } from "./build.js";

export interface PublishOptions {
  /** Releases before this one whose files stay: pages that are still loading them, and rollback. */
  readonly keep?: number;
}

const DEFAULT_KEEP = 5;
const MANIFEST = "manifest.json";
const historyPath = (folder: string, version: number) => join(folder, "history", `${version}.json`);

/** On disk under its name, whole, or not at all. */
async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = await open(temporary, "w");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  // The name itself is data of the folder (https://man7.org/linux/man-pages/man2/fsync.2.html).
  const folder = await open(dirname(path), "r");
  await folder.sync().finally(() => folder.close());
}

/** The manifest that is live in a folder; null: none yet. */
export async function currentRelease(folder: string): Promise<Release | null> {
  const text = await readFile(join(folder, MANIFEST), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw new PresentlyError("publish/unreadable", `${join(folder, MANIFEST)} cannot be read: ${error.message}`, { cause: error });
  });
  return text === null ? null : parseRelease(text);
}

/** Versions that can be rolled back to, newest first. */
export async function previousVersions(folder: string): Promise<number[]> {
  const names = await readdir(join(folder, "history")).catch(() => []);
  return names.flatMap((name) => (/^\d+\.json$/.test(name) ? [Number.parseInt(name, 10)] : [])).sort((a, b) => b - a);
}

const pathsOf = ({ files }: Release) => Object.values(files as Record<string, ReleaseFile | undefined>).flatMap((file) => file?.path ?? []);

/**
 * Paths of all files of a release, also what its roots lead to: a list of it lies beside each.
 * @throws PresentlyError `publish/unreadable` where such a list is missing
 */
export async function filesOf(folder: string, release: Release): Promise<string[]> {
  const roots = [release.files.partitions, release.files.attributes].flatMap((root) => (root ? [`${root.path}.files`] : []));
  const lists = await Promise.all(
    roots.map((path) =>
      readFile(join(folder, path), "utf8").catch((cause: Error) => {
        throw new PresentlyError("publish/unreadable", `${path} of ${folder} cannot be read (${cause.message}): copy a release with all its files`, { cause });
      }),
    ),
  );
  return [...pathsOf(release), ...roots, ...lists.flatMap((list) => list.split("\n")).filter((path) => path !== "")];
}

/** Removes what no kept release needs, and leftovers of a publication that was cut off. */
async function tidy(folder: string, current: Release, before: Release | null, keep: number): Promise<void> {
  const versions = await previousVersions(folder);
  const kept = await Promise.all(versions.slice(0, keep).map(async (version) => parseRelease(await readFile(historyPath(folder, version), "utf8"))));
  // Of the one before, too: pages may be reading it. Where it cannot be told what is needed, nothing is removed.
  const lists = await Promise.all([current, ...(before ? [before] : []), ...kept].map((release) => filesOf(folder, release))).catch(() => null);
  if (!lists) return;
  const needed = new Set(lists.flat());
  await Promise.all(versions.slice(keep).map((version) => rm(historyPath(folder, version), { force: true })));
  for (const name of await readdir(join(folder, "files"))) if (!needed.has(`files/${name}`)) await rm(join(folder, "files", name), { force: true });
}

/** Whether nothing but the prices is other. */
const onlyPrices = ({ files: a }: Release, { files: b }: Release) =>
  a.attributes?.sha256 !== b.attributes?.sha256 &&
  (Object.keys({ ...a, ...b }) as (keyof Release["files"])[]).every((name) => name === "attributes" || a[name]?.sha256 === b[name]?.sha256);

async function swap(folder: string, next: Release, before: Release | null, keep: number): Promise<void> {
  // What a day's price changes publish must not push out what can be gone back to.
  if (before && !onlyPrices(before, next)) {
    await mkdir(join(folder, "history"), { recursive: true });
    await writeDurably(historyPath(folder, before.version), JSON.stringify(before));
  }
  await writeDurably(join(folder, MANIFEST), `${JSON.stringify(next, null, 2)}\n`);
  await tidy(folder, next, before, keep);
}

/**
 * Publishes a release into a folder that is served as it is. The files come first, under names made of their hashes; the manifest is
 * swapped last by a rename, so a reader has the release before or this one, whole, at any moment and after any crash.
 * @throws PresentlyError `publish/version` unless its version is higher than the live one's; `publish/write`
 */
export async function publishRelease(folder: string, { manifest, files }: BuiltRelease, { keep = DEFAULT_KEEP }: PublishOptions = {}): Promise<Release> {
  try {
    await mkdir(join(folder, "files"), { recursive: true });
    const before = await currentRelease(folder);
    if (before && before.version >= manifest.version)
      throw new PresentlyError(
        "publish/version",
        `Version ${before.version} is live in ${folder}, and pages never go back: publish version ${before.version + 1} instead of ${manifest.version}`,
      );
    for (const [path, content] of files) {
      const there = await stat(join(folder, path)).catch(() => null);
      if (there?.size !== content.length) await writeDurably(join(folder, path), content);
    }
    await swap(folder, manifest, before, keep);
    return manifest;
  } catch (error) {
    if (error instanceof PresentlyError) throw error;
    throw new PresentlyError("publish/write", `The release could not be written to ${folder} (${(error as Error).message}): check its disk and owner`, {
      cause: error,
    });
  }
}

/**
 * Publishes the content of an older release again, as a new version: pages take only higher ones.
 * @param to version to go back to; the one before the live one by default
 * @throws PresentlyError `publish/rollback` where it is not kept
 */
export async function rollbackRelease(
  folder: string,
  { to, created, keep = DEFAULT_KEEP }: PublishOptions & { readonly to?: number; readonly created: string },
): Promise<{ readonly release: Release; readonly from: number; readonly to: number }> {
  const before = await currentRelease(folder);
  if (!before) throw new PresentlyError("publish/rollback", `Nothing is published in ${folder} yet: run presently train first`);
  const versions = await previousVersions(folder);
  const version = to ?? versions[0];
  if (version === undefined || !versions.includes(version))
    throw new PresentlyError(
      "publish/rollback",
      versions.length > 0
        ? `Version ${version} is not kept: give one of ${versions.join(", ")} with --to`
        : `${folder} keeps no release before version ${before.version}: there is nothing to go back to`,
    );
  const older = parseRelease(await readFile(historyPath(folder, version), "utf8"));
  for (const path of pathsOf(older))
    await stat(join(folder, path)).catch((cause) => {
      throw new PresentlyError("publish/rollback", `${path} of version ${version} is gone from ${folder}: go back to another version with --to`, { cause });
    });
  const release: Release = { ...older, version: before.version + 1, created };
  await swap(folder, release, before, keep);
  return { release, from: before.version, to: version };
}
