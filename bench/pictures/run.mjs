/*
 * What pictures are worth where looks matter: a generated shop whose items have a picture (one of eight outlines, in one of ten hues, with one of
 * four patterns, its shade, size and turn its own) and a title that says nothing of it. A shopper has a look in mind, and views items by how
 * near theirs is: outline counts most, then hue, then pattern. A tenth of the items is held back from training, and has to be found by
 * its picture alone. The pictures are SVG files, which sharp draws; description, training, release and ranking are the endpoint's own.
 *
 *   npm run bench:pictures [-- --items 1200 --sessions 6000 --json]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { endpoint } from "../train/demo.mjs";

const { values } = parseArgs({
  options: {
    items: { type: "string", default: "1200" },
    sessions: { type: "string", default: "6000" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const [ITEMS, SESSIONS, SEED] = [values.items, values.sessions, values.seed].map(Number);
const TEST_SESSIONS = 1500;
const LENGTH = 5;
const HUES = 10;
const PATTERNS = 4;
const COLD_SHARE = 0.1;

const { openStore } = await endpoint("store/store.js");
const { describePictures } = await endpoint("pictures/pictures.js");
const { trainModel } = await endpoint("train/train.js");
const { seededRandom } = await endpoint("train/random.js");
const { buildRelease } = await endpoint("publish/build.js");
const { releaseOf } = await endpoint("publish/load.js");
const { rankPrefixes, ALL_PREFIXES } = await endpoint("evaluate/evaluate.js");
const { DetailedSum } = await endpoint("evaluate/metrics.js");

const random = seededRandom(SEED);
const pick = (count) => Math.floor(random() * count);

/** In a square from −50 to 50. */
const OUTLINES = [
  `<circle r="38"/>`,
  `<rect x="-36" y="-36" width="72" height="72"/>`,
  `<path d="M0-42L40 34H-40Z"/>`,
  `<rect x="-46" y="-14" width="92" height="28" rx="14"/>`,
  `<path d="M-40-40H-12V12H40V40H-40Z"/>`,
  `<path d="M0-44L11-14H44L17 6L27 40L0 18L-27 40L-17 6L-44-14H-11Z"/>`,
  `<path d="M-14-44H14V-14H44V14H14V44H-14V14H-44V-14H-14Z"/>`,
  `<path d="M-44 30A44 44 0 0 1 44 30H20A20 20 0 0 0-20 30Z"/>`,
];

const looks = Array.from({ length: ITEMS }, () => ({ outline: pick(OUTLINES.length), hue: pick(HUES), pattern: pick(PATTERNS) }));

function picture({ outline, hue, pattern }) {
  const colour = `hsl(${(360 * hue) / HUES + 12 * (random() - 0.5)} ${55 + 30 * random()}% ${38 + 20 * random()}%)`;
  const marks = ["", ..."135"].slice(0, PATTERNS)[pattern];
  const stripes = marks
    ? Array.from({ length: 4 }, (_, i) => `<rect x="-50" y="${-40 + 24 * i}" width="100" height="9" transform="rotate(${45 * Number(marks)})"/>`).join("")
    : "";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-60 -60 120 120" width="240" height="240"><rect x="-60" y="-60" width="120" height="120" fill="#fff"/><g transform="rotate(${16 * (random() - 0.5)}) scale(${0.85 + 0.25 * random()})"><g fill="${colour}">${OUTLINES[outline]}</g><g fill="#fff" fill-opacity=".55">${stripes}</g></g></svg>`;
}

const files = new Map(looks.map((look, i) => [`https://shop.example/${i}.svg`, picture(look)]));
const items = looks.map((_, i) => ({ item_id: `i${i}`, title: `Article ${i}`, image_link: `https://shop.example/${i}.svg`, availability: "in_stock" }));

/** How much a shopper who has `wanted` in mind likes a look. */
function liking(wanted, look) {
  const apart = Math.min((wanted.hue - look.hue + HUES) % HUES, (look.hue - wanted.hue + HUES) % HUES);
  return 3 * (wanted.outline === look.outline) + [2.5, 1, 0, 0, 0, 0][apart] + 1.2 * (wanted.pattern === look.pattern);
}

function visit(time) {
  const wanted = looks[pick(ITEMS)];
  const weights = looks.map((look) => Math.exp(1.6 * liking(wanted, look)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const one = () => {
    let left = random() * total;
    for (let i = 0; i < weights.length; i++) {
      left -= weights[i];
      if (left <= 0) return i;
    }
    return 0;
  };
  const events = Array.from({ length: LENGTH }, (_, e) => ({ name: "view_item", time: time + e * 30_000, items: [{ item_id: `i${one()}` }] }));
  return { events, ignored: [], weight: 1, time };
}

const sessions = Array.from({ length: SESSIONS }, (_, s) => visit(s * 600_000));
const test = Array.from({ length: TEST_SESSIONS }, (_, s) => visit((SESSIONS + s) * 600_000));
const cold = Uint8Array.from(items, () => (random() < COLD_SHARE ? 1 : 0));
const isCold = ({ items: [{ item_id }] }) => cold[Number(item_id.slice(1))] === 1;
const train = sessions.map((session) => ({ ...session, events: session.events.filter((event) => !isCold(event)) }));
const popularity = new Float64Array(ITEMS);
for (const { events } of train) for (const event of events) popularity[Number(event.items[0].item_id.slice(1))]++;

const folder = mkdtempSync(join(tmpdir(), "presently-pictures-"));
const store = openStore(folder);
let pictures;
let describing;
try {
  const started = performance.now();
  ({ pictures } = await describePictures(store.pictures, items, { fetch: async (link) => new Response(files.get(link)) }));
  describing = (performance.now() - started) / pictures.size;
} finally {
  store.close();
  rmSync(folder, { recursive: true });
}

async function measure(withPictures) {
  const started = performance.now();
  const model = await trainModel({ items, sessions: train, pictures: withPictures ? pictures : undefined }, { seed: SEED, negatives: 1024, device: "cpu" });
  const seconds = (performance.now() - started) / 1000;
  const built = await buildRelease(model, items, { version: 1, created: new Date(0).toISOString(), metrics: {} });
  const release = await releaseOf(built);
  const rows = Uint8Array.from({ length: ITEMS }, (_, row) => cold[Number(release.shard.id(row).slice(1))]);
  const sum = new DetailedSum(new Float64Array(ITEMS), rows);
  await rankPrefixes(release, test, ALL_PREFIXES, sum);
  return { ...sum.result(), seconds };
}

/** A list that does not depend on the session. */
function fixed(list) {
  const sum = new DetailedSum(new Float64Array(ITEMS), cold);
  for (const { events } of test)
    events.slice(1).forEach((event, i) => {
      sum.add(
        list(),
        Number(event.items[0].item_id.slice(1)),
        events.slice(0, i + 1).map(({ items: [{ item_id }] }) => Number(item_id.slice(1))),
      );
    });
  return sum.result();
}

const popular = Array.from(popularity.keys())
  .sort((a, b) => popularity[b] - popularity[a])
  .slice(0, 20);
const results = {
  "with pictures": await measure(true),
  "without pictures": await measure(false),
  popularity: fixed(() => popular),
  random: fixed(() => Array.from({ length: 20 }, () => pick(ITEMS))),
};
if (values.json) console.log(JSON.stringify({ items: ITEMS, sessions: SESSIONS, describing_ms: describing, results }));
else {
  console.log(
    `${ITEMS} items, ${cold.reduce((sum, one) => sum + one, 0)} of them held back; ${SESSIONS} sessions; ${results.random.examples} predictions, ${results.random.cold.examples} of them of items held back. A picture is described in ${describing.toFixed(1)} ms.\n`,
  );
  console.log("| R@20 / MRR@20, % | items held back | all others | training, s |\n|---|---|---|---|");
  const pair = ({ recall20, mrr20 }) => `${recall20.toFixed(2)} / ${mrr20.toFixed(2)}`;
  for (const [name, one] of Object.entries(results)) console.log(`| ${name} | ${pair(one.cold)} | ${pair(one.warm)} | ${one.seconds?.toFixed(0) ?? "–"} |`);
}
