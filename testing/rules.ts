import fc from "fast-check";
import type { Filter, FilterCondition } from "../src/contract/filter.js";
import { AVAILABILITY } from "../src/contract/items.js";
import type { Rules } from "../src/contract/rules.js";

const id = fc.string({ minLength: 1, maxLength: 20 });
const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const seconds = fc.double({ min: 0.001, max: 1e6, noNaN: true });
const range = fc.record({ min: number, max: number }, { requiredKeys: [] });
const value = fc.oneof(id, number);
const values = fc.array(value, { minLength: 1, maxLength: 3 });
const optional: { requiredKeys: [] } = { requiredKeys: [] };

const plain = fc.oneof(value, values, range, fc.record({ eq: value }), fc.record({ in: values }), fc.record({ range }));
const condition: fc.Arbitrary<FilterCondition> = fc.oneof(plain, fc.record({ not: plain }));

const fields = {
  availability: fc.oneof(fc.constantFrom(...AVAILABILITY), fc.subarray([...AVAILABILITY], { minLength: 1 })),
  price: fc.oneof(number, range, fc.record({ not: range })),
  category: fc.oneof(id, fc.array(id, { minLength: 1, maxLength: 3 })),
  colour: condition,
};
const filterOver = (inner: fc.Arbitrary<Filter>): fc.Arbitrary<Filter> => {
  const several = fc.array(inner, { minLength: 1, maxLength: 2 });
  return fc.record({ ...fields, all: several, any: several, not: inner }, optional);
};

/** Filters of every form, three levels deep. */
export const anyFilter = filterOver(filterOver(fc.record(fields, optional)));

const shallow = fc.record({ colour: condition, price: range }, optional) as fc.Arbitrary<Filter>;
const weighting = fc.record({ filter: shallow, factor: fc.double({ min: 0.01, max: 100, noNaN: true }) });
const items = fc.dictionary(
  // What every object has anyway is no item.
  id.map((name) => `sku-${name}`),
  number,
);

/** Every rule, each of them present or not. */
export const anyRules: fc.Arbitrary<Rules> = fc.record(
  {
    filter: shallow,
    include: fc.array(id, { maxLength: 3 }),
    exclude: fc.array(fc.oneof(fc.constantFrom("cart" as const, "viewed" as const, "bought" as const), fc.record({ id })), { maxLength: 3 }),
    boost: fc.array(weighting, { maxLength: 2 }),
    bury: fc.array(weighting, { maxLength: 2 }),
    pins: fc.array(fc.record({ id, position: fc.integer({ min: 0, max: 999 }) }), { maxLength: 2 }),
    caps: fc.array(fc.record({ field: id, most: fc.integer({ min: 1 }) }), { maxLength: 2 }),
    seen: fc.record({ hide: seconds, factor: share, halfLife: seconds }, optional),
    value: fc.oneof(
      fc.record({ field: id, weight: share, giveUp: share }, { requiredKeys: ["field"] }),
      fc.record({ items, weight: share }, { requiredKeys: ["items"] }),
    ),
    diversity: share,
    explore: share,
  },
  optional,
);
