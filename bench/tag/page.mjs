const CARDS = 60;
const card = (i) =>
  `<li data-presently-item="TEN-${String(i + 1).padStart(3, "0")}" data-presently-index="${i}"><a href="#item-${i}">Item ${i}</a> <button data-presently-event="add_to_cart">Add</button></li>`;

const SHELF = '<presently-shelf limit="6" heading="For you"></presently-shelf>';

/**
 * A shop's listing whose own handlers do what such handlers do: work for a while, change the page, let it be laid out. `head`: our tag, or nothing.
 */
export const listing = (head, shelf = SHELF) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Listing</title>
<style>body{font:16px sans-serif}ul{display:grid;grid-template-columns:repeat(6,1fr);gap:8px;list-style:none;padding:0}li{border:1px solid;padding:8px;min-height:60px}
presently-shelf:not(:defined){display:block;min-height:calc(clamp(9.5rem,42vw,12.5rem) + 12em)}</style>${head}</head>
<body data-presently-page="listing" data-presently-category="Tents"><h1>Tents</h1><form role="search" action="/search"><input type="search" name="q"></form><output id="cart">0</output>
<ul data-presently-list="tents">${Array.from({ length: CARDS }, (_, i) => card(i)).join("")}</ul>${shelf}
<script>
window.seen = { shifts: 0, long: [], events: [] };
new PerformanceObserver(function (list) { list.getEntries().forEach(function (one) { if (!one.hadRecentInput) seen.shifts += one.value; }); }).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver(function (list) { list.getEntries().forEach(function (one) { seen.long.push(one.duration); }); }).observe({ type: "longtask", buffered: true });
new PerformanceObserver(function (list) { list.getEntries().forEach(function (one) { if (one.interactionId) seen.events.push([one.interactionId, one.duration, one.processingEnd - one.processingStart]); }); })
  .observe({ type: "event", durationThreshold: 16, buffered: true });
function work(milliseconds) { for (var end = performance.now() + milliseconds; performance.now() < end; ); }
document.querySelector("ul").addEventListener("click", function (event) {
  if (event.target.matches("a")) event.preventDefault();
  work(4);
  document.querySelector("#cart").value = +document.querySelector("#cart").value + 1;
  event.target.closest("li").style.borderColor = "#" + Math.floor(Math.random() * 4096).toString(16).padStart(3, "0");
});
document.querySelector("input").addEventListener("input", function () {
  work(2);
  document.querySelectorAll("li").forEach(function (one, i) { one.style.opacity = i % 3 ? 1 : 0.9; });
});
</script></body></html>`;
