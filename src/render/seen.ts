/** An impression: half of the element on screen, in a visible page, for this long without a break. */
const SHARE = 0.5;
const MILLISECONDS = 1000;

export interface SeenWatch {
  /** Watches these from now on, each until it was seen once, and no others. */
  watch(elements: Iterable<Element>): void;
  stop(): void;
}

export function watchSeen(onSeen: (element: Element) => void): SeenWatch {
  const timers = new Map<Element, ReturnType<typeof setTimeout>>();
  let unseen = new Set<Element>();

  function unset(element: Element): void {
    clearTimeout(timers.get(element));
    timers.delete(element);
  }

  function seen(element: Element): void {
    unset(element);
    unseen.delete(element);
    observer?.unobserve(element);
    onSeen(element);
  }

  const observer =
    typeof IntersectionObserver === "undefined"
      ? null
      : new IntersectionObserver(
          (entries) => {
            for (const { target, isIntersecting, intersectionRatio } of entries) {
              unset(target);
              if (isIntersecting && intersectionRatio >= SHARE && !document.hidden && unseen.has(target)) {
                timers.set(
                  target,
                  setTimeout(() => seen(target), MILLISECONDS),
                );
              }
            }
          },
          { threshold: SHARE },
        );

  /** Observing anew reports where each element stands now, which a hidden page does not. */
  function restart(): void {
    observer?.disconnect();
    for (const element of timers.keys()) unset(element);
    if (!document.hidden) for (const element of unseen) observer?.observe(element);
  }
  document.addEventListener("visibilitychange", restart);

  return {
    watch(elements) {
      unseen = new Set(elements);
      restart();
    },
    stop() {
      unseen.clear();
      restart();
      document.removeEventListener("visibilitychange", restart);
    },
  };
}
