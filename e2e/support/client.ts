import type { Page } from "playwright/test";
import type { EventInput, LedgerEntry, PersonaState, Presently, Ranking, RecommendOptions, Status } from "../../src/contract/index.js";

type ShopWindow = Window & { presently: Presently };

/** The client as the page's own script has it, once the tag has loaded. */
export async function clientReady(page: Page): Promise<void> {
  await page.waitForFunction(() => typeof (window as unknown as Partial<ShopWindow>).presently?.status === "function");
}

export const track = (page: Page, event: EventInput): Promise<void> =>
  page.evaluate((input) => (window as unknown as ShopWindow).presently.track(input), event);

/** Without exploration, which would put another item in some places at random. */
export const recommend = (page: Page, options: RecommendOptions = {}): Promise<Ranking> =>
  page.evaluate((input) => (window as unknown as ShopWindow).presently.recommend(input), { explore: 0, ...options });

export const status = (page: Page): Promise<Status> => page.evaluate(() => (window as unknown as ShopWindow).presently.status());

/** Without the vector, which does not survive the way out of the page as a typed array. */
export const persona = (page: Page): Promise<Omit<PersonaState, "vector"> & { vector: number[] | null }> =>
  page.evaluate(async () => {
    const state = await (window as unknown as ShopWindow).presently.persona();
    return { ...state, vector: state.vector && [...state.vector] };
  });

export const ledger = (page: Page): Promise<readonly LedgerEntry[]> => page.evaluate(() => (window as unknown as ShopWindow).presently.ledger());

export const setConsent = (page: Page, consent: { store?: boolean; share?: false | "balanced" | "session" }): Promise<void> =>
  page.evaluate((input) => (window as unknown as ShopWindow).presently.setConsent(input), consent);

export const forget = (page: Page): Promise<void> => page.evaluate(() => (window as unknown as ShopWindow).presently.forget());

export const eventNames = (page: Page): Promise<string[]> =>
  page.evaluate(() => (window as unknown as ShopWindow).presently.timeline().map((event) => event.name));

/** Ids of the recommended items, in order. */
export const recommendedIds = async (page: Page, options?: RecommendOptions): Promise<string[]> =>
  (await recommend(page, options)).items.map((item) => item.item_id);

export const problemCodes = async (page: Page): Promise<string[]> => (await status(page)).problems.map((problem) => problem.code);
