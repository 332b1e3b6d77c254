import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The repository's root, with a slash at its end. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Path of something in the repository. */
export const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The command line of a tool of ours, without npx and its start-up: [command, arguments]. */
export const tool = (path, ...args) => [process.execPath, [at(`node_modules/${path}`), ...args]];

/**
 * Runs a command to its end, its output in ours.
 * @returns its exit code; 127 where the command does not exist, 128 where a signal ended it
 */
export function run(command, args = [], { cwd = ROOT, env = {}, quiet = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: quiet ? "ignore" : "inherit" });
    child.on("error", () => resolve(127));
    child.on("exit", (code) => resolve(code ?? 128));
  });
}

/** Runs a command and keeps what it prints. */
export function capture(command, args = [], { cwd = ROOT, env = {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"]) {
      child[stream].setEncoding("utf8");
      child[stream].on("data", (text) => {
        output[stream] += text;
      });
    }
    child.on("error", (error) => resolve({ code: 127, stdout: "", stderr: error.message }));
    child.on("close", (code) => resolve({ code: code ?? 128, ...output }));
  });
}

/** Runs a command which has to succeed: ends this process with its code otherwise. */
export async function must(what, command, args, options) {
  const code = await run(command, args, options);
  if (code === 0) return;
  console.error(`\n${what} failed (exit code ${code}).`);
  process.exit(code);
}

/** True where the module is the script that was started, not one that is imported. */
export const isMain = (meta) => process.argv[1] === fileURLToPath(meta.url);
