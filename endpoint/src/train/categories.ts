import type { CatalogItem } from "presently/contract";
import type { SessionText } from "./examples.js";
import type { ItemTable } from "./items.js";

/** Items that stand for a category: enough for its direction. */
const SAMPLE = 64;

/**
 * Vectors of the categories which sessions browse: the unit mean of their items, as a release's traits have it. They are inputs without
 * gradient; `refresh` follows the items as they move.
 */
export class CategoryVectors {
  private readonly members = new Map<number, Int32Array>();
  private readonly vectors = new Map<number, Float32Array>();
  private readonly none: Float32Array;

  constructor(
    items: readonly CatalogItem[],
    texts: readonly SessionText[],
    private readonly table: ItemTable,
  ) {
    this.none = new Float32Array(table.dims);
    const byName = new Map<string, number[]>();
    const wanted = new Map<string, number[]>();
    texts.forEach(({ kind, value }, text) => {
      if (kind !== "category") return;
      const name = value.split(/[>/]/).at(-1)!.trim().toLowerCase();
      wanted.set(name, [...(wanted.get(name) ?? []), text]);
      byName.set(name, []);
    });
    items.forEach(({ category }, row) => {
      for (const level of category ?? []) {
        const rows = byName.get(level.toLowerCase());
        if (rows && rows.length < SAMPLE) rows.push(row);
      }
    });
    for (const [name, texts] of wanted) for (const text of texts) this.members.set(text, Int32Array.from(byName.get(name)!));
  }

  refresh(): void {
    const { dims } = this.table;
    for (const [text, rows] of this.members) {
      const { vectors } = this.table.forward(rows, new Uint8Array(rows.length).fill(1));
      const mean = new Float32Array(dims);
      for (let i = 0; i < vectors.length; i++) mean[i % dims] += vectors[i];
      const length = Math.hypot(...mean) || 1;
      this.vectors.set(
        text,
        mean.map((value) => value / length),
      );
    }
  }

  vector(text: number): Float32Array {
    return this.vectors.get(text) ?? this.none;
  }
}
