/**
 * What every command shares: where its output goes and how it ends.
 *
 * @module
 */

import { fromFileUrl, isAbsolute, join, resolve } from "@std/path";
import { signalStatus } from "../run/interruption.ts";

/** Where a command writes. */
export interface Streams {
  /** The result, a line or a document. */
  out(text: string): void;
  /** Progress, notes and errors. */
  err(text: string): void;
  /** A person is watching stderr. */
  readonly terminal: boolean;
}

/** Exit statuses of all commands. */
export const exitStatus = {
  ok: 0,
  missed: 1,
  badInput: 2,
  deviceUnfit: 3,
  ...signalStatus,
} as const;

/** Folder of the checkout: `deno.json`, `experiments/`, `reports/`. */
export const root = fromFileUrl(new URL("../../", import.meta.url)).replace(/\/$/, "");

/** Folder of the experiments that go by their names. */
export const experimentsFolder = join(root, "experiments");

/**
 * Where the person stands: `deno task` moves to the checkout and leaves the origin in INIT_CWD.
 *
 * @example
 * ```ts
 * import { invocationFolder } from "assay/cli";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(invocationFolder(), Deno.env.get("INIT_CWD") ?? Deno.cwd());
 * ```
 */
export function invocationFolder(): string {
  return Deno.env.get("INIT_CWD") ?? Deno.cwd();
}

/**
 * The reports folder: `--out` seen from where the person stands, else `reports/` of the checkout.
 *
 * @example
 * ```ts
 * import { reportsFolder } from "assay/cli";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(reportsFolder("/tmp/a"), "/tmp/a");
 * ```
 */
export function reportsFolder(out: string | undefined): string {
  if (out === undefined) return resolve(root, "reports");
  return isAbsolute(out) ? out : resolve(invocationFolder(), out);
}
