/** Rows from which a sketch is made: below, reading all rows takes no longer than the detour (bench/LOG.md). */
export const SKETCHED = 200_000;
/** With a query's sums and the shard's blocks, where the 16 bits of a sketched score end. */
export const MOST_DIMS = 1_024;
/** Of more candidates than this the best by the sketch are taken. */
export const MOST_CANDIDATES = 24_576;
