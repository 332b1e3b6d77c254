/** Builds the example where it has to be built, and serves it on the port or the next free one. */
export function startExample(name: string, port?: number): Promise<{ readonly url: string; close(): Promise<void> }>;
