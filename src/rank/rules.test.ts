import { describe, expect, it } from "vitest";
import { parseRankingRequest, type RankingRequestInput } from "../contract/ranking.js";
import type { ShopRule } from "../contract/rules.js";
import { withShopRules } from "./rules.js";

const ruled = (request: Partial<RankingRequestInput>, shop: readonly ShopRule[], place = {}) =>
  withShopRules(parseRankingRequest({ kind: "recommend", ...request }), shop, place);

describe("the shop's rules", () => {
  it("and the request's hold together: filters both, lists added up, single values the request's", () => {
    const boost = { filter: { brand: "Ondo" }, factor: 2 };
    const shop: ShopRule = {
      filter: { availability: "in_stock" },
      include: ["a", "b", "c"],
      exclude: ["cart"],
      boost: [boost],
      pins: [{ id: "a", position: 0 }],
      caps: [{ field: "brand", most: 2 }],
      diversity: 0.3,
      explore: 0.2,
    };
    expect(
      ruled({ filter: { price: { max: 9 } }, include: ["c", "d"], exclude: ["viewed"], pins: [{ id: "z", position: 0 }], diversity: 0 }, [shop]),
    ).toMatchObject({
      filter: { all: [{ price: { max: 9 } }, { availability: "in_stock" }] },
      include: ["c"],
      exclude: ["viewed", "cart"],
      boost: [boost],
      pins: [
        { id: "z", position: 0 },
        { id: "a", position: 0 },
      ],
      caps: [{ field: "brand", most: 2 }],
      diversity: 0,
      explore: 0.2,
    });
  });

  it("hold where they say, and nowhere for a request that wants none", () => {
    const shop: ShopRule[] = [
      { when: { page: "home" }, diversity: 0.1 },
      { when: { category: ["Shoes", "Hats"], kind: "recommend" }, diversity: 0.2 },
      { diversity: 0.3 },
    ];
    const { diversity: onHome } = ruled({}, shop, { page: "home", category: "Clothing > Shoes" });
    const { diversity: inShoes } = ruled({}, shop, { category: "Clothing > Shoes" });
    const { diversity: similar } = ruled({ kind: "similar" }, shop, { category: "Shoes" });
    expect([onHome, inShoes, similar, ruled({ rules: false }, shop).diversity]).toEqual([0.1, 0.2, 0.3, undefined]);
  });

  it("order a given list, but take nothing out of it", () => {
    const shop: ShopRule = {
      filter: { brand: "Ondo" },
      exclude: ["cart"],
      caps: [{ field: "brand", most: 1 }],
      seen: { hide: 60, factor: 0.5 },
      bury: [{ filter: { brand: "Ril" }, factor: 2 }],
    };
    const { filter, exclude, caps, seen, bury } = ruled({ kind: "rerank" }, [shop]);
    expect({ filter, exclude, caps }).toEqual({ filter: undefined, exclude: undefined, caps: undefined });
    expect([seen, bury]).toEqual([{ hide: 0, factor: 0.5 }, shop.bury]);
  });
});
