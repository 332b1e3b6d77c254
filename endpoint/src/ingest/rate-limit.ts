import { createHmac, randomBytes } from "node:crypto";

export interface RateLimitOptions {
  /** Requests a minute; 0: no limit. */
  readonly perMinute: number;
  /** Requests that may come at once. */
  readonly burst: number;
  readonly now: () => number;
}

/** Seconds to wait; 0: go on. */
export type RateLimit = (address: string) => number;

const ROTATION_MS = 10 * 60_000;
const MAX_KEYS = 100_000;

/**
 * A token bucket per connecting address. No address is kept, in memory or elsewhere: buckets go by its HMAC under a key which is thrown
 * away every ten minutes, with all buckets.
 */
export function createRateLimit({ perMinute, burst, now }: RateLimitOptions): RateLimit {
  if (perMinute <= 0) return () => 0;
  const perMs = perMinute / 60_000;
  let secret = randomBytes(16);
  let rotated = now();
  const buckets = new Map<string, { tokens: number; time: number }>();
  return (address) => {
    const time = now();
    if (time - rotated >= ROTATION_MS || buckets.size > MAX_KEYS) {
      secret = randomBytes(16);
      rotated = time;
      buckets.clear();
    }
    const key = createHmac("sha256", secret).update(address).digest("base64");
    const before = buckets.get(key) ?? { tokens: burst, time };
    const tokens = Math.min(burst, before.tokens + Math.max(0, time - before.time) * perMs);
    buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, time });
    return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / perMs / 1000);
  };
}
