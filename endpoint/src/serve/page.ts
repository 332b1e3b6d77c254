import { SCRIPT } from "./page-script.js";
import { STYLE } from "./page-style.js";

const tile = (id: string, label: string) => `<div class="card tile"><b id="${id}">–</b><span>${label}</span></div>`;

/** The status page, whole in one answer. `nonce`: what its policy lets run. */
export function statusPage(nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Presently endpoint</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main>
  <header><h1>Presently</h1><p>what shoppers taught it, and what it made of that</p><div id="live" role="status">connecting</div></header>
  <div class="tiles">
    ${tile("version", "live release")}
    ${tile("recall", "held-out Recall@20")}
    ${tile("items", "items in the catalogue")}
    ${tile("batches", "batches")}
    ${tile("records", "records")}
    ${tile("sessions", "sessions imported")}
  </div>
  <div class="two">
    <section class="card"><h2>Live release</h2><p class="note" id="release"></p></section>
    <section class="card"><h2>Next training</h2><div class="bar"><i id="progress"></i></div><p class="note" id="next"></p></section>
    <section class="card"><h2>Catalogue feed</h2><p class="note" id="feed"></p><p class="note problem" id="problem"></p></section>
  </div>
  <section class="card">
    <h2>Runs</h2>
    <div class="scroll">
      <table>
        <thead><tr><th>run</th><th>outcome</th><th class="n">Recall@20, %</th><th class="n">MRR@20, %</th><th class="n">took</th><th class="n">when</th><th>why</th></tr></thead>
        <tbody id="runs"></tbody>
      </table>
    </div>
    <p class="note" id="none">None yet.</p>
  </section>
</main>
<script nonce="${nonce}">${SCRIPT}</script>
</body>
</html>
`;
}

export const pagePolicy = (nonce: string): string =>
  `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
