/**
 * The command line: `experiment`, `sweep`, `record`, `list`, `verify`, `compare`, `watch`,
 * `report`, `publish`, `serve`, `predict`. Results go to stdout, all else to stderr; the exit status says how it ended.
 *
 * @module
 */

import { InputError } from "../numeric/errors.ts";
import { compareCommand } from "./compare_command.ts";
import { experimentCommand } from "./experiment_command.ts";
import { listCommand } from "./list_command.ts";
import { recordCommand } from "./record_command.ts";
import { predictCommand } from "./predict_command.ts";
import { publishCommand, reportCommand } from "./report_command.ts";
import { type Command, exitWith, runCommand } from "./run_command.ts";
import { serveCommand } from "./serve_command.ts";
import type { Streams } from "./streams.ts";
import { sweepCommand } from "./sweep_command.ts";
import { verifyCommand } from "./verify_command.ts";
import { watchCommand } from "./watch_command.ts";

const commands: Record<string, Command> = {
  experiment: experimentCommand,
  sweep: sweepCommand,
  record: recordCommand,
  list: listCommand,
  verify: verifyCommand,
  compare: compareCommand,
  watch: watchCommand,
  report: reportCommand,
  publish: publishCommand,
  serve: serveCommand,
  predict: predictCommand,
};

/** Runs one command and returns the process's exit status. */
export function main(args: readonly string[], streams: Streams): Promise<number> {
  return runCommand(named, args, streams);
}

/** Runs the command that the first argument names. */
function named([name = "", ...rest]: string[], streams: Streams): number | Promise<number> {
  if (Object.hasOwn(commands, name)) return commands[name]!(rest, streams);
  throw new InputError(
    `Cannot run command "${name}". Commands are ${Object.keys(commands).join(", ")}; each says ` +
      `more with --help.`,
  );
}

if (import.meta.main) await exitWith(named);
