import { expect, type Page } from "playwright/test";
import { eventNames } from "./client.js";

/** A product's page in this shop, wherever the shop ran when its release was made. */
export const productUrl = (shop: { readonly url: string }, item: { readonly link: string }): string =>
  new URL(new URL(item.link, shop.url).pathname, shop.url).href;

/** What a shopper does in any shop: open a product from a listing, put it into the basket, look at the basket. */
export async function shopWorks(page: Page): Promise<void> {
  await page.locator("main a[href^='/item/']").first().click();
  const title = page.locator("main h1");
  await expect(page).toHaveURL(/\/item\//);
  const name = ((await title.textContent()) ?? "").trim();
  expect(name).not.toBe("");
  await page.getByRole("button", { name: "Add to basket" }).click();
  await expect(page).toHaveURL(/\/cart$/);
  await expect(page.locator("main")).toContainText(name);
}

/** What a shopper does so that there is something to send: the first recommendation is opened, without leaving the page. */
export async function answerShelf(page: Page): Promise<void> {
  const card = page.locator("presently-shelf a[href]").first();
  await card.waitFor();
  await card.evaluate((link) => link.addEventListener("click", (event) => event.preventDefault()));
  await card.click();
  await expect.poll(() => eventNames(page)).toContain("select_item");
}
