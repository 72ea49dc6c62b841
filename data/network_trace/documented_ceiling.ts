/**
 * The best forecasts of the documented generator: functionals of each target's distribution given
 * hour and weekend. All its noise is white, so nothing else in a window helps and the horizon does
 * not matter.
 *
 * The means of throughput (a clipped normal), round-trip time and loss (linear in it) are closed
 * forms; the clips of the last two, reached with probability below 1e-4, are not in them. The mean
 * of jitter and all medians are quadratures: the distribution of a field given the one it hangs on
 * is closed, and the latter stands on a grid of 300 cells with its clipped masses apart.
 *
 * @module
 */

import { exp, normalCdf, normalDensity } from "assay";
import { TRACE_RANGES } from "./columns.ts";
import { baseThroughput, DOCUMENTED_NOISE } from "./documented.ts";
import {
  type Functionals,
  type GridDistribution,
  gridDistribution,
  gridMedians,
  gridPoints,
} from "./functionals.ts";

/** Even cells of a grid. */
const CELLS = 300;

/** Functionals of the four targets, in the order of `TRACE_TARGETS`. */
export type HourFunctionals = readonly [Functionals, Functionals, Functionals, Functionals];

/** A number that depends on a random level: the level's possible values and their masses. */
interface Levels {
  readonly values: Float64Array;
  readonly masses: Float64Array;
}

/**
 * The four targets' functionals in an hour of a weekday.
 *
 * @param noise Factor on the documented noise: 1 for `v1`, 0.1 for `lownoise`.
 */
export function documentedFunctionals(
  hour: number,
  weekday: number,
  noise: number,
): HourFunctionals {
  const base = baseThroughput(hour, weekday);
  const sd = noise * DOCUMENTED_NOISE.throughput;
  const [low, high] = TRACE_RANGES.throughput_mbps;
  const a = (low - base) / sd, b = (high - base) / sd;
  const meanThroughput = low * normalCdf(a) + high * normalCdf(-b) +
    base * (normalCdf(b) - normalCdf(a)) + sd * (normalDensity(a) - normalDensity(b));
  const throughput = gridDistribution(
    evenGrid(Math.max(low, base - 7 * sd), Math.min(high, base + 7 * sd)),
    (y) => normalCdf((y - base) / sd),
  );

  const rttSd = noise * DOCUMENTED_NOISE.rtt;
  const rttLevels = levels(throughput, (t) => 50 - (t - 500) / 20);
  const rtt = gridDistribution(
    spanGrid(rttLevels, 7 * rttSd, 7 * rttSd, TRACE_RANGES.rtt_ms),
    (y) => average(rttLevels, (level) => normalCdf((y - level) / rttSd)),
  );

  const meanLoss = noise * DOCUMENTED_NOISE.loss;
  const lossLevels = levels(throughput, (t) => 0.05 * (1000 - t) / 1000);
  const loss = gridDistribution(
    withTinySteps(spanGrid(lossLevels, 0, 25 * meanLoss, TRACE_RANGES.packet_loss)),
    (y) => average(lossLevels, (level) => exponentialCdf(y - level, meanLoss)),
  );

  const meanJitter = noise * DOCUMENTED_NOISE.jitter;
  const jitterLevels = levels(rtt, (r) => 0.1 * r);
  const jitter = gridDistribution(
    spanGrid(jitterLevels, 0, 25 * meanJitter, TRACE_RANGES.jitter_ms),
    (y) => average(jitterLevels, (level) => exponentialCdf(y - level, meanJitter)),
  );
  // E min(level + e, top), e exponential with mean m, is level + m (1 − exp(−(top − level) / m)).
  const top = TRACE_RANGES.jitter_ms[1];
  const clippedJitter = average(
    jitterLevels,
    (level) => level + meanJitter * exponentialCdf(top - level, meanJitter),
  );

  return [
    { mean: meanThroughput, ...gridMedians(throughput) },
    { mean: 50 - (meanThroughput - 500) / 20, ...gridMedians(rtt) },
    { mean: 0.05 * (1000 - meanThroughput) / 1000 + meanLoss, ...gridMedians(loss) },
    { mean: clippedJitter, ...gridMedians(jitter) },
  ];
}

function levels(distribution: GridDistribution, f: (value: number) => number): Levels {
  return { values: gridPoints(distribution).map(f), masses: distribution.masses };
}

function average({ values, masses }: Levels, f: (level: number) => number): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    if (masses[k] !== 0) sum += masses[k]! * f(values[k]!);
  }
  return sum;
}

function exponentialCdf(y: number, mean: number): number {
  return y > 0 ? 1 - exp(-y / mean) : 0;
}

function evenGrid(low: number, high: number): Float64Array {
  return Float64Array.from({ length: CELLS + 1 }, (_, k) => low + (high - low) * k / CELLS);
}

/** An even grid over the levels with margins, inside a range. */
function spanGrid(
  { values }: Levels,
  below: number,
  above: number,
  [low, high]: readonly [number, number],
): Float64Array {
  const ends = [values[0]!, values[values.length - 1]!];
  return evenGrid(
    Math.max(low, Math.min(...ends) - below),
    Math.min(high, Math.max(...ends) + above),
  );
}

/** Gives a grid that starts at 0, where 1 / y diverges, geometric steps from 1e-10 on. */
function withTinySteps(grid: Float64Array): Float64Array {
  if (grid[0]! > 0) return grid;
  const tiny = [0];
  for (let y = 1e-10; y < grid[1]!; y *= 1.2) tiny.push(y);
  return Float64Array.from([...tiny, ...grid.subarray(1)]);
}
