/**
 * The bootstrap: how far a statistic might have come out otherwise, had other units been sampled.
 *
 * @module
 */

import { integers } from "../../random/distributions.ts";
import type { Key } from "../../random/key.ts";

/** A statistic with its one-sided 95 % bounds; between them lies the two-sided 90 % interval. */
export interface BootstrapInterval {
  /** The statistic of the samples as they are. */
  readonly value: number;
  /** 5 % of the resampled statistics lie below it. */
  readonly low: number;
  /** 5 % lie above it. */
  readonly high: number;
}

/** What a bootstrap may be told. */
export interface BootstrapOptions {
  /** How many times to resample. Default 2000. */
  readonly resamples?: number;
}

/** Part of the resampled statistics beyond each bound. */
const TAIL = 0.05;

/**
 * The percentile bootstrap. Every sample is drawn anew from its own values, with replacement and to its
 * own length; the bounds are the 5 % and 95 % quantiles of the statistic over many such draws (between
 * two order statistics, linearly). A value stands for an independent unit, so errors that share a
 * sequence or a group are to be averaged over it first. With few values (below about 20) the interval
 * is too narrow.
 *
 * @param key Resample `r` draws the positions in sample `j` from `key.at(r).at(j)`.
 * @param samples One array of values a sample; samples are independent of each other.
 * @param statistic A function of arrays of the same lengths in the same order. It must not keep them:
 * they are overwritten by the next draw.
 * @throws {RangeError} When there is no sample, one is empty or holds a number that is not finite,
 * `resamples` is not a whole number from 1, or the statistic of a draw is NaN.
 *
 * @example
 * ```ts
 * import { bootstrapInterval, rootKey } from "assay";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const mean = (values: Float64Array) => values.reduce((sum, v) => sum + v, 0) / values.length;
 * const test = Float64Array.of(2, 3, 4, 3), train = Float64Array.of(2, 2, 1, 3);
 * const ratio = bootstrapInterval(
 *   rootKey(1),
 *   [test, train],
 *   ([test, train]) => mean(test!) / mean(train!),
 * );
 * assertEquals(ratio.value, 1.5);
 * assert(ratio.low > 1 && ratio.low < 1.5 && ratio.high > 1.5 && ratio.high < 2.5);
 * ```
 */
export function bootstrapInterval(
  key: Key,
  samples: readonly Float64Array[],
  statistic: (samples: readonly Float64Array[]) => number,
  { resamples = 2000 }: BootstrapOptions = {},
): BootstrapInterval {
  if (!Number.isSafeInteger(resamples) || resamples < 1) {
    throw new RangeError(
      `Cannot bootstrap with ${resamples} resamples: a whole number from 1 is needed`,
    );
  }
  if (samples.length === 0) {
    throw new RangeError("Cannot bootstrap without a sample: give at least one");
  }
  samples.forEach((values, j) => {
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (values.length > 0 && wrong < 0) return;
    throw new RangeError(
      `Cannot bootstrap: sample ${j} ${
        values.length === 0 ? "is empty" : `has the value ${values[wrong]} at ${wrong}`
      }; at least one value is needed, all of them finite`,
    );
  });
  const drawn = samples.map((values) => new Float64Array(values.length));
  const statistics = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    const draw = key.at(r);
    samples.forEach((values, j) => {
      const positions = integers(draw.at(j), values.length, 0, values.length);
      for (let i = 0; i < values.length; i++) drawn[j]![i] = values[positions[i]!]!;
    });
    statistics[r] = statistic(drawn);
    if (!Number.isNaN(statistics[r])) continue;
    throw new RangeError(
      `Cannot bootstrap: the statistic of resample ${r} is NaN; it has to be a number for every draw, ` +
        `such as one that repeats a single value`,
    );
  }
  statistics.sort();
  return {
    value: statistic(samples),
    low: quantile(statistics, TAIL),
    high: quantile(statistics, 1 - TAIL),
  };
}

/** The quantile of ascending values, between neighbours linearly. */
function quantile(sorted: Float64Array, p: number): number {
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!, high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  // Equal neighbours, infinite ones too, are their own quantile.
  return low === high ? low : low + (position - below) * (high - low);
}
