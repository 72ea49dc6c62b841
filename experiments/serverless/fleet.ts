/**
 * The fleet that the placement layers decide for: a trace, split in time.
 *
 * @module
 */

import { InputError } from "assay";
import {
  type Fleet,
  fleetOf,
  type FleetSplit,
  type Part,
} from "../../data/serverless/fleet/fleet.ts";
import { DAY_HOURS, HOUR_SECONDS } from "../../data/serverless/fleet/hours.ts";
import type { InvocationTrace } from "../../data/serverless/invocation_trace.ts";
import { stepSplit } from "../../data/serverless/step_windows.ts";

const WEEK_SECONDS = 7 * DAY_HOURS * HOUR_SECONDS;

/** Hours are counted in 16 bits. */
const MOST_HOURS = 65_536;

/**
 * A trace whose time counts from the last Sunday before it, so that it may have begun at any time.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { handTrace } from "../../data/serverless/fleet/testing.ts";
 *
 * const moved = sinceSunday(handTrace([{}], [[0, 7 * 86_400 + 10, 1]]));
 * assertEquals([...moved.endSeconds], [11]);
 * ```
 */
export function sinceSunday(trace: InvocationTrace): InvocationTrace {
  const origin = Math.floor(arrivalSpan(trace).first / WEEK_SECONDS) * WEEK_SECONDS;
  if (origin === 0) return trace;
  return { ...trace, endSeconds: trace.endSeconds.map((end) => end - origin) };
}

/**
 * The fleet of a trace since Sunday, its hours split 70, 15 and 15 %.
 *
 * @throws {InputError} When a part has no invocations, or the trace is longer than seven years.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { handTrace } from "../../data/serverless/fleet/testing.ts";
 *
 * const hourly = Array.from({ length: 100 }, (_, hour) => [0, 3600 * hour + 10, 1] as const);
 * const { parts } = splitFleet(handTrace([{}], hourly));
 * assertEquals(parts, { train: [0, 70], validation: [70, 85], test: [85, 100] });
 * ```
 */
export function splitFleet(trace: InvocationTrace): Fleet {
  const moved = sinceSunday(trace);
  const { first, last } = arrivalSpan(moved);
  const hours = {
    first: Math.floor(first / HOUR_SECONDS),
    end: Math.floor(last / HOUR_SECONDS) + 1,
  };
  const span = hours.end - hours.first;
  if (hours.end > MOST_HOURS) {
    throw new InputError(
      `Cannot place the functions of this trace: it spans ${span} hours, and at most ${MOST_HOURS} can be counted. ` +
        `Check that "end_timestamp" is in seconds, or keep fewer years.`,
    );
  }
  const { validation, test } = stepSplit(hours);
  const split = { trainHours: validation, validationHours: test };
  const bare = emptyPart(moved, split);
  if (bare !== null) {
    throw new InputError(
      `Cannot place the functions of this trace: its span of ${span} h is split in time, 70 % ` +
        `to train, 15 % to validate and 15 % to test, and nothing is invoked in the ${bare} part. Use a trace of some ` +
        `days, and leave out what lies far from the rest.`,
    );
  }
  return fleetOf(moved, split);
}

/** When the first and the last invocation arrive, seconds; none before midnight. */
function arrivalSpan({ endSeconds, durationSeconds }: InvocationTrace) {
  let first = Infinity, last = 0;
  for (let row = 0; row < endSeconds.length; row++) {
    const arrival = Math.max(0, endSeconds[row]! - durationSeconds[row]!);
    first = Math.min(first, arrival);
    last = Math.max(last, arrival);
  }
  return { first, last };
}

/** The first part in which nothing arrives. */
function emptyPart(
  { endSeconds, durationSeconds }: InvocationTrace,
  { trainHours, validationHours }: FleetSplit,
): Part | null {
  const found = new Set<Part>();
  for (let row = 0; row < endSeconds.length; row++) {
    const hour = Math.max(0, endSeconds[row]! - durationSeconds[row]!) / HOUR_SECONDS;
    found.add(hour < trainHours ? "train" : hour < validationHours ? "validation" : "test");
  }
  return (["train", "validation", "test"] as const).find((part) => !found.has(part)) ?? null;
}
