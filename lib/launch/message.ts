/**
 * What a process with a run says of it.
 *
 * @module
 */

import { DeviceUnfit, InputError } from "../numeric/errors.ts";
import type { StopSignal } from "../run/interruption.ts";
import type { Finding } from "../train/monitors/types.ts";

/** How the run goes. */
export type Telling =
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "finding"; readonly label: string; readonly finding: Finding }
  | {
    readonly kind: "advance";
    readonly label: string;
    readonly done: number;
    readonly total: number;
    readonly detail: string;
  };

/** How it ended. */
export type Ending =
  | { readonly kind: "finished"; readonly runId: string; readonly reused: boolean }
  /** The process ends after it. */
  | {
    readonly kind: "failed";
    readonly name: string;
    readonly message: string;
    readonly stack: string;
  }
  /** The process ends itself in the middle of a run. */
  | { readonly kind: "giving up"; readonly why: string }
  /** Stopped after a checkpoint; the process ends after it. */
  | { readonly kind: "interrupted"; readonly signal: StopSignal };

/** The error of a run in another process, as this process would have met it. */
export function errorOf({ name, message, stack }: Ending & { kind: "failed" }): Error {
  if (name === "DeviceUnfit") return new DeviceUnfit(message);
  if (name === "InputError") return new InputError(message);
  return Object.assign(new Error(message), { name, ...(stack === "" ? {} : { stack }) });
}
