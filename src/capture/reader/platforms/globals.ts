/*
 * Understood here: shops whose pages say no more than an id of their own. 1C-Bitrix: the element's id in the name of its block (bx_117848907_3184),
 * its article number. Big Cartel: the product in `bigcartel`.
 */
import { at, idsOf, plain } from "../values.js";
import type { Platform } from "./platform.js";

export const bitrix: Platform = {
  read({ document }) {
    const block = document.querySelector('.bx-catalog-element[id^="bx_"], [id^="bx_"][itemtype$="/Product"]:not([itemprop])');
    const id = /^bx_\d+_(\d+)$/.exec(block?.id ?? "")?.[1];
    const label = [...(block?.querySelectorAll("dt, th") ?? [])].find((one) => /^артикул/i.test(plain(one.textContent) ?? ""));
    return id ? { type: "product", product: { ids: idsOf(id, plain(label?.nextElementSibling?.textContent)) } } : null;
  },
};

export const bigCartel: Platform = {
  read({ window }) {
    const product = at(window, "bigcartel", "product");
    const ids = idsOf(at(product, "id"));
    return ids.length > 0 ? { type: "product", product: { ids, name: plain(at(product, "name")) } } : null;
  },
};
