import { html } from "hono/html";
import { itemImage, shelfLink } from "../catalog/catalog.mjs";
import { grid } from "./parts.mjs";

/** The first page: a picture of the season, the departments, and what the visitor seems to be after. */
export const home = ({ departments, hero, fresh, faces }) => ({
  title: "Good things for outdoors and in",
  type: "home",
  main: html`
<section class="hero">
  <div class="hero-words"><p class="eyebrow">Late autumn, 2026</p><h1>Fewer things, kept longer.</h1><p>Tents that see ten summers, lamps for the dark half of the year, pans for life.</p><p><a class="button" href="${shelfLink("Outdoor")}">Shop outdoor</a> <a class="button button-plain" href="${shelfLink("Home")}">Shop home</a></p></div>
  <div class="hero-pictures">${hero.map((item) => html`<a href="/item/${item.id}"><img src="${itemImage(item)}" alt="${item.title}" width="400" height="400"></a>`)}</div>
</section>
<presently-shelf class="shelf" limit="8" exclude="cart" heading="For you, right now" data-presently-list="home"></presently-shelf>
<section class="block"><h2>Departments</h2>
  <ul class="tiles">${departments.map(
    ({ name, line }) =>
      html`<li><a href="${shelfLink(name)}"><img src="${itemImage(faces.get(name))}" alt="" width="400" height="400" loading="lazy"><b>${name}</b><span>${line}</span></a></li>`,
  )}</ul>
</section>
<presently-shelf class="shelf" kind="trending" limit="8" filter='{"availability":"in_stock"}' heading="In demand this week" data-presently-list="trending"></presently-shelf>
<section class="block"><h2>Just in</h2>${grid(fresh, "new")}</section>`,
});
