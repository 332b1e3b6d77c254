/** Calls back once, when half of the element was on screen for a second: what counts as shown. Returns what ends it. */
export function whenSeen(element: Element, onSeen: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const observer = new IntersectionObserver(
    ([{ isIntersecting }]) => {
      clearTimeout(timer);
      if (!isIntersecting) return;
      timer = setTimeout(() => {
        observer.disconnect();
        onSeen();
      }, 1000);
    },
    { threshold: 0.5 },
  );
  observer.observe(element);
  return () => {
    clearTimeout(timer);
    observer.disconnect();
  };
}
