/** Rows that pass, a bit each: row r is bit r & 31 of word r >>> 5. Bits behind the last row are 0. Never changed once made. */
export interface RowMask {
  /** [⌈rows / 32⌉] */
  readonly bits: Uint32Array;
  /** Passing rows. */
  readonly count: number;
}

const words = (rows: number) => (rows + 31) >>> 5;

function counted(bits: Uint32Array): RowMask {
  let count = 0;
  for (let i = 0; i < bits.length; i++) {
    // Hacker's Delight, figure 5-2.
    let x = bits[i];
    x -= (x >>> 1) & 0x55555555;
    x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
    count += Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return { bits, count };
}

export function everyRow(rows: number): RowMask {
  const bits = new Uint32Array(words(rows)).fill(0xffffffff);
  if (rows & 31) bits[bits.length - 1] = 2 ** (rows & 31) - 1;
  return { bits, count: rows };
}

/** Rows for which the test gives anything but 0 or false. */
export function rowsWhere(rows: number, test: (row: number) => number | boolean): RowMask {
  const bits = new Uint32Array(words(rows));
  for (let word = 0, row = 0; word < bits.length; word++) {
    const end = Math.min(32, rows - row);
    let own = 0;
    for (let bit = 0; bit < end; bit++, row++) if (test(row)) own |= 1 << bit;
    bits[word] = own;
  }
  return counted(bits);
}

/** These rows; those below 0 or beyond the last are left out. */
export function someRows(rows: number, given: Iterable<number>): RowMask {
  const bits = new Uint32Array(words(rows));
  for (const row of given) if (row >= 0 && row < rows) bits[row >>> 5] |= 1 << (row & 31);
  return counted(bits);
}

export const hasRow = ({ bits }: RowMask, row: number): boolean => ((bits[row >>> 5] >>> (row & 31)) & 1) === 1;
/** null stands for all rows. */
export const passes = (mask: RowMask | null, row: number): boolean => mask === null || hasRow(mask, row);

export const and = (a: RowMask, b: RowMask): RowMask => counted(a.bits.map((word, i) => word & b.bits[i]));
export const or = (a: RowMask, b: RowMask): RowMask => counted(a.bits.map((word, i) => word | b.bits[i]));
export const without = (a: RowMask, b: RowMask): RowMask => counted(a.bits.map((word, i) => word & ~b.bits[i]));
export const complementOf = (mask: RowMask, rows: number): RowMask => without(everyRow(rows), mask);
