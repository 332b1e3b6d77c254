const PATIENCE = 2_000;

/** An answer, or null where it is not there after so many milliseconds. What is late goes on. */
export function inTime<T>(work: Promise<T>, patience = PATIENCE): Promise<T | null> {
  let impatient: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    impatient = setTimeout(() => resolve(null), patience);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(impatient));
}
