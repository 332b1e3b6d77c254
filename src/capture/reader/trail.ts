/*
 * Understood here: the trail of links above a page ("Home / Shoes / Running") where no structured data tells it: an element with "breadcrumb"
 * in its aria-label, class or id, written with list items, links or plain text between separators. Home, a shop's general root ("Shop", "All
 * products") and the product itself are no categories.
 */
import type { Facts, PageContext, Source } from "./source.js";
import { plain } from "./values.js";
import { sameText } from "./words.js";

export interface Crumb {
  readonly name: string;
  readonly url?: string | undefined;
}

const TRAILS = 'nav[aria-label*="breadcrumb" i], [class*="breadcrumb" i], [id*="breadcrumb" i], [id="crumbs"], [class="crumbs"]';
const HOME =
  /^(home( ?page)?|start(seite)?|accueil|inicio|início|strona główna|главная|hem|hjem|etusivu|domů|úvod(ní stránka)?|kezdőlap|ana ?sayfa|ホーム|トップ|首页|홈|الرئيسية)$/i;
const ROOT = /^(shop|store|products?|all products|catalog(ue)?|productos|produtos|produits|produkte|tous les produits|tienda|loja|boutique|negozio)$/i;
const LONGEST = 8;

function isHome(url: string | undefined, { location }: PageContext): boolean {
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
  if (left[0] && (isHome(left[0].url, page) || HOME.test(left[0].name))) left.shift();
  if (left.length > 1 && ROOT.test(left[0].name)) left.shift();
  const last = left.at(-1);
  if (last && product !== undefined && (sameText(last.name, product) || sameText(last.name, page.heading) || isThisPage(last.url, page))) left.pop();
  const names = left.slice(0, LONGEST).map(({ name }) => name);
  return names.length > 0 ? names : undefined;
}

/** The trail as it is shown. */
export function shownTrail({ document }: PageContext): Crumb[] {
  const found = [...document.querySelectorAll(TRAILS)].find((element) => element.querySelector("a[href]") && (element.textContent?.length ?? 0) < 1_000);
  if (!found) return [];
  const crumbs: Crumb[] = [];
  const walker = document.createTreeWalker(found, 4 /* NodeFilter.SHOW_TEXT */);
  while (walker.nextNode() && crumbs.length <= LONGEST) {
    const parent = walker.currentNode.parentElement;
    if (!parent || parent.closest("h1, h2, h3, script, style, button, select")) continue;
    const name = plain(walker.currentNode.textContent?.replace(/^[\s/|›»>·→\\–-]+|[\s/|›»>·→\\–-]+$/g, ""));
    if (name && !name.endsWith(":")) crumbs.push({ name, url: parent.closest("a")?.getAttribute("href") ?? undefined });
  }
  return crumbs;
}

export const trail: Source = {
  name: "trail",
  // Whether its last entry is the product is decided where the product is known.
  read: (page): Facts => ({ category: trailOf(shownTrail(page), page) }),
};
