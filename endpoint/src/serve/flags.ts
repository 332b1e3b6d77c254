import { InvalidArgumentError } from "commander";

/** A whole number of at least `least`, and at most `most` where that is given. */
export const whole =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`It must be a whole number from ${least}${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ""}.`);
    return value;
  };

/** A number above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError("It must be a number above 0.");
  return value;
}

/** An origin as browsers send it: no path, no trailing slash. */
export function origin(text: string, before: readonly string[] = []): string[] {
  try {
    const { origin: parsed } = new URL(text);
    if (parsed !== "null") return [...before, parsed];
  } catch {}
  throw new InvalidArgumentError("It must be like https://shop.example.");
}
