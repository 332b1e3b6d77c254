import { examination, openChance, type Visit } from "./visit.js";
import type { World } from "./world.js";

/** Chance that something is opened of a shelf with these rows, which is read from the top until then. */
export function takeChance(visit: Visit, world: World, rows: readonly number[]): number {
  const none = rows.reduce((product, row, position) => product * (1 - examination(position) * openChance(visit, world, row)), 1);
  return 1 - none;
}

/** The best shelf there is for who knows the shopper's mood: what can be had and was not seen yet, most wanted first. */
export function oracleShelf(visit: Visit, world: World, size: number): number[] {
  const rows = world.items.flatMap(({ availability }, row) => (availability === "in_stock" && !visit.seen.includes(row) ? [row] : []));
  const chances = new Map(rows.map((row) => [row, openChance(visit, world, row)]));
  return rows.sort((a, b) => chances.get(b)! - chances.get(a)! || a - b).slice(0, size);
}
