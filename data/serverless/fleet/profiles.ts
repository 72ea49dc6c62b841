/**
 * What is known of each function from the training part of a trace.
 *
 * @module
 */

import type { TracedFunction } from "../invocation_trace.ts";
import { type Arrivals, firstFrom } from "./arrivals.ts";
import { FunctionRun } from "./function_run.ts";
import { burstGaps } from "./hours.ts";
import { demandOf } from "./memory_law.ts";
import { emptyOutcome, type Outcome } from "./outcome.ts";
import type { Placeable, Placement } from "./placement.ts";

/** A function's limit of latency is this and twice its mean duration. */
const SLA_BASE_SECONDS = 1, SLA_DURATIONS = 2;

/** Where functions are taken to run for reference: the first provider, at home, as much memory. */
const REFERENCE_PROVIDER = 0;

/** A function as the training part shows it. */
export interface FunctionProfile extends Placeable {
  /** Its application, an index. */
  readonly appIndex: number;
  /** The provider that the trace was taken at. */
  readonly provider: number;
  /** Invocations in the training part; 0 means that all the rest is the fleet's median. */
  readonly invocations: number;
  /** Of its durations in the trace, seconds. */
  readonly meanSeconds: number;
  readonly stdSeconds: number;
  /** Share of its invocations that follow the one before in a burst. */
  readonly burstShare: number;
  /** At the reference placement, per invocation. */
  readonly reference: Reference;
}

/** What an invocation came to at the reference placement. */
export interface Reference {
  readonly costUsd: number;
  readonly carbonGrams: number;
  /** Share of invocations. */
  readonly coldStarts: number;
  readonly violations: number;
}

/** The placement at which a function's reference is taken. */
export function referencePlacement(profile: Placeable): Placement {
  return {
    provider: REFERENCE_PROVIDER,
    region: profile.homeRegion,
    memoryMb: profile.tracedMemoryMb,
  };
}

/**
 * Profiles of all functions from what arrives before `end`, seconds. A function that does not occur
 * there is taken for one with the median of the others' mean durations that was invoked once.
 */
export function profileFunctions(
  functions: readonly TracedFunction[],
  arrivals: Arrivals,
  end: number,
): FunctionProfile[] {
  const { offsets, durations } = arrivals;
  const ends = functions.map((_, f) => firstFrom(arrivals, offsets[f]!, offsets[f + 1]!, end));
  const moments = functions.map((_, f) => momentsOf(durations, offsets[f]!, ends[f]!));
  const known = moments.filter(({ count }) => count > 0).map(({ mean }) => mean).sort((a, b) =>
    a - b
  );
  if (known.length === 0) {
    throw new RangeError(`Cannot profile functions: none is invoked before ${end} s`);
  }
  const median = known[known.length >> 1]!;

  return functions.map((traced, f) => {
    const { count, mean, std } = moments[f]!;
    const meanSeconds = count > 0 ? mean : median;
    const placeable = {
      ...demandOf(`${traced.app}/${traced.func}`, traced.memoryMb),
      homeRegion: traced.homeRegion,
      slaSeconds: SLA_BASE_SECONDS + SLA_DURATIONS * meanSeconds,
    };
    const outcome = count > 0
      ? runAtReference(placeable, arrivals, offsets[f]!, ends[f]!, end)
      : runAtReference(placeable, single(meanSeconds), 0, 1, end);
    return {
      ...placeable,
      appIndex: traced.appIndex,
      provider: traced.provider,
      invocations: count,
      meanSeconds,
      stdSeconds: std,
      burstShare: count > 0 ? burstGaps(arrivals, offsets[f]! + 1, ends[f]!) / count : 0,
      reference: {
        costUsd: outcome.costUsd / outcome.invocations,
        carbonGrams: outcome.carbonGrams / outcome.invocations,
        coldStarts: outcome.coldStarts / outcome.invocations,
        violations: outcome.violations / outcome.invocations,
      },
    };
  });
}

function runAtReference(
  what: Placeable,
  arrivals: Arrivals,
  from: number,
  to: number,
  end: number,
): Outcome {
  const outcome = emptyOutcome();
  const run = new FunctionRun(arrivals);
  run.begin(what, referencePlacement(what), 0, from, to);
  run.advance(end, outcome);
  run.finish(outcome);
  return outcome;
}

function single(seconds: number): Arrivals {
  return {
    offsets: Uint32Array.of(0, 1),
    seconds: Float64Array.of(0),
    durations: Float32Array.of(seconds),
  };
}

function momentsOf(durations: Float32Array, from: number, to: number) {
  const count = to - from;
  let sum = 0, squares = 0;
  for (let i = from; i < to; i++) sum += durations[i]!;
  const mean = count > 0 ? sum / count : 0;
  for (let i = from; i < to; i++) squares += (durations[i]! - mean) * (durations[i]! - mean);
  return { count, mean, std: count > 0 ? Math.sqrt(squares / count) : 0 };
}
