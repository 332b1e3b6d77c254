/** By what names forms of shops know the product: Odoo's product_id, CS-Cart's product_data[…][product_id], OXID's aid, WooCommerce's variation_id … */
export const PRODUCT_FIELD =
  /(^|\[)(product|product[_-]?id|id_product|product[_-]?code|products_id|sku|item|item[_-]?(id|no)|article|artikel|art(ikel)?[_-]?nr|articulo|(?:prodotto|produkt|produto|producto|urun)([_-]?id)?|[ap]id|varia(?:nt|tion)[_-]?id|add[-_]to[-_]cart)\]?$/i;

/** A variant that is not chosen says nothing. */
export const isChosen = (field: Element): boolean => !/^(radio|checkbox)$/.test(field.getAttribute("type") ?? "") || (field as HTMLInputElement).checked;

/** Attributes of a product, wherever they stand. */
export const PRODUCT_ATTRIBUTES = ["data-product-id", "data-product_id", "data-productid"];
