import {
  type CardText,
  type Partition,
  parseAttributeFiles,
  parseAttributes,
  parsePartition,
  parsePartitionGroup,
  parsePartitionIndex,
  type ReleaseAttributes,
  type ReleaseFile,
  withAttributes,
} from "presently/contract";

export type CheckedReader = (name: string, file: ReleaseFile) => Promise<ArrayBuffer>;

/** Group by group, every partition of a release as its own file has it, without its cards. */
export async function* eachPartition(root: ReleaseFile, read: CheckedReader): AsyncGenerator<{ group: number; partitions: Partition[] }> {
  const index = parsePartitionIndex(await read("partitions", root));
  for (let group = 0; group < index.count; group++) {
    const level = parsePartitionGroup(await read("group", index.group(group)));
    const partitions: Partition[] = [];
    for (let p = 0; p < level.count; p++) partitions.push(parsePartition(await read("partition", level.partition(p))));
    yield { group, partitions };
  }
}

/** The newest prices of a group's partitions; null where their own hold. */
export async function groupPrices(prices: ReleaseAttributes | null, group: number, partitions: readonly Partition[], read: CheckedReader) {
  const file = prices?.group(group);
  if (!file) return partitions.map(() => null);
  const list = parseAttributeFiles(await read("prices", file), partitions.length);
  return Promise.all(
    partitions.map(async ({ count }, p) => {
      const own = list(p);
      return own && { file: own, attributes: parseAttributes(await read("price", own), count) };
    }),
  );
}

/** All of a release's partitions, for who works on whole catalogues. Cards are parsed when they are asked for. */
export async function readPartitions(
  root: ReleaseFile,
  prices: ReleaseAttributes | null,
  read: CheckedReader,
  parse: (buffer: ArrayBuffer, count: number) => (row: number) => CardText,
): Promise<{ readonly partitions: Partition[]; readonly texts: (() => CardText)[] }> {
  const found: Partition[] = [];
  const texts: (() => CardText)[] = [];
  for await (const { group, partitions } of eachPartition(root, read)) {
    const newest = await groupPrices(prices, group, partitions, read);
    for (const [p, partition] of partitions.entries()) {
      const own = newest[p];
      found.push(own ? withAttributes(partition, own.attributes) : partition);
      const { count, cardRows } = partition;
      for (let block = 0; block * cardRows < count; block++) {
        const rows = Math.min(cardRows, count - block * cardRows);
        const cards = parse(await read("cards", partition.cards(block)), rows);
        for (let row = 0; row < rows; row++) texts.push(() => cards(row));
      }
    }
  }
  return { partitions: found, texts };
}
