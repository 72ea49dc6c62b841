/**
 * A fleet: the functions of a trace, their invocations, and when their placement is decided.
 *
 * @module
 */

import { log } from "assay";
import type { InvocationTrace } from "../invocation_trace.ts";
import { type Arrivals, arrivalsOf } from "./arrivals.ts";
import { DAY_HOURS, type FunctionHours, functionHours, HOUR_SECONDS } from "./hours.ts";
import { type FunctionProfile, profileFunctions } from "./profiles.ts";

/** The parts of a trace, in time. */
export type Part = "train" | "validation" | "test";

/** Where the parts of a trace end, hours since its first midnight. */
export interface FleetSplit {
  readonly trainHours: number;
  readonly validationHours: number;
}

/**
 * 70, 15 and 15 % of whole days, in whole hours.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(hourSplit(14), { trainHours: 235, validationHours: 285 });
 * ```
 */
export function hourSplit(days: number): FleetSplit {
  // In hundredths, which are exact.
  const share = (percent: number) => Math.floor(days * DAY_HOURS * percent / 100);
  return { trainHours: share(70), validationHours: share(85) };
}

/** An application as the training part shows it; averages over its invocations. */
export interface ApplicationProfile {
  readonly coldStarts: number;
  readonly violations: number;
  readonly burstShare: number;
  /** Invocations an hour. */
  readonly hourly: number;
}

/** The rows `[from, to)` of {@linkcode FunctionHours} that one function has on one day of a part. */
export interface Episode {
  readonly from: number;
  readonly to: number;
}

/** Everything that does not change while the fleet runs. */
export interface Fleet {
  readonly arrivals: Arrivals;
  readonly profiles: readonly FunctionProfile[];
  readonly applications: readonly ApplicationProfile[];
  readonly hours: FunctionHours;
  /** The hours `[begin, end)` of each part. */
  readonly parts: Readonly<Record<Part, readonly [begin: number, end: number]>>;
  readonly episodes: Readonly<Record<Part, readonly Episode[]>>;
  /** Largest values of the training part: invocations of a function-hour, seconds of a mean duration. */
  readonly largest: { readonly invocations: number; readonly seconds: number };
}

/** Values beyond the largest of the training part are cut here. */
const SCALED_LIMIT = 1.5;

/**
 * Makes a fleet of a trace. Profiles, scales and references come from the training part alone.
 *
 * @throws {RangeError} When the training part has no invocation.
 */
export function fleetOf(trace: InvocationTrace, split: FleetSplit): Fleet {
  const arrivals = arrivalsOf(trace);
  const hours = functionHours(arrivals);
  const { trainHours, validationHours } = split;
  const profiles = profileFunctions(trace.functions, arrivals, trainHours * HOUR_SECONDS);
  let invocations = 0, end = validationHours;
  for (let row = 0; row < hours.hour.length; row++) {
    end = Math.max(end, hours.hour[row]! + 1);
    if (hours.hour[row]! >= trainHours) continue;
    invocations = Math.max(invocations, hours.invocations[row]!);
  }
  const parts = {
    train: [0, trainHours],
    validation: [trainHours, validationHours],
    test: [validationHours, end],
  } as const;
  return {
    arrivals,
    profiles,
    applications: applicationsOf(profiles, trainHours),
    hours,
    parts,
    episodes: {
      train: episodesOf(hours, ...parts.train),
      validation: episodesOf(hours, ...parts.validation),
      test: episodesOf(hours, ...parts.test),
    },
    largest: {
      invocations,
      seconds: profiles.reduce((most, { meanSeconds }) => Math.max(most, meanSeconds), 0),
    },
  };
}

/**
 * A positive quantity on a logarithmic scale: 0 at 0, 1 at the largest of the training part.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0, 7, 1e6].map((count) => logScaled(count, 7)), [0, 1, 1.5]);
 * ```
 */
export function logScaled(value: number, largest: number): number {
  return Math.min(log(1 + value) / log(1 + largest), SCALED_LIMIT);
}

/** A function's days within hours `[begin, end)`, by function and then by day. */
function episodesOf(hours: FunctionHours, begin: number, end: number): Episode[] {
  const { functionIndex, hour } = hours;
  const dayOf = (row: number) => Math.floor(hour[row]! / DAY_HOURS);
  const within = (row: number) => hour[row]! >= begin && hour[row]! < end;
  const episodes: Episode[] = [];
  for (let from = 0, to = 0; from < hour.length; from = to) {
    do to++; while (
      to < hour.length && functionIndex[to] === functionIndex[from] &&
      dayOf(to) === dayOf(from) && within(to) === within(from)
    );
    if (within(from)) episodes.push({ from, to });
  }
  return episodes;
}

function applicationsOf(profiles: readonly FunctionProfile[], hours: number): ApplicationProfile[] {
  const count = profiles.reduce((most, { appIndex }) => Math.max(most, appIndex + 1), 0);
  return Array.from({ length: count }, (_, app) => {
    const own = profiles.filter(({ appIndex }) => appIndex === app);
    const total = own.reduce((sum, { invocations }) => sum + invocations, 0);
    // Functions that the training part lacks count once, with what they are taken for.
    const weights = own.map(({ invocations }) => total > 0 ? invocations / total : 1 / own.length);
    const average = (value: (profile: FunctionProfile) => number) =>
      own.reduce((sum, profile, i) => sum + weights[i]! * value(profile), 0);
    return {
      coldStarts: average(({ reference }) => reference.coldStarts),
      violations: average(({ reference }) => reference.violations),
      burstShare: average(({ burstShare }) => burstShare),
      hourly: total / hours,
    };
  });
}
