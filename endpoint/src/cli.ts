#!/usr/bin/env node
import { Command } from "commander";
import { errorData, PresentlyError } from "presently/contract";

/** Only what was asked for is loaded: serving needs no tensors, and starts without them. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import("./serve/command.js")).serveCommand(),
  "import-catalog": async () => (await import("./feeds/command.js")).importCatalogCommand(),
  "import-sessions": async () => (await import("./store/command.js")).importSessionsCommand(),
  train: async () => (await import("./serve/train-command.js")).trainCommand(),
  evaluate: async () => (await import("./evaluate/command.js")).evaluateCommand(),
  publish: async () => (await import("./serve/publish-command.js")).publishCommand(),
  rollback: async () => (await import("./serve/publish-command.js")).rollbackCommand(),
  simulate: async () => (await import("./simulate/command.js")).simulateCommand(),
};

const program = new Command("presently")
  .description("Presently's training endpoint: collects anonymized feedback, retrains, publishes releases to static hosting")
  .version("0.1.0")
  .showHelpAfterError("Add --help for what there is.");

async function run(): Promise<void> {
  const wanted = COMMANDS[process.argv[2]];
  const commands = await Promise.all((wanted ? [wanted] : Object.values(COMMANDS)).map((load) => load()));
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  await program.parseAsync();
}

run().catch((error: unknown) => {
  const { code, message, stack } = errorData(error);
  // Our own errors name the fix; anything else is a fault of ours, and its place is wanted.
  console.error(error instanceof PresentlyError ? `error: ${message} (${code})` : (stack ?? message));
  process.exitCode = 1;
});
