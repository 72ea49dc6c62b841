/**
 * Command-line arguments, checked: an unknown option or a stray value is bad input.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { closestString } from "@std/text/closest-string";
import { InputError } from "../numeric/errors.ts";

/** What a command accepts. */
export interface ArgumentSpec {
  /** Options without a value. */
  readonly flags: readonly string[];
  /** Options with one value. */
  readonly values: readonly string[];
  /** Options with a value that may be given several times. */
  readonly lists: readonly string[];
  /** It takes names beside its options. */
  readonly names?: boolean;
  /** The usage text, printed by `--help`. */
  readonly usage: string;
}

/** Parsed arguments. */
export interface Arguments {
  readonly positional: readonly string[];
  flag(name: string): boolean;
  value(name: string): string | undefined;
  list(name: string): readonly string[];
}

/**
 * Parses `args` for a command.
 *
 * @throws {InputError} For an unknown option, an option without its value, or a stray name.
 *
 * @example
 * ```ts
 * import { parseArguments } from "assay/cli";
 * import { assertEquals } from "@std/assert";
 *
 * const spec = { flags: ["json"], values: ["out"], lists: [], usage: "Usage: ..." };
 * const parsed = parseArguments("echo", ["--out", "a"], spec);
 * assertEquals([parsed.flag("json"), parsed.value("out")], [false, "a"]);
 * ```
 */
export function parseArguments(
  command: string,
  args: readonly string[],
  spec: ArgumentSpec,
): Arguments {
  const known = [...spec.flags, ...spec.values, ...spec.lists];
  const parsed = parseArgs(args, {
    boolean: spec.flags,
    // "_": a name stays text, also a run id of digits alone.
    string: [...spec.values, ...spec.lists, "_"],
    collect: spec.lists,
    unknown: (argument, key) => {
      if (key === undefined) return true;
      throw new InputError(
        `Cannot run ${command}: it has no option "${argument}". Did you mean ` +
          `"--${closestString(key, known)}"? Options are ${
            known.map((name) => `--${name}`).join(", ")
          }.`,
      );
    },
  });
  for (const name of [...spec.values, ...spec.lists]) {
    const given = [parsed[name] ?? []].flat() as string[];
    if (given.includes("")) {
      throw new InputError(`Cannot run ${command}: option --${name} needs a value. ${spec.usage}`);
    }
  }
  if (!spec.names && parsed._.length > 0) {
    throw new InputError(
      `Cannot run ${command}: it takes options only, found "${parsed._.join(" ")}". ${spec.usage}`,
    );
  }
  return {
    positional: parsed._ as string[],
    flag: (name) => parsed[name] === true,
    value: (name) => parsed[name] as string | undefined,
    list: (name) => (parsed[name] ?? []) as string[],
  };
}

/**
 * Reads a non-negative integer option.
 *
 * @throws {InputError} When it is something else.
 */
export function integerOption(name: string, text: string, minimum: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= minimum) return value;
  throw new InputError(
    `Cannot read --${name} "${text}": it must be a whole number of at least ${minimum}.`,
  );
}

/**
 * Reads a port; 0 stands for any free one.
 *
 * @throws {InputError} When it is something else.
 */
export function portOption(text: string): number {
  const port = integerOption("port", text, 0);
  if (port <= 65_535) return port;
  throw new InputError(`Cannot listen on --port ${port}: it must be 65535 at most.`);
}
