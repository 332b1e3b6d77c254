import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Changes an answer on its way to the page, or replaces it. "drop" closes the connection. */
export type Tamper = (asked: Received, answer: Answer) => Answer | "drop" | undefined;

export interface Relay {
  readonly url: string;
  /** Everything that was asked for, in order. */
  readonly received: Received[];
  close(): Promise<void>;
}

/**
 * What stands between a shop and its shoppers: a CDN that cuts files off, a proxy that sets headers, a server that is down.
 * A real server rather than an interception in the browser, so that workers and beacons pass through it too.
 */
export async function startRelay(target: string, tamper: Tamper = () => undefined): Promise<Relay> {
  const received: Received[] = [];
  const { hostname, port } = new URL(target);
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const asked: Received = { method: incoming.method ?? "GET", path: incoming.url ?? "/", headers: incoming.headers, body: body.toString("utf8") };
    received.push(asked);
    const { "accept-encoding": _, ...headers } = incoming.headers;
    const forward = request({ hostname, port, path: asked.path, method: asked.method, headers }, async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part as Buffer);
      const { "content-length": _length, "transfer-encoding": _encoding, connection: _connection, ...kept } = response.headers;
      const plain: Answer = { status: response.statusCode ?? 502, headers: kept, body: Buffer.concat(parts) };
      const answer = tamper(asked, plain) ?? plain;
      if (answer === "drop") {
        outgoing.destroy();
        return;
      }
      outgoing.writeHead(answer.status, answer.headers as Record<string, string>);
      outgoing.end(answer.body);
    });
    forward.on("error", () => outgoing.destroy());
    forward.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
