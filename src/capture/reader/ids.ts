/** By what names forms of shops know the product: Odoo's product_id, CS-Cart's product_data[…][product_id], OXID's aid, PayPal's item_number, WooCommerce's variation_id … */
export const PRODUCT_FIELD =
  /(^|\[)(product|product[_-]?(id|code|no|number)|id_product|products_id|sku|item|item[_-]?(id|no|number|code)|goods([_-]?(id|no|code))?|article|artikel|art(ikel)?[_-]?nr|articulo|(?:id[_-])?(?:prodotto|produit|produkt|produto|producto|urun)([_-]?id)?|[ap]id|cd|isbn|ean|gtin|varia(?:nt|tion)[_-]?id|add[-_]to[-_]cart)\]?(\[\])?$/i;

/** A variant that is not chosen says nothing. */
export const isChosen = (field: Element): boolean => !/^(radio|checkbox)$/.test(field.getAttribute("type") ?? "") || (field as HTMLInputElement).checked;

/** Attributes of a product, wherever they stand. */
export const PRODUCT_ATTRIBUTES = ["data-product-id", "data-product_id", "data-productid", "data-single-product-id", "data-item-id", "data-sku"];
