import { html } from "hono/html";
import { SORTS } from "../browse.mjs";
import { shelfLink } from "../catalog/catalog.mjs";
import { grid, jsonLd, trail } from "./parts.mjs";

const address = (path, query, changes) => {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    if (value) next.set(name, value);
  }
  return next.size ? `${path}?${next}` : path;
};

const filters = (path, view, query) => html`<form class="filters" action="${path}" method="get">
  ${query.get("q") ? html`<input type="hidden" name="q" value="${query.get("q")}">` : ""}
  <details open><summary>Filter and sort</summary>
    <label class="field">Sort by<select name="sort">${Object.entries(SORTS).map(([name, { label }]) => html`<option value="${name}"${name === view.sort ? html` selected` : ""}>${label}</option>`)}</select></label>
    <label class="field">Up to<select name="max"><option value="">Any price</option>${[25, 50, 100, 200].map((max) => html`<option value="${max}"${max === view.max ? html` selected` : ""}>€${max}</option>`)}</select></label>
    <label class="tick"><input type="checkbox" name="stock" value="1"${view.inStock ? html` checked` : ""}> In stock only</label>
    ${view.facets.map(
      ({ name, label, values, chosen }) =>
        html`<fieldset><legend>${label}</legend>${values.map(
          ([value, count]) =>
            html`<label class="tick"><input type="checkbox" name="${name}" value="${value}"${chosen.includes(value) ? html` checked` : ""}> ${value} <small>${count}</small></label>`,
        )}</fieldset>`,
    )}
    <p class="filters-end"><button class="button">Apply</button> <a href="${address(path, "", { q: query.get("q") })}">Clear</a></p>
  </details>
</form>`;

const pager = (path, view, query) =>
  view.pages < 2
    ? ""
    : html`<nav class="pager" aria-label="Pages">
  ${view.page > 1 ? html`<a rel="prev" href="${address(path, query, { page: view.page - 1 > 1 ? String(view.page - 1) : "" })}">Previous</a>` : html`<span></span>`}
  <span>Page ${view.page} of ${view.pages}</span>
  ${view.page < view.pages ? html`<a rel="next" href="${address(path, query, { page: String(view.page + 1) })}">Next</a>` : html`<span></span>`}
</nav>`;

const goods = (path, view, query, list) => html`<div class="listing">
  ${filters(path, view, query)}
  <div><p class="count" role="status">${view.total} ${view.total === 1 ? "thing" : "things"}</p>${view.items.length ? grid(view.items, list) : html`<p class="empty">Nothing here with these filters.</p>`}${pager(path, view, query)}</div>
</div>`;

/** A department, or one of its shelves. */
export const category = ({ department, shelf, view, query, nonce }) => {
  const path = shelfLink(department.name, shelf?.name);
  const name = shelf?.name ?? department.name;
  const steps = [{ name: "Shop", link: "/" }, shelf ? { name: department.name, link: shelfLink(department.name) } : { name }, ...(shelf ? [{ name }] : [])];
  return {
    title: name,
    type: "listing",
    category: name,
    department: department.name,
    main: html`${trail(steps)}
<header class="head"><h1>${name}</h1><p>${department.line}</p>
<ul class="chips">${department.shelves.map((one) => html`<li><a href="${shelfLink(department.name, one.name)}"${one === shelf ? html` aria-current="page"` : ""}>${one.name}</a></li>`)}</ul></header>
${goods(path, view, query, `category:${name}`)}
<presently-shelf class="shelf" limit="6" heading="For you, right now" data-presently-list="listing"></presently-shelf>
${jsonLd({ "@type": "BreadcrumbList", itemListElement: steps.map((step, i) => ({ "@type": "ListItem", position: i + 1, name: step.name })) }, nonce)}`,
  };
};

export const searchResults = ({ term, view, query }) => ({
  title: term ? `“${term}”` : "Search",
  type: "search",
  query: term,
  main: html`<header class="head"><h1>${term ? html`Results for “${term}”` : "Search the shop"}</h1></header>
${view.total || query.size > 1 ? goods("/search", view, query, "search") : html`<p class="empty">${term ? "Nothing by that name. Try fewer words, or a colour." : "Type what you are after above."}</p>`}
<presently-shelf class="shelf" limit="6" heading="For you, right now" data-presently-list="search"></presently-shelf>`,
});
