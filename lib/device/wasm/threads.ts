/**
 * How many threads the kernels use.
 *
 * @module
 */

import { InputError } from "../../numeric/errors.ts";

/** The environment variable that sets the number of threads. */
export const THREADS_VARIABLE = "ASSAY_THREADS";

/** More than any machine we know has cores; more would only wait for each other. */
const MOST_THREADS = 256;

/**
 * The number of threads that `ASSAY_THREADS` asks for, else one for each core. Results do not depend
 * on it. A process that may not read the variable takes the cores.
 *
 * @param setting The variable's value; by default, as the environment has it.
 * @throws {InputError} When the setting is not a whole number from 1 to 256.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(threadsWanted("3"), 3);
 * ```
 */
export function threadsWanted(setting?: string): number {
  return threadsAsked(setting) ?? navigator.hardwareConcurrency;
}

/**
 * The number of threads that `ASSAY_THREADS` asks for; `null` where it asks for none.
 *
 * @param setting The variable's value; by default, as the environment has it.
 * @throws {InputError} When the setting is not a whole number from 1 to 256.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(threadsAsked(""), null);
 * ```
 */
export function threadsAsked(setting: string | undefined = fromEnvironment()): number | null {
  if (setting === undefined || setting === "") return null;
  const threads = Number(setting);
  if (!/^\d+$/.test(setting) || threads < 1 || threads > MOST_THREADS) {
    throw new InputError(
      `Cannot start the kernels' threads: ${THREADS_VARIABLE} is "${setting}", but must be a whole number ` +
        `from 1 to ${MOST_THREADS}. Unset it to use every core`,
    );
  }
  return threads;
}

function fromEnvironment(): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: THREADS_VARIABLE });
  return state === "granted" ? Deno.env.get(THREADS_VARIABLE) : undefined;
}
