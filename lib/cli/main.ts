/**
 * The command line: `experiment`, `sweep`, `record`, `list`, `verify`, `compare`, `report`,
 * `publish`, `serve`, `predict`. Results go to stdout, all else to stderr; the exit status says how it ended.
 *
 * @module
 */

import { DeviceUnfit, InputError } from "../numeric/errors.ts";
import { Interrupted } from "../run/interruption.ts";
import { compareCommand } from "./compare_command.ts";
import { experimentCommand } from "./experiment_command.ts";
import { listCommand } from "./list_command.ts";
import { recordCommand } from "./record_command.ts";
import { predictCommand } from "./predict_command.ts";
import { publishCommand, reportCommand } from "./report_command.ts";
import { serveCommand } from "./serve_command.ts";
import { exitStatus, type Streams } from "./streams.ts";
import { sweepCommand } from "./sweep_command.ts";
import { wrapParagraph } from "./text.ts";
import { verifyCommand } from "./verify_command.ts";

const commands: Record<string, (args: string[], streams: Streams) => Promise<number>> = {
  experiment: experimentCommand,
  sweep: sweepCommand,
  record: recordCommand,
  list: listCommand,
  verify: verifyCommand,
  compare: compareCommand,
  report: reportCommand,
  publish: publishCommand,
  serve: serveCommand,
  predict: predictCommand,
};

/** Errors whose message says enough, by name: those of runs in other processes have lost their class. */
const explained = new Set([
  "InputError",
  "DeviceUnfit",
  "DivergedRun",
  "ProcessEnded",
  "RunsFailed",
]);

/** Runs one command and returns the process's exit status. */
export async function main(args: readonly string[], streams: Streams): Promise<number> {
  const [name = "", ...rest] = args;
  const command = Object.hasOwn(commands, name) ? commands[name]! : undefined;
  try {
    if (!command) {
      throw new InputError(
        `Cannot run command "${name}". Commands are ${
          Object.keys(commands).join(", ")
        }; each says ` +
          `more with --help.`,
      );
    }
    return await command(rest, streams);
  } catch (error) {
    if (error instanceof Interrupted) {
      streams.err(`${error.message}.`);
      return exitStatus[error.stopSignal];
    }
    streams.err(wrapParagraph(`error: ${(error as Error).message ?? error}`));
    if (args.includes("--debug")) streams.err((error as Error).stack ?? "");
    if (!explained.has((error as Error).name) && !args.includes("--debug")) {
      streams.err("Give the command again with --debug for a stack trace.");
    }
    if (error instanceof InputError) return exitStatus.badInput;
    return error instanceof DeviceUnfit ? exitStatus.deviceUnfit : exitStatus.missed;
  }
}

if (import.meta.main) {
  const encoder = new TextEncoder();
  const writeAll = (stream: { writeSync(bytes: Uint8Array): number }, text: string) => {
    const bytes = encoder.encode(`${text}\n`);
    for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
  };
  Deno.exit(
    await main(Deno.args, {
      out: (text) => writeAll(Deno.stdout, text),
      err: (text) => writeAll(Deno.stderr, text),
      terminal: Deno.stderr.isTerminal(),
    }),
  );
}
