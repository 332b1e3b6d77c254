import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { path } from "./paths.js";

const CLI = path("endpoint/dist/cli.js");

/** A port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function until(what: string, seconds: number, check: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    if (await check().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${what} did not happen within ${seconds} s`);
}

export interface Endpoint {
  readonly url: string;
  /** Runs a command of the CLI on the same data. */
  command(...args: string[]): Promise<string>;
  status(): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** The real endpoint in a process of its own, with a database of its own. */
export async function startEndpoint(args: readonly string[]): Promise<Endpoint> {
  const data = await mkdtemp(join(tmpdir(), "presently-e2e-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const command = async (...given: string[]) => (await promisify(execFile)(process.execPath, [CLI, ...given, "--data", data], { maxBuffer: 1 << 26 })).stdout;
  const child: ChildProcess = spawn(process.execPath, [CLI, "serve", "--port", String(port), "--data", data, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (output += text));
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const close = async () => {
    child.kill("SIGTERM");
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  try {
    await until(`${url}/healthz`, 30, async () => (await fetch(`${url}/healthz`)).ok);
  } catch (error) {
    await close();
    throw new Error(`${(error as Error).message}; the endpoint said:\n${output}`);
  }
  return { url, command, status: async () => (await (await fetch(`${url}/v1/status`)).json()) as Record<string, unknown>, close };
}
