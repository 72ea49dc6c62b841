/**
 * How a command ends: what it throws is told in a paragraph, and becomes the exit status.
 *
 * @module
 */

import { DeviceUnfit, InputError } from "../numeric/errors.ts";
import { Interrupted } from "../run/interruption.ts";
import { exitStatus, type Streams } from "./streams.ts";
import { wrapParagraph } from "./text.ts";

/** Does something with its arguments and returns the process's exit status. */
export type Command = (args: string[], streams: Streams) => number | Promise<number>;

/** Errors whose message says enough, by name: those of runs in other processes have lost their class. */
const explained = new Set([
  "InputError",
  "DeviceUnfit",
  "DivergedRun",
  "ProcessEnded",
  "RunsFailed",
]);

/**
 * Runs a command and returns the process's exit status: the command's own, or the one that belongs to what it
 * threw.
 *
 * @example
 * ```ts
 * import { InputError } from "assay";
 * import { runCommand } from "assay/cli";
 * import { assertEquals } from "@std/assert";
 *
 * const told: string[] = [];
 * const streams = { out() {}, err: (text: string) => void told.push(text), terminal: false };
 * const command = () => {
 *   throw new InputError("Cannot read the file: there is none.");
 * };
 * assertEquals(await runCommand(command, [], streams), 2);
 * assertEquals(told, ["error: Cannot read the file: there is none."]);
 * ```
 */
export async function runCommand(
  command: Command,
  args: readonly string[],
  streams: Streams,
): Promise<number> {
  try {
    return await command([...args], streams);
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

/**
 * Runs the command that this process is for, with its arguments, and ends the process.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type Command, exitStatus, exitWith } from "assay/cli";
 *
 * export const echo: Command = (args, { out }) => {
 *   out(args.join(" "));
 *   return exitStatus.ok;
 * };
 * // In the module that a task names; imported, it does nothing.
 * if (import.meta.main) await exitWith(echo);
 * assertEquals(echo(["a", "b"], { out() {}, err() {}, terminal: false }), 0);
 * ```
 */
export async function exitWith(command: Command): Promise<never> {
  const encoder = new TextEncoder();
  const writeAll = (stream: { writeSync(bytes: Uint8Array): number }, text: string) => {
    const bytes = encoder.encode(`${text}\n`);
    for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
  };
  Deno.exit(
    await runCommand(command, Deno.args, {
      out: (text) => writeAll(Deno.stdout, text),
      err: (text) => writeAll(Deno.stderr, text),
      terminal: Deno.stderr.isTerminal(),
    }),
  );
}
