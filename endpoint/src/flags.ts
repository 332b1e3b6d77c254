import { InvalidArgumentError, Option } from "commander";
import { DEVICES } from "./train/backend.js";

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

export const deviceOption = () =>
  new Option("--device <where>", "where training steps run; auto: on a GPU, if there is one (the npm package webgpu installed)")
    .choices(DEVICES)
    .default("auto");

export const PICTURES = ["--pictures", "items are also known by their pictures (image_link), each downloaded once", false] as const;
