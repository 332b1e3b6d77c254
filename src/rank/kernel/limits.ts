/** Rows from which a sketch is made: below, reading all rows takes no longer than the detour (bench/LOG.md). */
export const SKETCHED = 200_000;
/** A sketched score has eight bits: of more dimensions each would have less than two steps. */
export const MOST_DIMS = 256;
/** Of more candidates than this the best by the sketch are taken. */
export const MOST_CANDIDATES = 24_576;
