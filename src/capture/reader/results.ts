/*
 * Understood here: how many items a search found. data-presently-results on any element; a number in <… class="results-count">, as "24 results" in the
 * page's heading or status; and a page that says that it found nothing, in the words of common languages.
 */
import { attribute, whole } from "../markup.js";
import { plain } from "./values.js";

const NOTHING =
  /\b(no|0|zero) (results?|products?|items?|matches)\b|nothing (was )?found|did not match any|keine (ergebnisse|treffer|produkte|artikel)|nichts gefunden|aucun(e)? (résultat|produit|article)|(sin|ningún|0) resultados?|no se (han )?encontr|nessun (risultato|prodotto)|nenhum (resultado|produto)|geen (resultaten|producten)|brak wyników|nie znaleziono|inga (träffar|resultat)|ingen (resultater|treff)|ničeho|nenalezen|ничего не найдено|見つかりません|没有找到|검색 결과가 없습니다/i;
const SOME =
  /\b(\d[\d.,\s]{0,8}?)\s*(results?|products?|items?|ergebnisse|treffer|produkte|artikel|résultats?|produits?|resultados?|productos?|risultati|prodotti|resultaten|wyników|träffar)\b/i;
/** Where pages say it, nearest first. */
const PLACES = ['[role="status"]', "h1", '[class*="result"]', '[class*="no-product"]', ".message.notice", ".woocommerce-info", '[class*="count"]', "main"];
const LONGEST = 600;

/** Undefined where the page does not say. */
export function resultsOf(document: Document): number | undefined {
  const marked = whole(attribute(document.querySelector("[data-presently-results]"), "results"));
  if (marked !== undefined) return marked;
  for (const place of PLACES) {
    for (const element of [...document.querySelectorAll(place)].slice(0, 5)) {
      const said = plain(element.textContent, LONGEST);
      if (!said) continue;
      if (NOTHING.test(said)) return 0;
      const number = place === "main" ? undefined : whole(SOME.exec(said)?.[1]);
      if (number !== undefined) return number;
    }
  }
  return undefined;
}
