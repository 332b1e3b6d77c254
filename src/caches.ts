/** The Cache API, where this page has it: plain http has none, and in a sandboxed frame asking for it throws. */
export function usableCaches(): CacheStorage | undefined {
  try {
    return globalThis.caches;
  } catch {
    return undefined;
  }
}
