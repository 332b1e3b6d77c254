import { jsonrepair } from "jsonrepair";
import { describe, expect, it } from "vitest";
// @ts-expect-error The bench is plain JavaScript.
import { score, table, tally } from "../../bench/recognition/score.mjs";
import { openFixture, PAGES } from "../../testing/pages.js";
import { readPage } from "./reader/reader.js";

/** Of the pages, with every field right that they tell. */
const LEAST = 0.95;

const scored = PAGES.map((fixture) => {
  const reading = readPage(openFixture(fixture), { repair: jsonrepair });
  return { page: fixture.page, reading, score: score(fixture, { ...reading, category: reading.category.length > 0 ? reading.category : undefined }) };
});

describe("the pages of testing/pages", () => {
  it("are sixty or more, of shop systems and hand-made ones, products and others", () => {
    expect(PAGES.length).toBeGreaterThanOrEqual(60);
    expect(PAGES.filter(({ type }) => type === "product").length).toBeGreaterThanOrEqual(60);
    expect(PAGES.filter(({ type }) => type !== "product").length).toBeGreaterThanOrEqual(15);
  });

  it("are recognised with id, price, currency, availability and category without any configuration", () => {
    const wrong = scored.filter((one) => !one.score.all).map(({ page, reading, score: { all, ...fields } }) => ({ page, fields, reading }));
    const rate = 1 - wrong.length / scored.length;
    expect(rate, `${table(tally(scored))}\n${JSON.stringify(wrong, null, 1)}`).toBeGreaterThanOrEqual(LEAST);
  });

  it("never show a product where there is none of the page's own", () => {
    expect(scored.filter(({ page, reading }) => reading.product && PAGES.find((one) => one.page === page)?.type !== "product").map(({ page }) => page)).toEqual(
      [],
    );
  });
});
