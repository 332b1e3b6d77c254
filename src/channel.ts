import type { SessionChannel } from "./session/index.js";

/**
 * Tabs of one shop. A message that reaches a page in the back/forward cache would evict it (https://web.dev/articles/bfcache), so a page that is
 * being left hears nothing where `deaf` says that it will read all of it from the disk when it comes back.
 */
export function pageChannel(page: EventTarget, deaf: () => boolean, signal: AbortSignal): SessionChannel | null {
  if (typeof BroadcastChannel === "undefined") return null;
  const listeners = new Set<(message: unknown) => void>();
  let channel: BroadcastChannel | null = null;
  const open = () => {
    if (channel) return;
    channel = new BroadcastChannel("presently");
    channel.onmessage = ({ data }) => {
      for (const listener of listeners) listener(data);
    };
  };
  const close = () => {
    channel?.close();
    channel = null;
  };
  const onHide = () => {
    if (deaf()) close();
  };
  open();
  page.addEventListener("pagehide", onHide, { signal });
  page.addEventListener("pageshow", open, { signal });
  signal.addEventListener("abort", close);
  return {
    post: (message) => channel?.postMessage(message),
    hear(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
