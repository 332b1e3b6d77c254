import { path } from "./paths.js";

interface Storefront {
  startStorefront(options: {
    port: number;
    release?: string;
    endpoint?: string | null;
    csp?: boolean;
  }): Promise<{ readonly url: string; close(): Promise<void> }>;
}

/** The demo shop is plain JavaScript, without declarations. */
export const { startStorefront }: Storefront = await import(path("examples/storefront/server.mjs"));
