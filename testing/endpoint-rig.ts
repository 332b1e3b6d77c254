import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const CLI = join(root, "endpoint/dist/cli.js");

/** The real command line, from these sources; only what changed is compiled. */
export function buildEndpoint(): void {
  execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b", join(root, "endpoint")], { stdio: "pipe" });
}

/** Runs a command of `presently` to its end. */
export function presently(...args: string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const hear = (part: Buffer) => {
    output += part;
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, output })));
}

export interface RunningEndpoint {
  readonly child: ChildProcess;
  readonly url: string;
  readonly ended: Promise<number | null>;
  output(): string;
}

/** `presently serve` on a free port, once it listens. */
export function startEndpoint(data: string, ...args: string[]): Promise<RunningEndpoint> {
  const child = spawn(process.execPath, [CLI, "serve", "--data", data, "--port", "0", "--rate", "0", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (part: Buffer) => {
      said += part;
      const url = /Listening on (\S+)/.exec(said)?.[1];
      if (url) resolve({ child, url, ended, output: () => said });
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", (code) => reject(new Error(`The endpoint ended with ${code}: ${said}`)));
  });
}
