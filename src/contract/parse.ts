import * as v from "valibot";
import { type Check, jsonOf } from "./check.js";
import { PresentlyError } from "./errors.js";

/**
 * Runs a schema at the boundary. The thrown message lists at most three faults, each with its path,
 * so that whoever wrote the input sees what to change.
 */
export function parseWith<S extends v.GenericSchema>(schema: S, input: unknown, code: string, what: string): v.InferOutput<S> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const faults = result.issues.slice(0, 3).map((issue) => {
    const path = v.getDotPath(issue);
    return path ? `${path}: ${issue.message}` : issue.message;
  });
  throw new PresentlyError(code, `${what} is not valid: ${faults.join("; ")}`);
}

/** JSON text to a checked value. */
export const parseJson = <S extends v.GenericSchema>(schema: S, text: string, code: string, what: string): v.InferOutput<S> =>
  parseWith(schema, jsonOf(text, code, what), code, what);

/** A check as a schema, so that what both need has one definition. */
export function schemaOf<T>(check: Check<T>) {
  const faultsOf = (value: unknown) => {
    const faults: string[] = [];
    check(value, "", faults);
    return faults;
  };
  return v.custom<T>(
    (value) => faultsOf(value).length === 0,
    ({ input }) => faultsOf(input)[0].replace(/^: /, ""),
  );
}
