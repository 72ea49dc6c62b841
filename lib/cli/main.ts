/**
 * The command line: `experiment`, `sweep`, `record`, `list`, `verify`, `compare`, `watch`,
 * `report`, `publish`, `serve`, `predict`. Results go to stdout, all else to stderr; the exit status says how it ended.
 *
 * @module
 */

import { InputError } from "../numeric/errors.ts";
import { type Command, exitWith, runCommand } from "./run_command.ts";
import type { Streams } from "./streams.ts";

/** Each is loaded when it is given: one that only looks at files does not wait for what trains. */
const commands: Record<string, () => Promise<Command>> = {
  experiment: async () => (await import("./experiment_command.ts")).experimentCommand,
  sweep: async () => (await import("./sweep_command.ts")).sweepCommand,
  record: async () => (await import("./record_command.ts")).recordCommand,
  list: async () => (await import("./list_command.ts")).listCommand,
  verify: async () => (await import("./verify_command.ts")).verifyCommand,
  compare: async () => (await import("./compare_command.ts")).compareCommand,
  watch: async () => (await import("./watch_command.ts")).watchCommand,
  report: async () => (await import("./report_command.ts")).reportCommand,
  publish: async () => (await import("./report_command.ts")).publishCommand,
  serve: async () => (await import("./serve_command.ts")).serveCommand,
  predict: async () => (await import("./predict_command.ts")).predictCommand,
};

/** Runs one command and returns the process's exit status. */
export function main(args: readonly string[], streams: Streams): Promise<number> {
  return runCommand(named, args, streams);
}

/** Runs the command that the first argument names. */
async function named([name = "", ...rest]: string[], streams: Streams): Promise<number> {
  if (Object.hasOwn(commands, name)) return await (await commands[name]!())(rest, streams);
  throw new InputError(
    `Cannot run command "${name}". Commands are ${Object.keys(commands).join(", ")}; each says ` +
      `more with --help.`,
  );
}

if (import.meta.main) await exitWith(named);
