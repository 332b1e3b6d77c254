/** The feed is the shop's, yet a link in it must not be able to run code. */
export function safeLink(link: string): string | null {
  try {
    const { href, protocol } = new URL(link, document.baseURI);
    return link && /^https?:$/.test(protocol) ? href : null;
  } catch {
    return null;
  }
}
