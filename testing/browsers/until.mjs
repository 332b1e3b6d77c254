/** Answers wait up to 20 s to be sent, and 5 more where another page still has the lock. */
const PATIENCE = 45_000;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Asks the page until it says yes: a page that is being left answers nothing for a moment. */
export async function until(browser, what, task, ...given) {
  let last;
  for (const end = Date.now() + PATIENCE; Date.now() < end; await pause(150)) {
    last = await browser.run(task, ...given).catch((error) => error);
    if (last && !(last instanceof Error)) return last;
  }
  throw new Error(`${what} did not happen within ${PATIENCE / 1000} s${last instanceof Error ? ` (${last.message})` : ""}`);
}
