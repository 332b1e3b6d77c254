import { expect, type Page } from "playwright/test";

/** What a shopper does in any shop: open a product from a listing, put it into the cart, look at the cart. */
export async function shopWorks(page: Page): Promise<void> {
  const product = page.locator("main a[href*='/product']").first();
  await product.click();
  const title = page.locator("main h1");
  await expect(title).toBeVisible();
  const name = ((await title.textContent()) ?? "").trim();
  await page
    .getByRole("button", { name: /add to (cart|basket|bag)/i })
    .first()
    .click();
  await page.goto(new URL("/cart", page.url()).href);
  await expect(page.locator("main")).toContainText(name);
}
