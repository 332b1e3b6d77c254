import type { Neighbours } from "./neighbours.js";
import type { Partition } from "./partitions.js";
import type { AttributeColumn, ItemRows, Shard } from "./shard.js";

const rowsOf = new WeakMap<ItemRows, Map<string, number>>();

/** Ids are read once a partition, however often it is put together with others. */
function idsOf(part: ItemRows): Map<string, number> {
  let rows = rowsOf.get(part);
  if (!rows) {
    rows = new Map();
    for (let row = 0; row < part.count; row++) rows.set(part.id(row), row);
    rowsOf.set(part, rows);
  }
  return rows;
}

const MAX_CODE = 65_535;

/** One column of all rows: values are numbered anew. A value beyond what a code can say counts as none. */
function mergedColumn(name: string, parts: readonly ItemRows[], count: number): AttributeColumn {
  const codeOf = new Map<string, number>();
  const codes = new Uint16Array(count);
  let at = 0;
  for (const part of parts) {
    const column = part.attributes.find((own) => own.name === name);
    if (column) {
      const own = Uint16Array.of(
        0,
        ...column.values.map((value) => {
          let code = codeOf.get(value);
          if (code === undefined && codeOf.size < MAX_CODE) {
            code = codeOf.size + 1;
            codeOf.set(value, code);
          }
          return code ?? 0;
        }),
      );
      for (let row = 0; row < part.count; row++) codes[at + row] = own[column.codes[row]];
    }
    at += part.count;
  }
  return { name, values: [...codeOf.keys()], codes };
}

/**
 * The release's shard and some partitions as one shard: its rows come first, and keep their numbers, then each partition's in this order.
 * Everything that ranks works on it as on any other; the copy of 60,000 items takes a few milliseconds. Traits, mean, axes and neighbours
 * are the shard's.
 */
export function assembleShard(head: Shard, partitions: readonly Partition[]): Shard {
  const parts: readonly ItemRows[] = [head, ...partitions];
  const { dims } = head;
  const starts = [0];
  for (const part of parts) starts.push(starts[starts.length - 1] + part.count);
  const count = starts[parts.length];
  const joined = {
    vectors: new Int8Array(count * dims),
    scale: new Float32Array(count),
    prior: new Float32Array(count),
    price: new Float32Array(count),
    availability: new Uint8Array(count),
  };
  parts.forEach((part, p) => {
    joined.vectors.set(part.vectors, starts[p] * dims);
    joined.scale.set(part.scale, starts[p]);
    joined.prior.set(part.prior, starts[p]);
    joined.price.set(part.price, starts[p]);
    joined.availability.set(part.availability, starts[p]);
  });
  const names = [...new Set(parts.flatMap(({ attributes }) => attributes.map(({ name }) => name)))];
  /** ItemRows of partitions were met with nothing that is loaded. */
  const extended = (graph: Neighbours | undefined) =>
    graph && { ...graph, offsets: Uint32Array.from({ length: count + 1 }, (_, row) => graph.offsets[Math.min(row, head.count)]) };
  /** Of partitions' rows it says nothing. */
  const behind = <T extends Float32Array | Int8Array>(own: T | undefined, whole: T): T | undefined => {
    if (own) whole.set(own);
    return own && whole;
  };
  const partOf = (row: number) => {
    let p = 0;
    while (row >= starts[p + 1]) p++;
    return p;
  };
  return {
    ...head,
    ...joined,
    count,
    attributes: names.map((name) => mergedColumn(name, parts, count)),
    neighbours: extended(head.neighbours),
    together: extended(head.together),
    trend: behind(head.trend, new Float32Array(count)),
    demand: behind(head.demand, new Int8Array(count)),
    id(row) {
      const p = partOf(row);
      return parts[p].id(row - starts[p]);
    },
    row(id) {
      const first = head.row(id);
      if (first >= 0) return first;
      for (let p = 1; p < parts.length; p++) {
        const row = idsOf(parts[p]).get(id);
        if (row !== undefined) return starts[p] + row;
      }
      return -1;
    },
  };
}
