import { listOfAny, plain } from "./values.js";

/** What buttons to the cart are called, in common languages. */
export const ADD =
  /add[-_ ]?(item[-_ ]?)?to[-_ ]?(my[-_ ]?)?(cart|basket|bag|trolley)|addtocart|tobasket|btn-buy|button-cart|tocart|buy[-_ ]?now|in den (warenkorb|einkaufswagen)|ajouter au panier|añadir al? (carrito|cesta)|agregar al carrito|aggiungi al carrello|adicionar ao carrinho|in (de )?winkel(wagen|mand)|do[- _]koszyka|do koší(ku|ka)|[uv] košaric[uo]|kos[aá]rba|în coș|în cos|lisa (ostu)?korvi|į krepšelį|lägg i (varukorg|kundvagn)|læg i kurv|legg i (handlekurv|kurv)|lisää (ostos)?koriin|sepete ekle|в корзину|[ву] кошик|до кошика|в количката|カートに(入れる|追加)|加入购物车|장바구니|thêm vào giỏ|ตะกร้า|ke keranjang|कार्ट में|ל?סל הקניות|הוסף לסל|افزودن به سبد|προσθήκη στο καλάθι|(?:أضف|إضافة) (?:إلى|الى) ال(?:سلة|عربة)/i;

/** "A > B > C", "A/B" or ["A", "B"] as a path; undefined where there is none. */
export function categoryPath(value: unknown): string[] | undefined {
  const levels = Array.isArray(value) ? value : (plain(value, 2048) ?? "").split(/\s*[>›»/]\s*/);
  const path = listOfAny(levels).flatMap((level) => plain(level) ?? []);
  return path.length > 0 ? path.slice(0, 5) : undefined;
}

const folded = (value: string) => value.toLowerCase().replace(/\s+/g, " ").trim();

/** The same words, or the same with the shop's name behind: "Lamp" and "Lamp – Acme". */
export function sameText(one: string | undefined, other: string | undefined): boolean {
  if (!one || !other) return false;
  const [a, b] = [folded(one), folded(other)].sort((x, y) => x.length - y.length);
  return a === b || (b.startsWith(a) && /^\s*[-–—|·:,]/.test(b.slice(a.length)));
}
