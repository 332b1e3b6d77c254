/** The Cache API in memory, as far as a page that only asks by address needs it. `fail` makes every call reject, as a full disk does. */
export function memoryCaches(): CacheStorage & { readonly stores: Map<string, Map<string, ArrayBuffer>>; fail: boolean } {
  const stores = new Map<string, Map<string, ArrayBuffer>>();
  const usable = () => {
    if (all.fail) throw new DOMException("Quota exceeded.", "QuotaExceededError");
  };
  const open = async (name: string) => {
    usable();
    if (!stores.has(name)) stores.set(name, new Map());
    const entries = stores.get(name)!;
    return {
      match: async (url: string) => {
        usable();
        const found = entries.get(url);
        return found && new Response(found.slice(0));
      },
      put: async (url: string, response: Response) => {
        usable();
        entries.set(url, await response.arrayBuffer());
      },
      delete: async (url: string) => entries.delete(url),
      keys: async () => [...entries.keys()].map((url) => ({ url })),
    } as unknown as Cache;
  };
  const all = {
    stores,
    fail: false,
    open,
    keys: async () => [...stores.keys()],
    has: async (name: string) => stores.has(name),
    delete: async (name: string) => stores.delete(name),
    match: async () => undefined,
  };
  return all as CacheStorage & typeof all;
}
