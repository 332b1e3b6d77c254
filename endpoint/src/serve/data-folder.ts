import { join } from "node:path";

/** Where an endpoint keeps what it has: database, float models, and the releases it serves. */
export interface DataFolder {
  readonly root: string;
  /** Published as it is: manifest.json and files/. */
  readonly releases: string;
  /** Float models, private. */
  readonly models: string;
  /** The shop's rules, which go into each release; the shop writes it, if it wants any. */
  readonly rules: string;
}

export const dataFolder = (root: string): DataFolder => ({
  root,
  releases: join(root, "releases"),
  models: join(root, "models"),
  rules: join(root, "rules.json"),
});
