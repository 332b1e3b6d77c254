import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryCaches } from "../../testing/cache-storage.js";
import { damage, damageBytes } from "../../testing/corruption.js";
import { staticHost } from "../../testing/static-host.js";
import { type BuiltRelease, type TinyItem, tinyRelease } from "../../testing/tiny-release.js";
import { PresentlyError } from "../contract/errors.js";
import { createCatalog } from "./catalog.js";

const BASE = "https://shop.example/presently/";
const MANIFEST = `${BASE}manifest.json`;

const item = (id: string, vector: readonly number[]): TinyItem => ({
  item_id: id,
  title: `Title of ${id}`,
  category: ["Shoes"],
  price: 10,
  availability: "in_stock",
  vector,
});
const encoder = {
  format: "presently.encoder/1" as const,
  config: { dims: 2, heads: 1, feedForward: 4, blocks: 0, maxTokens: 8, temperature: 0.07, neighbourWeight: 0 },
  weightsManifest: [{ paths: ["weights.bin"], weights: [] }],
  golden: [],
};
const build = (version: number, ids: readonly string[] = ["a", "b"]): BuiltRelease =>
  tinyRelease({ version, items: ids.map((id, i) => item(id, i % 2 ? [0, 1] : [1, 0])), encoder, weights: new Uint8Array([1, 2, 3]) });

function setUp({ store = true }: { store?: boolean } = {}) {
  const host = staticHost(BASE);
  const caches = memoryCaches();
  const problems: PresentlyError[] = [];
  const open = () => createCatalog(MANIFEST, { fetch: host.fetch, caches, store, onProblem: (problem) => problems.push(problem) });
  const publish = ({ files }: BuiltRelease) => files.forEach((bytes, path) => void host.put(path, bytes));
  return { host, caches, problems, open, publish, catalog: open() };
}

const code = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => "no error",
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PresentlyError);
  return (error as PresentlyError).code;
};

describe("load", () => {
  it("gives shard, cards, encoder and weights of the release which the manifest names", async () => {
    const { catalog, publish } = setUp();
    publish(build(3, ["a", "b", "c"]));
    const loaded = await catalog.load();
    expect(loaded.release.version).toBe(3);
    expect(loaded.shard.id(2)).toBe("c");
    expect(loaded.card(1)).toMatchObject({ item_id: "b", title: "Title of b", price: 10 });
    expect(new Uint8Array(loaded.weights)).toEqual(new Uint8Array([1, 2, 3]));
    expect(loaded.source).toBe("network");
  });

  it("asks the server for the manifest each time, and the HTTP cache for the files", async () => {
    const { catalog, publish, host } = setUp();
    publish(build(1));
    await catalog.load();
    const modes = new Map(host.requests.map(({ path, cache }) => [path === "manifest.json" ? path : "file", cache]));
    expect(Object.fromEntries(modes)).toEqual({ "manifest.json": "no-cache", file: "default" });
  });

  it("starts from the device on the next page, without one request, even offline", async () => {
    const { catalog, publish, host, open } = setUp();
    publish(build(1));
    await catalog.load();
    host.offline = true;
    host.requests.length = 0;
    const again = await open().load();
    expect([again.source, again.release.version, host.requests.length]).toEqual(["cache", 1, 0]);
  });

  it("writes nothing to the device before consent, and deletes all of it when consent is withdrawn", async () => {
    const { catalog, publish, caches } = setUp({ store: false });
    publish(build(1));
    await catalog.load();
    await catalog.setNote("backend", "cpu");
    expect(caches.stores.size).toBe(0);
    await catalog.allowStorage(true);
    await catalog.setNote("backend", "cpu");
    // Four files, the manifest and the note.
    expect([...caches.stores.values()][0].size).toBe(6);
    expect(await catalog.note("backend")).toBe("cpu");
    await catalog.allowStorage(false);
    expect(caches.stores.size).toBe(0);
    expect(await catalog.note("backend")).toBeNull();
  });

  it("downloads again what was tampered with on the device, and says so", async () => {
    const { catalog, publish, caches, open, problems, host } = setUp();
    const release = build(1);
    publish(release);
    await catalog.load();
    const [entries] = caches.stores.values();
    for (const [url, bytes] of entries) if (url.includes(release.manifest.files.shard.sha256)) new Uint8Array(bytes)[40] ^= 1;
    host.requests.length = 0;
    expect((await open().load()).source).toBe("network");
    expect(problems.map((problem) => problem.code)).toEqual(["catalog/stale"]);
    expect(host.requests.map(({ path }) => path)).toEqual(["manifest.json", release.manifest.files.shard.path]);
    expect((await open().load()).source).toBe("cache");
  });

  it("works without a usable cache, and says so", async () => {
    const { catalog, publish, caches, problems } = setUp();
    publish(build(1));
    caches.fail = true;
    expect((await catalog.load()).release.version).toBe(1);
    expect(new Set(problems.map((problem) => problem.code))).toEqual(new Set(["catalog/cache"]));
  });

  it("names what is wrong where there is no release to be had", async () => {
    const { catalog, host, publish } = setUp();
    expect(await code(catalog.load())).toBe("release/missing");
    host.offline = true;
    expect(await code(catalog.load())).toBe("release/unreachable");
    host.offline = false;
    host.put("manifest.json", "<!doctype html>");
    expect(await code(catalog.load())).toBe("manifest/invalid");
    publish(build(1));
    expect((await catalog.load()).release.version).toBe(1);
  });

  it("passes by a broken copy in the HTTP cache", async () => {
    const { publish, host } = setUp();
    const release = build(1);
    publish(release);
    const fetch: typeof host.fetch = (url, init) =>
      init?.cache === "default" && url.endsWith(release.manifest.files.shard.path) ? Promise.resolve(new Response("old")) : host.fetch(url, init);
    expect((await createCatalog(MANIFEST, { fetch }).load()).shard.count).toBe(2);
  });

  it("never takes a damaged file for a good one", async () => {
    const release = build(1);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("shard", "cards", "text", "encoder", "weights"), damage, async (name, harm) => {
        const { host, publish, catalog } = setUp();
        publish(release);
        const { path } = release.manifest.files[name as "shard"];
        const good = release.files.get(path)!;
        const bad = new Uint8Array(damageBytes(good, harm));
        fc.pre(bad.length !== good.length || bad.some((byte, i) => byte !== good[i]));
        host.put(path, bad);
        const read = name === "text" ? catalog.load().then(({ text }) => text()) : catalog.load();
        expect(await code(read)).toBe(bad.length === good.length ? "release/hash" : "release/truncated");
      }),
      { numRuns: 200 },
    );
  });
});

describe("the text table", () => {
  it("is fetched when it is asked for, once, and kept with the release then", async () => {
    const { catalog, publish, host, caches, open } = setUp();
    const release = build(1);
    publish(release);
    const { text } = await catalog.load();
    const { path, bytes } = release.manifest.files.text;
    const before = catalog.size();
    expect(host.requests.map((request) => request.path)).not.toContain(path);
    expect(await text()).toBe(await text());
    expect(host.requests.filter((request) => request.path === path)).toHaveLength(1);
    expect(catalog.size()).toBe(before + bytes);
    expect([...caches.stores.values()][0].size).toBe(6);
    // A newer release with the same table, and the next page.
    publish(build(2, ["a", "b", "c"]));
    await (await catalog.refresh())?.text();
    host.requests.length = 0;
    await (await open().load()).text();
    expect(host.requests).toEqual([]);
  });

  it("that cannot be had is asked for again the next time", async () => {
    const { catalog, publish, host } = setUp();
    publish(build(1));
    const { text } = await catalog.load();
    host.offline = true;
    expect(await code(text())).toBe("release/unreachable");
    host.offline = false;
    expect((await text()).byteLength).toBeGreaterThan(0);
  });

  it("is not written to the device before consent, and with everything else after", async () => {
    const { catalog, publish, caches } = setUp({ store: false });
    publish(build(1));
    await (await catalog.load()).text();
    expect(caches.stores.size).toBe(0);
    await catalog.allowStorage(true);
    expect([...caches.stores.values()][0].size).toBe(6);
  });
});

describe("refresh", () => {
  it("gives null where nothing is new", async () => {
    const { catalog, publish } = setUp();
    publish(build(1));
    await catalog.load();
    expect(await catalog.refresh()).toBeNull();
  });

  it("gives the new release, downloading only what has changed", async () => {
    const { catalog, publish, host, caches } = setUp();
    publish(build(1));
    await catalog.load();
    const next = build(2, ["a", "b", "c"]);
    publish(next);
    host.requests.length = 0;
    expect((await catalog.refresh())?.shard.count).toBe(3);
    const { shard, cards } = next.manifest.files;
    expect(host.requests.map(({ path }) => path).sort()).toEqual([cards.path, shard.path, "manifest.json"].sort());
    expect((await catalog.load()).release.version).toBe(2);
    // Old files are pruned: four files and the manifest.
    expect([...caches.stores.values()][0].size).toBe(5);
  });

  it.each([
    ["a manifest that is no JSON", (bad: BuiltRelease) => bad.files, "manifest/invalid"],
    ["an older version", () => build(4).files, "release/older"],
    [
      "a truncated shard",
      () => {
        const bad = build(6, ["x"]);
        const { path } = bad.manifest.files.shard;
        return new Map(bad.files).set(path, bad.files.get(path)!.slice(0, 20));
      },
      "release/truncated",
    ],
    [
      "a missing file",
      () => {
        const bad = build(6, ["x"]);
        return new Map([["manifest.json", bad.files.get("manifest.json")!]]);
      },
      "release/missing",
    ],
    [
      "files that contradict the manifest",
      () => {
        const bad = build(6, ["x"]);
        return new Map(bad.files).set("manifest.json", new TextEncoder().encode(JSON.stringify({ ...bad.manifest, items: 7 })));
      },
      "release/mismatch",
    ],
  ])("keeps the last good release on %s", async (what, files, expected) => {
    const { catalog, host, publish } = setUp();
    publish(build(5));
    await catalog.load();
    files(build(6)).forEach((bytes, path) => void host.put(path, bytes));
    if (what === "a manifest that is no JSON") host.put("manifest.json", "{");
    expect(await code(catalog.refresh())).toBe(expected);
    const kept = await catalog.load();
    expect([kept.release.version, kept.shard.id(0)]).toEqual([5, "a"]);
  });

  it("downloads once for two who ask at the same time", async () => {
    const { catalog, publish, host } = setUp();
    publish(build(1));
    const [one, two] = await Promise.all([catalog.refresh(), catalog.refresh()]);
    expect(one).toBe(two);
    expect(host.requests.filter(({ path }) => path === "manifest.json")).toHaveLength(1);
  });

  it("never goes back to an older version than the device has kept", async () => {
    const { catalog, publish, open } = setUp();
    publish(build(7));
    await catalog.load();
    publish(build(6, ["old"]));
    const next = open();
    await next.load();
    expect(await code(next.refresh())).toBe("release/older");
  });
});
