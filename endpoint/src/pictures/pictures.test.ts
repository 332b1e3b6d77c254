import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CatalogItem } from "presently/contract";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openStore, type Store } from "../store/store.js";
import { describePicture, PICTURE_DIMS } from "./describe.js";
import { downloadPicture } from "./download.js";
import { describePictures } from "./pictures.js";
import { projection } from "./project.js";

const svg = (shape: string, size = 200, background = "") =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="${size}" height="${size}">${background}${shape}</svg>`);
const circle = (colour: string) => `<circle cx="50" cy="50" r="30" fill="${colour}"/>`;
const bars = (colour: string) => [20, 45, 70].map((y) => `<rect x="10" y="${y}" width="80" height="10" fill="${colour}"/>`).join("");
const WHITE = `<rect width="100" height="100" fill="white"/>`;

const distance = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((value, k) => value - b[k]));

describe("a picture's descriptor", () => {
  it("stays nearly the same in another size and format, on white and on nothing", async () => {
    const one = await describePicture(svg(circle("#c22")));
    expect(one).toHaveLength(PICTURE_DIMS);
    expect(one.every(Number.isFinite)).toBe(true);
    const others = [
      svg(circle("#c22"), 900),
      svg(circle("#c22"), 200, WHITE),
      await sharp(svg(circle("#c22"), 300, WHITE))
        .jpeg({ quality: 80 })
        .toBuffer(),
    ];
    const far = distance(one, await describePicture(svg(bars("#c22"))));
    for (const other of others) expect(distance(one, await describePicture(other))).toBeLessThan(far / 3);
  });

  it("tells colours and shapes apart", async () => {
    const [red, green, redBars] = await Promise.all([circle("#c22"), circle("#2a4"), bars("#c22")].map((shape) => describePicture(svg(shape))));
    const darker = await describePicture(svg(circle("#a11")));
    expect(distance(red, darker)).toBeLessThan(distance(red, green));
    expect(distance(red, darker)).toBeLessThan(distance(red, redBars));
  });

  it("has numbers for an empty picture, and none for what is no picture", async () => {
    expect((await describePicture(svg(""))).every(Number.isFinite)).toBe(true);
    expect((await describePicture(svg("", 50, WHITE))).every(Number.isFinite)).toBe(true);
    const broken = (
      await sharp(svg(circle("#c22")))
        .png()
        .toBuffer()
    ).subarray(0, 200);
    for (const file of [Buffer.from("<html>no</html>"), Buffer.alloc(0), broken]) await expect(describePicture(file)).rejects.toThrow();
  });
});

describe("a shop's own vectors", () => {
  it("keep their angles nearly as they are", () => {
    const project = projection(512);
    const vector = (turn: number) => Array.from({ length: 512 }, (_, i) => Math.sin(i + (i % 2 ? turn : 0)));
    const cosine = (a: ArrayLike<number>, b: ArrayLike<number>) => {
      const dot = (x: ArrayLike<number>, y: ArrayLike<number>) => Array.from(x).reduce((sum, value, i) => sum + value * y[i], 0);
      return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    };
    for (const turn of [0, 0.5, 1.5, 3])
      expect(Math.abs(cosine(project(vector(0)), project(vector(turn))) - cosine(vector(0), vector(turn)))).toBeLessThan(0.25);
  });
});

describe("downloading", () => {
  const answer = (body: BodyInit | null, init?: ResponseInit) => async () => new Response(body, init);

  it.each([
    ["another scheme", "file:///etc/passwd", answer("x"), /http/],
    ["an error", "https://shop.example/a.png", answer("gone", { status: 404 }), /404/],
    ["too much", "https://shop.example/a.png", answer(new Uint8Array(9 << 20)), /8 MiB/],
  ])("refuses %s", async (_, link, fetch, problem) => {
    await expect(downloadPicture(link, fetch)).rejects.toThrow(problem);
  });
});

describe("the catalogue's pictures", () => {
  let folder: string;
  let store: Store;
  let now = Date.UTC(2026, 10, 1);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pictures-"));
    store = openStore(folder, { now: () => now });
  });
  afterEach(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  const item = (id: string, more: Partial<CatalogItem>): CatalogItem => ({ item_id: id, title: id, availability: "in_stock", ...more });

  it("are downloaded once each, and again only where they were broken a week ago", async () => {
    const fetch = vi.fn(async (link: string) => (link.endsWith("gone.png") ? new Response("", { status: 404 }) : new Response(svg(circle("#c22")))));
    const items = [
      item("a", { image_link: "https://s.example/a.svg" }),
      item("b", { image_link: "https://s.example/a.svg" }),
      item("c", { image_link: "https://s.example/gone.png" }),
      item("d", {}),
    ];
    const first = await describePictures(store.pictures, items, { fetch });
    expect(first).toMatchObject({ downloaded: 1, broken: 1, problems: [expect.stringContaining("404")] });
    expect([...first.pictures.keys()]).toEqual(["a", "b"]);
    expect(fetch).toHaveBeenCalledTimes(2);
    const second = await describePictures(store.pictures, items, { fetch });
    expect(second.pictures).toEqual(first.pictures);
    expect(fetch).toHaveBeenCalledTimes(2);
    now += 8 * 86_400_000;
    await describePictures(store.pictures, items, { fetch });
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  it("wait where there is no time, and are not fetched where the shop brings vectors", async () => {
    const fetch = vi.fn(async () => new Response(svg(circle("#c22"))));
    const links = [item("a", { image_link: "https://s.example/a.svg" })];
    expect((await describePictures(store.pictures, links, { fetch, maxSeconds: 0 })).pictures.size).toBe(0);
    const report = await describePictures(store.pictures, [...links, item("b", { image_vector: [1, 2, 3] }), item("c", { image_vector: [1, 2] })], { fetch });
    expect([...report.pictures.keys()]).toEqual(["b"]);
    expect(report).toMatchObject({ broken: 1, problems: [expect.stringContaining("c: image_vector has 2 numbers, not 3")] });
    expect(fetch).not.toHaveBeenCalled();
  });
});
