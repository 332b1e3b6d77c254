import * as v from "valibot";
import { PresentlyError } from "./errors.js";
import { AVAILABILITY, type Availability } from "./items.js";

/** Numbers meet attributes whose values are numbers, written in any way ("42", "42.0"). */
export type FilterValue = string | number;
/** Both ends belong to it. */
export interface FilterRange {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}
/** What one field has to be: a value, one of several, a range, or not that. `"red"` is short for `{ eq: "red" }`, a list for `{ in: […] }`, `{ max: 50 }` for a range. */
export type FilterCondition =
  | FilterValue
  | readonly FilterValue[]
  | FilterRange
  | { readonly eq: FilterValue }
  | { readonly in: readonly FilterValue[] }
  | { readonly range: FilterRange }
  | { readonly not: FilterCondition };

/**
 * Conditions by field, of which all must hold: `availability`, `price`, `item_id`, `category` (any level of the path) and every attribute of the
 * catalogue. `all`, `any` and `not` combine whole filters, as deep as one likes. Written out: an index signature beside `price` cannot be inferred.
 */
export interface Filter {
  readonly availability?: Availability | readonly Availability[] | { readonly not: Availability | readonly Availability[] } | undefined;
  readonly price?: FilterCondition | undefined;
  readonly category?: FilterCondition | undefined;
  readonly all?: readonly Filter[] | undefined;
  readonly any?: readonly Filter[] | undefined;
  readonly not?: Filter | undefined;
  readonly [attribute: string]: FilterCondition | Filter | readonly Filter[] | undefined;
}

/** A filter as the ranking reads it. */
export type FilterNode =
  | { readonly all: readonly FilterNode[] }
  | { readonly any: readonly FilterNode[] }
  | { readonly not: FilterNode }
  | { readonly field: string; readonly in: readonly FilterValue[] }
  | { readonly field: string; readonly min: number; readonly max: number };

const MAX_DEPTH = 12;
const OPERATORS = ["eq", "in", "range", "not"];
const SYNTAX = "a value, a list of values, { min, max }, or { eq | in | range | not: … }";

const isValue = (value: unknown): value is FilterValue => (typeof value === "string" && value !== "") || (typeof value === "number" && Number.isFinite(value));
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** The way to what is wrong and what it has to be. */
class Fault extends Error {}

function fail(path: string, message: string): never {
  throw new Fault(path ? `${path} ${message}` : message);
}

function rangeOf(field: string, given: Record<string, unknown>, path: string): FilterNode {
  for (const [key, value] of Object.entries(given)) {
    if (key !== "min" && key !== "max") fail(`${path}.${key}`, "is unknown: a range has min and max");
    if (value !== undefined && (typeof value !== "number" || Number.isNaN(value))) fail(`${path}.${key}`, "has to be a number");
  }
  if (field === "availability" || field === "item_id") fail(path, `cannot be a range: ${field} is no number`);
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = given as FilterRange;
  return { field, min, max };
}

function valuesOf(field: string, given: unknown, path: string): FilterNode {
  const values = Array.isArray(given) ? given : [given];
  if (values.length === 0) fail(path, "has no values: leave it out, or give at least one");
  for (const value of values) {
    if (!isValue(value)) fail(path, `has to be ${SYNTAX}`);
    if (field === "price" && typeof value !== "number") fail(path, "has to be a number or { min, max }: the price is no text");
    if (field === "availability" && !(AVAILABILITY as readonly unknown[]).includes(value)) fail(path, `has to be one of ${AVAILABILITY.join(", ")}`);
  }
  return { field, in: values };
}

function conditionNode(field: string, given: unknown, path: string, depth: number): FilterNode {
  if (depth > MAX_DEPTH) fail(path, `is nested more than ${MAX_DEPTH} deep`);
  if (!isObject(given)) return valuesOf(field, given, path);
  const keys = Object.keys(given);
  const operator = keys.find((key) => OPERATORS.includes(key));
  if (operator === undefined) return rangeOf(field, given, path);
  if (keys.length > 1) fail(path, `has ${keys.join(" and ")}: one of eq, in, range and not at a time`);
  const inner = given[operator];
  const at = `${path}.${operator}`;
  if (operator === "not") return { not: conditionNode(field, inner, at, depth + 1) };
  if (operator === "range") return isObject(inner) ? rangeOf(field, inner, at) : fail(at, "has to be { min, max }");
  if (operator === "in" && !Array.isArray(inner)) fail(at, "has to be a list of values");
  if (operator === "eq" && Array.isArray(inner)) fail(at, "has to be one value; a list goes with in");
  return valuesOf(field, inner, at);
}

function node(input: unknown, path: string, depth: number): FilterNode {
  if (!isObject(input)) fail(path, "has to be an object of conditions by field");
  if (depth > MAX_DEPTH) fail(path, `is nested more than ${MAX_DEPTH} deep`);
  const nodes = Object.entries(input).flatMap(([key, given]): FilterNode[] => {
    if (given === undefined) return [];
    const at = path ? `${path}.${key}` : key;
    if (key === "not") return [{ not: node(given, at, depth + 1) }];
    if (key !== "all" && key !== "any") return [conditionNode(key, given, at, depth + 1)];
    if (!Array.isArray(given) || given.length === 0) fail(at, "has to be a list of at least one filter");
    const inner = given.map((one, i) => node(one, `${at}.${i}`, depth + 1));
    return [key === "all" ? { all: inner } : { any: inner }];
  });
  return nodes.length === 1 ? nodes[0] : { all: nodes };
}

/** What a filter says, short forms written out. @throws PresentlyError `rank/invalid` with the way to what is wrong */
export function filterNode(filter: unknown): FilterNode {
  try {
    return node(filter, "", 0);
  } catch (fault) {
    if (fault instanceof Fault) throw new PresentlyError("rank/invalid", `The filter is not valid: ${fault.message}`);
    throw fault;
  }
}

/** Keeps the filter as it was written. */
export const filterSchema = v.pipe(
  v.custom<Filter>(isObject, "a filter has to be an object of conditions by field"),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    try {
      node(dataset.value, "", 0);
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      addIssue({ message: fault.message });
    }
  }),
);
