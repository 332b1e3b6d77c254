/** How a batch ended: taken, refused for good, or to be tried again (`after`: what Retry-After asked for, in milliseconds). */
export type Answer =
  | { readonly type: "sent" }
  | { readonly type: "refused"; readonly status: number }
  | { readonly type: "later"; readonly status: number | null; readonly after: number };

const TIMEOUT = 15_000;
const DAY = 86_400_000;

/** Seconds or a date (RFC 9110, 10.2.3), as milliseconds from now; at most a day. */
export function retryAfter(header: string | null, now: number): number {
  const wait = header === null ? 0 : /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Math.min(DAY, Math.max(0, Number.isNaN(wait) ? 0 : wait));
}

/** Doubles and more with each failure in a row, so that a blocked or dead endpoint costs next to nothing: 5 s, 20 s, 80 s … 1 h. */
export function backoff(failures: number, jitter: number): number {
  return Math.min(3_600_000, 5_000 * 4 ** Math.min(failures - 1, 6)) * (0.75 + jitter / 4);
}

/**
 * One POST. A string body is text/plain, which needs no preflight: a preflight dies when the page is left.
 * Without cookies and without the address of the page.
 */
export async function sendBatch(fetch: typeof globalThis.fetch, endpoint: string, body: string, now: number, signal: AbortSignal): Promise<Answer> {
  const timeout = new AbortController();
  const stop = () => timeout.abort();
  const timer = setTimeout(stop, TIMEOUT);
  signal.addEventListener("abort", stop);
  try {
    const { ok, status, headers } = await fetch(`${endpoint.replace(/\/+$/, "")}/v1/feedback`, {
      method: "POST",
      body,
      keepalive: true,
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      signal: timeout.signal,
    });
    if (ok) return { type: "sent" };
    const again = status === 408 || status === 425 || status === 429 || status >= 500 || status < 400;
    return again ? { type: "later", status, after: retryAfter(headers.get("retry-after"), now) } : { type: "refused", status };
  } catch {
    // Offline, blocked or too slow: the browser does not tell which.
    return { type: "later", status: null, after: 0 };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
