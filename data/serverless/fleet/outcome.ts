/**
 * What came of some invocations. Outcomes of parts add up to the outcome of the whole.
 *
 * @module
 */

/** Sums over invocations and over the instances that served them. */
export interface Outcome {
  invocations: number;
  coldStarts: number;
  /** Invocations whose latency exceeded the function's limit. */
  violations: number;
  /** Sum of latencies: network, waiting, cold start and running. */
  latencySeconds: number;
  /** Sum of min(latency / limit, 1). */
  limitShares: number;
  /** Sum of the time waited for an instance when the limit of instances was reached. */
  waitSeconds: number;
  /** Memory × time: running, starting, idle (kept alive or provisioned). */
  busyGbSeconds: number;
  startingGbSeconds: number;
  idleGbSeconds: number;
  /** Memory × time kept provisioned, and the part of the running that was on it. */
  provisionedGbSeconds: number;
  provisionedBusyGbSeconds: number;
  costUsd: number;
  carbonGrams: number;
  /** Counts of latencies in bins that grow with them; {@linkcode latencyBin} numbers them. */
  readonly latencies: Uint32Array;
}

/** Bins in an octave, as a power of two: a bin is 3 to 6 % wide. */
const BIN_BITS = 4;

/** Bins run from 2⁻¹⁰ s (1 ms) to 2¹⁴ s (4.5 h); what lies outside counts in the first or last. */
const LOWEST_EXPONENT = -10, OCTAVES = 24;
const BINS = OCTAVES << BIN_BITS;

/** A bin is the upper bits of an f32: its exponent and the first bits of its fraction. */
const SHIFT = 23 - BIN_BITS;
const FIRST_BIN = (127 + LOWEST_EXPONENT) << BIN_BITS;
const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** An outcome of nothing. */
export function emptyOutcome(): Outcome {
  return {
    invocations: 0,
    coldStarts: 0,
    violations: 0,
    latencySeconds: 0,
    limitShares: 0,
    waitSeconds: 0,
    busyGbSeconds: 0,
    startingGbSeconds: 0,
    idleGbSeconds: 0,
    provisionedGbSeconds: 0,
    provisionedBusyGbSeconds: 0,
    costUsd: 0,
    carbonGrams: 0,
    latencies: new Uint32Array(BINS),
  };
}

/** Makes an outcome one of nothing again. */
export function clearOutcome(outcome: Outcome): void {
  outcome.invocations = outcome.coldStarts = outcome.violations = 0;
  outcome.latencySeconds = outcome.limitShares = outcome.waitSeconds = 0;
  outcome.busyGbSeconds = outcome.startingGbSeconds = outcome.idleGbSeconds = 0;
  outcome.provisionedGbSeconds = outcome.provisionedBusyGbSeconds = 0;
  outcome.costUsd = outcome.carbonGrams = 0;
  outcome.latencies.fill(0);
}

/**
 * Adds an outcome to another. Sums are named one by one here and above: this is done for every hour of a function, and
 * a loop over their names takes three times as long.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const day = emptyOutcome(), hour = { ...emptyOutcome(), invocations: 3, costUsd: 0.5 };
 * addOutcome(day, hour);
 * addOutcome(day, hour);
 * assertEquals([day.invocations, day.costUsd], [6, 1]);
 * ```
 */
export function addOutcome(into: Outcome, part: Outcome): void {
  into.invocations += part.invocations;
  into.coldStarts += part.coldStarts;
  into.violations += part.violations;
  into.latencySeconds += part.latencySeconds;
  into.limitShares += part.limitShares;
  into.waitSeconds += part.waitSeconds;
  into.busyGbSeconds += part.busyGbSeconds;
  into.startingGbSeconds += part.startingGbSeconds;
  into.idleGbSeconds += part.idleGbSeconds;
  into.provisionedGbSeconds += part.provisionedGbSeconds;
  into.provisionedBusyGbSeconds += part.provisionedBusyGbSeconds;
  into.costUsd += part.costUsd;
  into.carbonGrams += part.carbonGrams;
  for (let bin = 0; bin < BINS; bin++) into.latencies[bin]! += part.latencies[bin]!;
}

/** The bin of a latency in seconds. */
export function latencyBin(seconds: number): number {
  float[0] = seconds;
  const bin = (bits[0]! >>> SHIFT) - FIRST_BIN;
  return bin < 0 ? 0 : bin < BINS ? bin : BINS - 1;
}

/**
 * The latency that a part of the invocations stays below, right to the width of a bin.
 *
 * @param part From 0 to 1, such as 0.99.
 * @returns Seconds, interpolated inside the bin; 0 of no invocations.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const outcome = emptyOutcome();
 * for (let ms = 1; ms <= 1000; ms++) outcome.latencies[latencyBin(ms / 1000)]!++;
 * outcome.invocations = 1000;
 * assertAlmostEquals(latencyQuantile(outcome, 0.95), 0.95, 0.01);
 * ```
 */
export function latencyQuantile(outcome: Outcome, part: number): number {
  const wanted = part * outcome.invocations;
  let below = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const count = outcome.latencies[bin]!;
    if (count > 0 && below + count >= wanted) {
      const low = lowerEdge(bin);
      return low + (lowerEdge(bin + 1) - low) * ((wanted - below) / count);
    }
    below += count;
  }
  return 0;
}

/** Time in use over the time that instances were there: running / (running + starting + idle). */
export function utilisation(outcome: Outcome): number {
  const { busyGbSeconds, startingGbSeconds, idleGbSeconds } = outcome;
  const held = busyGbSeconds + startingGbSeconds + idleGbSeconds;
  return held === 0 ? 0 : busyGbSeconds / held;
}

function lowerEdge(bin: number): number {
  bits[0] = (bin + FIRST_BIN) << SHIFT;
  return float[0]!;
}
