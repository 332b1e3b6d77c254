import { listOfAny, plain } from "./values.js";

/** "A > B > C", "A/B" or ["A", "B"] as a path; undefined where there is none. */
export function categoryPath(value: unknown): string[] | undefined {
  const levels = Array.isArray(value) ? value : (plain(value, 2048) ?? "").split(/\s*[>›»/]\s*/);
  const path = listOfAny(levels).flatMap((level) => plain(level) ?? []);
  return path.length > 0 ? path.slice(0, 5) : undefined;
}

const folded = (value: string) => value.toLowerCase().replace(/\s+/g, " ").trim();

/** The same words, or the same with the shop's name behind: "Lamp" and "Lamp – Acme". */
export function sameText(one: string | undefined, other: string | undefined): boolean {
  if (!one || !other) return false;
  const [a, b] = [folded(one), folded(other)].sort((x, y) => x.length - y.length);
  return a === b || (b.startsWith(a) && /^\s*[-–—|·:,]/.test(b.slice(a.length)));
}
