/**
 * A run as a stopper reads it: one of the numbers that it logs, whatever experiment it is of.
 *
 * @module
 */

import type { Moment, RunSoFar } from "../stopping/run_stopper.ts";
import type { Event } from "./schema.ts";

/** A moment of a run, its progress in steps. */
export interface LoggedMoment extends Moment {
  /** NaN where the number was not finite. */
  readonly value: number;
}

/**
 * What a run has logged so far under a tag.
 *
 * @param events Of `events.jsonl`, in their order.
 * @param tag Such as `v1/validation/loss`, which `ctx.fit("v1", ...)` logs after every epoch.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const events = [{ step: 32, epoch: 1, tag: "v1/validation/loss", value: 0.5 }];
 * assertEquals(loggedRun(events, "v1/validation/loss"), { history: [{ progress: 32, value: 0.5 }] });
 * ```
 */
export function loggedRun(events: readonly Event[], tag: string): RunSoFar<LoggedMoment> {
  return {
    history: events.filter((event) => event.tag === tag)
      .map(({ step, value }) => ({ progress: step, value: value ?? NaN })),
  };
}
