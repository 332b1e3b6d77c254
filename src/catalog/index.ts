export { type Catalog, type CatalogOptions, createCatalog } from "./catalog.js";
export type { LoadedRelease } from "./loaded.js";
