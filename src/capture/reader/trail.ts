/*
 * Understood here: the trail of links above a page ("Home / Shoes / Running") where no structured data tells it: an element with "crumb"
 * or another language's word for it in its aria-label, class or id, written with list items, links or plain text between separators; else, whatever it is called, links with ">", "›",
 * "»" or, behind one to home, "/" between them. Home, a shop's general root ("Shop", "All products"), what stands before home ("You are here") and
 * the product itself are no categories.
 */
import type { Facts, PageContext, Source } from "./source.js";
import { plain } from "./values.js";
import { sameText } from "./words.js";

export interface Crumb {
  readonly name: string;
  readonly url?: string | undefined;
}

/** In the languages of shops, and nothing that stands in other words ("drobe" in "wardrobe"). */
const CRUMBS = ["crumb", "krum", "ariane", "kruimel", "briciol", "migas-de", "okrusz", "drobec", "drobeč", "smulor", "murupolku", "パンくず", "topicpath"];
const TRAILS = [...CRUMBS.flatMap((word) => [`[class*="${word}" i]`, `[id*="${word}" i]`, `nav[aria-label*="${word}" i]`]), ".path", ".pathway"].join();
const HOME =
  /^(home( ?page)?|start(seite)?|accueil|inicio|início|strona główna|главная|hem|hjem|etusivu|domů|úvod(ní stránka)?|kezdőlap|ana ?sayfa|αρχική|ホーム|トップ|首页|홈|الرئيسية)$/i;
const ROOT =
  /^(shop|store|products?|all products|catalog(ue)?|catálogo|katalog|productos|produtos|produits|produkte|tous les produits|tienda|loja|boutique|negozio|winkel|sklep|sortiment|каталог|магазин|κατάστημα|商品一覧|전체상품|المتجر)$/i;
const LONGEST = 8;
const MOST_LINKS = 400;
const SEPARATORS = /^[>›»«＞→]|^::|^[\\/](?!\/)/;

export function leadsHome(url: string | undefined, { location }: PageContext): boolean {
  if (!url) return false;
  try {
    const { pathname, search } = new URL(url, location.href);
    return (/^\/([a-z]{2}([-_][a-z]{2})?\/?)?(index\.\w+)?$/i.test(pathname) && !search) || /route=common\/home$/.test(search);
  } catch {
    return false;
  }
}

function isThisPage(url: string | undefined, { addresses, location }: PageContext): boolean {
  try {
    const said = url ? new URL(url, location.href) : null;
    return said !== null && addresses.some((address) => address.pathname === said.pathname && (!said.search || address.search === said.search));
  } catch {
    return false;
  }
}

/** Names from the root, without home, without a general root, and without the product; undefined where nothing is left. */
export function trailOf(crumbs: readonly Crumb[], page: PageContext, product?: string): string[] | undefined {
  const left = [...crumbs];
  if (left[0] && (leadsHome(left[0].url, page) || HOME.test(left[0].name))) left.shift();
  if (left.length > 1 && ROOT.test(left[0].name)) left.shift();
  const last = left.at(-1);
  if (last && product !== undefined && (sameText(last.name, product) || sameText(last.name, page.heading) || isThisPage(last.url, page))) left.pop();
  const names = left.slice(0, LONGEST).map(({ name }) => name);
  return names.length > 0 ? names : undefined;
}

/** What stands behind a link, and what both stand in; a link may be wrapped. */
function behind(link: Element): { text: string; box: Element | null } | undefined {
  for (let at = link; ; at = at.parentElement as Element) {
    let next = at.nextSibling;
    while (next && !next.textContent?.trim()) next = next.nextSibling;
    if (next) return { text: next.textContent?.trim() ?? "", box: at.parentElement };
    if (!at.parentElement?.matches("li, span, b, strong")) return undefined;
  }
}

/** A trail by its separators alone. Arrows beside single links are a menu's; slashes may stand in any footer, so a trail of them starts at home. */
function separated(page: PageContext): Element | undefined {
  for (const link of [...page.document.querySelectorAll("a[href]")].slice(0, MOST_LINKS)) {
    const { text, box } = behind(link) ?? {};
    if (!text || !box || !SEPARATORS.test(text) || (box.textContent?.length ?? 0) > 300) continue;
    const first = HOME.test(plain(link.textContent) ?? "") || leadsHome(link.getAttribute("href") ?? undefined, page);
    if (first || (!/^[\\/]/.test(text) && box.querySelectorAll("a[href]").length > 1)) return box;
  }
  return undefined;
}

/** The trail as it is shown. */
export function shownTrail(page: PageContext): Crumb[] {
  const { document } = page;
  const called = [...document.querySelectorAll(TRAILS)].find((element) => element.querySelector("a[href]") && (element.textContent?.length ?? 0) < 1_000);
  const found = called ?? separated(page);
  if (!found) return [];
  const crumbs: Crumb[] = [];
  const walker = document.createTreeWalker(found, 4 /* NodeFilter.SHOW_TEXT */);
  while (walker.nextNode() && crumbs.length <= LONGEST) {
    const parent = walker.currentNode.parentElement;
    if (!parent || parent.closest("h1, h2, h3, script, style, button, select")) continue;
    const name = plain(walker.currentNode.textContent?.replace(/^(?:::|[\s/|›»«＞>·→\\–-])+|(?:::|[\s/|›»«＞>·→\\–-])+$/g, ""));
    if (name && /[\p{L}\p{N}]/u.test(name) && !name.endsWith(":")) crumbs.push({ name, url: parent.closest("a")?.getAttribute("href") ?? undefined });
  }
  return crumbs.slice(
    Math.max(
      0,
      crumbs.findIndex(({ name }) => HOME.test(name)),
    ),
  );
}

export const trail: Source = {
  name: "trail",
  // Whether its last entry is the product is decided where the product is known.
  read: (page): Facts => ({ category: trailOf(shownTrail(page), page) }),
};
