#!/usr/bin/env node
import { Command } from "commander";
import { errorData, PresentlyError } from "presently/contract";
import { evaluateCommand } from "./evaluate/command.js";
import { serveCommand } from "./serve/command.js";
import { dataCommands } from "./serve/commands.js";
import { simulateCommand } from "./simulate/command.js";

const program = new Command("presently")
  .description("Presently's training endpoint: collects anonymized feedback, retrains, publishes releases to static hosting")
  .version("0.1.0")
  .showHelpAfterError("Add --help for what there is.");
for (const command of [serveCommand(), ...dataCommands(), evaluateCommand(), simulateCommand()]) program.addCommand(command.copyInheritedSettings(program));

program.parseAsync().catch((error: unknown) => {
  const { code, message, stack } = errorData(error);
  // Our own errors name the fix; anything else is a fault of ours, and its place is wanted.
  console.error(error instanceof PresentlyError ? `error: ${message} (${code})` : (stack ?? message));
  process.exitCode = 1;
});
