import { fileURLToPath } from "node:url";

/** Path of something in the repository. */
export const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
