/**
 * The errors a caller catches by class: what the user gave is wrong, or the device is.
 * The command line turns them into exit status 2 and 3.
 *
 * @module
 */

/**
 * Something a person gave (a file, a config value, an argument) cannot be used. The message is one
 * paragraph: what was attempted, what was found, what is allowed, what to do. Exit status 2.
 *
 * @example
 * ```ts
 * import { InputError } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new InputError('Cannot read column "rtt_ms" of "a.csv": row 3 holds "fast"');
 * assertEquals(error.name, "InputError");
 * ```
 */
export class InputError extends Error {
  /** How the error is introduced when it is printed. */
  override readonly name = "InputError";
}

/**
 * The device cannot do what was asked, or failed its self-test. The message is one paragraph as in
 * {@linkcode InputError}. Exit status 3.
 *
 * @example
 * ```ts
 * import { DeviceUnfit } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new DeviceUnfit("Cannot open WebGPU: this machine has no adapter; use --backend wasm");
 * assertEquals(error.name, "DeviceUnfit");
 * ```
 */
export class DeviceUnfit extends Error {
  /** How the error is introduced when it is printed. */
  override readonly name = "DeviceUnfit";
}
