/**
 * JSON as JSON.stringify writes plain data, on pages too whose old libraries (Prototype 1.6) give arrays a `toJSON` by which they end up
 * as strings within the text.
 */
export function json(value: unknown): string {
  if (Array.isArray(value)) {
    const parts: string[] = [];
    for (const one of value) parts.push(json(one));
    return `[${parts.join()}]`;
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const parts: string[] = [];
  for (const [name, one] of Object.entries(value)) if (one !== undefined) parts.push(`${JSON.stringify(name)}:${json(one)}`);
  return `{${parts.join()}}`;
}
