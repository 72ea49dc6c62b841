/**
 * What the bench is asked to do.
 *
 * @module
 */

import { closestString } from "@std/text/closest-string";
import { parseArguments } from "../../lib/cli/arguments.ts";
import { InputError } from "../../lib/numeric/errors.ts";
import { type Case, cases } from "./cases.ts";
import type { BenchBackend } from "./protocol.ts";
import { type SystemName, systemNames } from "./systems.ts";

/** Parsed arguments. */
export interface Options {
  readonly cases: readonly Case[];
  readonly systems: readonly SystemName[];
  readonly backend: BenchBackend;
  /** Seconds of measuring a case, a system and a number of threads. */
  readonly seconds: number;
  readonly json: boolean;
  /** Renews this machine's section of RESULTS.md. */
  readonly write: boolean;
  readonly help: boolean;
}

/** The text of `--help`. */
export const usage = `deno task bench [--json] [--write] [--only CASE[,CASE]] ` +
  `[--system ${systemNames.join()}] [--backend wasm|webgpu] [--seconds N]`;

const backends: readonly BenchBackend[] = ["wasm", "webgpu"];

/**
 * Reads the command line.
 *
 * @throws {InputError} For an unknown option, case, system or backend, or seconds that are none.
 */
export function parseOptions(args: readonly string[]): Options {
  const parsed = parseArguments("bench", args, {
    flags: ["json", "write", "help"],
    values: ["backend", "seconds"],
    lists: ["only", "system"],
    usage,
  });
  const chosen = (option: string, known: readonly string[]) => {
    const names = parsed.list(option).flatMap((names) => names.split(","));
    for (const name of names) checkName(option, name, known);
    return known.filter((name) => names.length === 0 || names.includes(name));
  };
  const names = chosen("only", cases.map(({ name }) => name));
  const systems = chosen("system", systemNames) as SystemName[];
  const backend = parsed.value("backend") ?? "wasm";
  checkName("backend", backend, backends);
  const write = parsed.flag("write");
  if (write && (names.length < cases.length || systems.length < systemNames.length)) {
    throw new InputError(
      "Cannot write a part of the results: --write renews all figures of a machine and a backend. Leave " +
        "out --only and --system, or leave out --write.",
    );
  }
  return {
    cases: cases.filter(({ name }) => names.includes(name)),
    systems,
    backend: backend as BenchBackend,
    seconds: secondsOf(parsed.value("seconds") ?? "2"),
    json: parsed.flag("json"),
    write,
    help: parsed.flag("help"),
  };
}

function checkName(option: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  throw new InputError(
    `Cannot run bench: there is no --${option} "${name}". Did you mean "${
      closestString(name, [...known])
    }"? There are ${known.join(", ")}.`,
  );
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (/^\d*\.?\d+$/.test(text) && seconds > 0 && seconds <= 600) return seconds;
  throw new InputError(
    `Cannot read --seconds "${text}": it must be a number above 0 and at most 600.`,
  );
}
