import type { Page } from "playwright/test";
import type { Presently } from "../../src/contract/index.js";
import type { Tamper } from "./relay.js";

/** Pages of a test's own at the shop's addresses, with the shop's script tag: what stands in `<head>` and in `<body>`. */
export const ownPages =
  (pages: Readonly<Record<string, string | { head?: string; body: string }>>): Tamper =>
  ({ path }, answer) => {
    const content = pages[new URL(path, "http://shop").pathname];
    if (content === undefined) return undefined;
    const { head = "", body } = typeof content === "string" ? { body: content } : content;
    const [tag] = /<script[^>]*presently\.js[^>]*><\/script>/.exec(answer.body.toString("utf8")) ?? [];
    const text = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${path}</title>${tag}${head}</head><body>${body}</body></html>`;
    return { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, body: Buffer.from(text) };
  };

export const product = (id: string) => `<article data-presently-event="view_item" data-presently-item="${id}"><h1>${id}</h1></article>`;
export const card = (id: string, more = "") => `<p data-presently-item="${id}"><a id="to-${id}" href="/item/${id}"${more}>${id}</a></p>`;

/** "page_view /item/a", "view_item a": what the session holds, oldest first, without dwell and without what was merely seen. */
export const told = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const { presently } = window as unknown as { presently: Presently };
    // Its answer comes when the session is there, with what the pages before left.
    await presently.ledger();
    return presently
      .timeline()
      .filter(({ name }) => name !== "user_engagement" && name !== "view_item_list")
      .map(({ name, items, page_location, search_term }) => {
        const address = page_location === undefined ? null : new URL(page_location);
        return `${name} ${items?.[0]?.item_id ?? search_term ?? `${address?.pathname}${address?.hash ?? ""}`}`;
      });
  });
