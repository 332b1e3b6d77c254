import { PresentlyError } from "./errors.js";

/*
 * Checks for what stands before a page's first list. Written out instead of with a schema library, which weighed more than all of these
 * formats (bench/LOG.md); what is loaded later, and the endpoint, have one (parse.ts).
 */

/** Takes a value over or notes in `faults` what is wrong with it: "files.shard.bytes: has to be …". */
export type Check<T> = (value: unknown, path: string, faults: string[]) => T;

/** What a thrown message lists at most. */
const MAX_FAULTS = 3;

export const is =
  <T>(what: string, test: (value: unknown) => boolean): Check<T> =>
  (value, path, faults) => {
    if (!test(value)) faults.push(`${path}: has to be ${what}`);
    return value as T;
  };

export const string = is<string>("a text", (value) => typeof value === "string");
export const finite = is<number>("a number", Number.isFinite);
export const atLeast = (least: number) => is<number>(`a number of ${least} or more`, (value) => Number.isFinite(value) && (value as number) >= least);
export const whole = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  is<number>(`a whole number from ${least} to ${most}`, (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most);
export const oneOf = <T>(...known: readonly T[]) => is<T>(known.join(" or "), (value) => known.includes(value as T));

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

export const list =
  <T>(one: Check<T>, least = 0, most = Number.POSITIVE_INFINITY): Check<T[]> =>
  (value, path, faults) => {
    if (Array.isArray(value) && value.length >= least && value.length <= most) return value.map((entry, i) => one(entry, `${path}.${i}`, faults));
    faults.push(`${path}: has to be a list${least > 0 ? ` of ${least} or more` : ""}`);
    return [];
  };

/** Numbers by name. */
export const numbers: Check<Record<string, number>> = (value, path, faults) => {
  if (!isObject(value)) faults.push(`${path}: has to be an object`);
  // Unlike an assignment, fromEntries makes a property of a key "__proto__" too.
  return Object.fromEntries(Object.entries(isObject(value) ? value : {}).map(([name, one]) => [name, finite(one, `${path}.${name}`, faults)]));
};

/** Absent, or as `check` wants it; absent becomes `otherwise`, where that is given. */
export const optional =
  <T>(check: Check<T>, otherwise?: T): Check<T> =>
  (value, path, faults) =>
    value === undefined ? (otherwise as T) : check(value, path, faults);

/** An object of these fields; others are left out, or wrong where it is `strict`. Fields without a value are no fields of the result. */
export const object =
  <T extends object>(fields: { readonly [K in keyof T]-?: Check<T[K]> }, { strict = false } = {}): Check<T> =>
  (value, path, faults) => {
    const at = (name: string) => (path ? `${path}.${name}` : name);
    const known = Object.keys(fields);
    const result: Record<string, unknown> = {};
    if (!isObject(value)) faults.push(`${path || "it"}: has to be an object`);
    else {
      for (const [name, check] of Object.entries<Check<unknown>>(fields)) {
        const one = check(value[name], at(name), faults);
        if (one !== undefined) result[name] = one;
      }
      if (strict) for (const name of Object.keys(value)) if (value[name] !== undefined && !known.includes(name)) faults.push(`${at(name)}: is not known here`);
    }
    return result as T;
  };

export function checked<T>(check: Check<T>, input: unknown, code: string, what: string): T {
  const faults: string[] = [];
  const value = check(input, "", faults);
  if (faults.length > 0) throw new PresentlyError(code, `${what} is not valid: ${faults.slice(0, MAX_FAULTS).join("; ")}`);
  return value;
}

/** Text which is not JSON gets the same code as a wrong shape. */
export function jsonOf(text: string, code: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PresentlyError(code, `${what} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

export const checkedJson = <T>(check: Check<T>, text: string, code: string, what: string): T => checked(check, jsonOf(text, code, what), code, what);
