/*
 * Clicks from page to page, inside the pages, so that no test driver's round trip gives them time. What is still to be clicked is in
 * `window.name`, which goes along from page to page at once and is no storage.
 */

/** Runs in each page before its own scripts. */
export function clickAway() {
  const plan = JSON.parse(window.name.startsWith("{") ? window.name : "null");
  if (!plan?.left) return;
  const later = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const cardOf = (shelf) => shelf?.shadowRoot?.querySelectorAll("a[part~=link][href]") ?? [];
  const untilShelf = async () => {
    while (cardOf(document.querySelector("presently-shelf")).length < 6) await later(5);
  };
  const moments = {
    // In the task in which the script starts.
    early: () => {},
    soon: () => later(Math.random() * 60),
    // Its answer comes when the session is open, with what the pages before left.
    open: (presently) => presently.ledger(),
    shelf: async (presently) => {
      await untilShelf();
      await presently.ledger();
    },
  };
  const next = async (presently) => {
    if (plan.leave !== "early") await moments[plan.leave](presently);
    const shelf = plan.leave === "shelf" && document.querySelector("presently-shelf");
    const links = shelf ? cardOf(shelf) : document.querySelectorAll("li[data-presently-item] a");
    const link = links[plan.left % links.length];
    plan.left--;
    plan.wanted.push(new URL(link.href).pathname.split("/").at(-1));
    window.name = JSON.stringify(plan);
    // In the same task the page is on its way out.
    link.click();
  };
  window.presently = window.presently || [];
  window.presently.push((presently) => {
    if (plan.consent) presently.setConsent(plan.consent);
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => next(presently));
    else next(presently);
  });
}

/** Runs in one page with a router: each click gets its page shown for `pause` milliseconds. */
export async function clickAlong({ clicks, pause }) {
  const wanted = [];
  for (let i = 0; i < clicks; i++) {
    const links = document.querySelectorAll("li[data-presently-item] a");
    const link = links[i % links.length];
    wanted.push(link.closest("li").dataset.presentlyItem);
    link.click();
    await new Promise((done) => setTimeout(done, pause));
  }
  return wanted;
}
