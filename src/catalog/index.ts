export { type Catalog, type CatalogOptions, createCatalog } from "./catalog.js";
export { createIdentifier, type Identifier } from "./identify.js";
export type { LoadedRelease } from "./loaded.js";
export type { PartitionOptions, Partitions } from "./partitions/partitions.js";
