import { createServer } from "node:net";

/** Whether this machine lets us listen there. */
function free(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** The wanted port, or the next free one of the twenty after it. */
export async function freePort(wanted, taken = []) {
  for (let port = wanted; port <= wanted + 20; port++) if (!taken.includes(port) && (await free(port))) return port;
  throw new Error(`The ports ${wanted} to ${wanted + 20} are all taken: stop what uses them, or set the port yourself (PORT, ENDPOINT_PORT)`);
}
