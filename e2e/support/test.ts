import { type BrowserContext, test as base, expect, type Page } from "playwright/test";
import { type Relay, startRelay, type Tamper } from "./relay.js";
import { RELEASE } from "./release.js";
import { startStorefront } from "./storefront.js";

export interface ShopOptions {
  /** Folder with manifest.json; the demo's release by default. */
  readonly release?: string;
  /** Address of the endpoint; none by default. */
  readonly endpoint?: string | null;
  readonly tamper?: Tamper;
}

export type Shop = Relay;

interface Fixtures {
  /** Starts the demo shop behind a proxy; both stop with the test. */
  readonly openShop: (options?: ShopOptions) => Promise<Shop>;
  /** Fails the test if any page threw an error, whatever else went wrong. */
  readonly pageErrors: string[];
}

export const test = base.extend<Fixtures>({
  openShop: async ({}, use) => {
    const running: { close(): Promise<void> | void }[] = [];
    await use(async ({ release = RELEASE, endpoint = null, tamper } = {}) => {
      const storefront = await startStorefront({ port: 0, release, endpoint });
      const relay = await startRelay(storefront.url, tamper);
      running.push(relay, storefront);
      return relay;
    });
    for (const server of running) await server.close();
  },
  pageErrors: [
    async ({ context }: { context: BrowserContext }, use: (errors: string[]) => Promise<void>) => {
      const errors: string[] = [];
      context.on("weberror", (error) => errors.push(String(error.error().stack ?? error.error())));
      await use(errors);
      expect(errors, "errors thrown in the page").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect, type Page };
