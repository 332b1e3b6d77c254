/** A static web host: what a release's folder looks like over the network, with its faults. */
export interface StaticHost {
  readonly files: Map<string, Uint8Array>;
  /** Every address asked for, in order, with its cache mode. */
  readonly requests: { readonly path: string; readonly cache: string | undefined }[];
  /** Every request fails as without a connection. */
  offline: boolean;
  fetch(url: string, init?: RequestInit): Promise<Response>;
  put(path: string, content: Uint8Array | string): void;
}

export function staticHost(base: string): StaticHost {
  const files = new Map<string, Uint8Array>();
  const requests: { path: string; cache: string | undefined }[] = [];
  const host: StaticHost = {
    files,
    requests,
    offline: false,
    async fetch(url, init) {
      const path = url.startsWith(base) ? url.slice(base.length) : url;
      requests.push({ path, cache: init?.cache });
      if (host.offline) throw new TypeError("Failed to fetch");
      const found = files.get(path);
      return found ? new Response(found.slice()) : new Response("Not found", { status: 404 });
    },
    put(path, content) {
      files.set(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
    },
  };
  return host;
}
