/** Milliseconds that a change may wait for the page. */
const LATEST = 150;

/**
 * The beginning of a frame, once the page had nothing else to do: what the shopper clicks is answered first, and what is laid out then is laid out
 * once, with the frame. At once where no frame will come.
 */
export function calmFrame(): Promise<void> {
  return new Promise((resolve) => {
    if (document.hidden) return resolve();
    setTimeout(resolve, LATEST);
    const frame = () => requestAnimationFrame(() => resolve());
    if (typeof requestIdleCallback === "function") requestIdleCallback(frame, { timeout: LATEST / 2 });
    else setTimeout(frame);
  });
}
