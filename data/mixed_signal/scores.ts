/**
 * How well components were extracted. A sequence's first second is no part of a score: nobody can know
 * a phase before having heard it. What happens there is reported beside it.
 *
 * @module
 */

import { type BootstrapInterval, bootstrapInterval, type Key, log, regressionScores } from "assay";
import type { MixedSignal } from "./modes.ts";
import { type Stream, streamViews } from "./streams.ts";

/** Seconds at a sequence's start that are not scored. */
export const WARM_UP = 1;

/** Seconds over which the error power is averaged to see it settle. */
const SETTLING_WINDOW = 0.2;

/** Scores over some streams; all errors are squared, in the square of the target's unit. */
export interface SignalScores {
  /** Mean squared error after the warm-up. */
  readonly mse: number;
  /** `mse` over the mean square of the targets on the same samples: 1 for the zero predictor. */
  readonly normalised: number;
  /** Pearson's r after the warm-up. */
  readonly correlation: number;
  /** Mean squared error of the raw mixture times the number of frequencies, after the warm-up. */
  readonly mixtureError: number;
  /** What is gained over the raw mixture, 10 log10(`mixtureError` / `mse`), decibels. */
  readonly gain: number;
  /** Mean squared error of the warm-up. */
  readonly warmUp: number;
  /** Seconds until the error has settled; see {@linkcode settlingTime}. */
  readonly settling: number;
  /** Mean squared error of each frequency; NaN where no stream asks for it. */
  readonly byFrequency: readonly number[];
  /** Mean squared error of each sequence that a stream hears, in the order of first appearance. */
  readonly bySequence: Float64Array;
}

/** What may be changed about a score. */
export interface ScoreOptions {
  /** Seconds that are not scored. Default {@linkcode WARM_UP}. */
  readonly warmUp?: number;
}

/**
 * Scores the answers to some streams.
 *
 * @param streams The streams in the order of the predictions.
 * @param predictions `[streams, time]`, a model's `[streams, time, 1]` or what `leastSquares` gives.
 * @throws {RangeError} When the shapes disagree, a prediction is not finite, or the warm-up leaves
 * nothing or has no sample itself.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { mixedSignal } from "./generate.ts";
 * import { allStreams } from "./streams.ts";
 *
 * const signal = mixedSignal(rootKey(1), { mode: "sequence", count: 4 });
 * const scores = signalScores(signal, allStreams(signal), new Float32Array(4 * 4 * 1000));
 * assertAlmostEquals(scores.normalised, 1, 1e-12);
 * assertEquals(scores.bySequence.length, 4);
 * ```
 */
export function signalScores(
  signal: MixedSignal,
  streams: readonly Stream[],
  predictions: Float32Array | Float64Array,
  { warmUp = WARM_UP }: ScoreOptions = {},
): SignalScores {
  const { time, frequencies, samplesPerSecond } = signal;
  const width = frequencies.length;
  const first = Math.round(warmUp * samplesPerSecond);
  if (streams.length === 0 || predictions.length !== streams.length * time) {
    throw new RangeError(
      `Cannot score ${predictions.length} predictions of ${streams.length} streams: one for each of ` +
        `the ${time} samples of each stream is needed, and at least one stream`,
    );
  }
  if (!(first >= 1 && first < time)) {
    throw new RangeError(
      `Cannot score sequences of ${time} samples after a warm-up of ${first}: both the warm-up and ` +
        `what follows need at least one`,
    );
  }
  const wrong = predictions.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new RangeError(
      `Cannot score predictions: sample ${wrong % time} of stream ${Math.floor(wrong / time)} is ` +
        `${predictions[wrong]}; finite numbers are needed`,
    );
  }
  const scored = time - first;
  const actual = new Float64Array(streams.length * scored);
  const predicted = new Float64Array(streams.length * scored);
  const profile = new Float64Array(time);
  const errors = new Float64Array(streams.length);
  let squares = 0, raw = 0, warm = 0, power = 0;
  streams.forEach((stream, row) => {
    const { mixture, component } = streamViews(signal, stream);
    let own = 0;
    for (let k = 0; k < time; k++) {
      const target = component[k]!, answer = predictions[row * time + k]!;
      const error = (answer - target) ** 2;
      profile[k]! += error / streams.length;
      if (k < first) {
        warm += error;
        continue;
      }
      own += error;
      raw += (width * mixture[k]! - target) ** 2;
      power += target ** 2;
      actual[row * scored + k - first] = target;
      predicted[row * scored + k - first] = answer;
    }
    squares += own;
    errors[row] = own / scored;
  });
  const samples = streams.length * scored;
  return {
    mse: squares / samples,
    normalised: squares / power,
    correlation: regressionScores(actual, predicted).correlation,
    mixtureError: raw / samples,
    gain: 10 * (log(raw / squares) / Math.LN10),
    warmUp: warm / (streams.length * first),
    settling: settlingTime(profile, samplesPerSecond),
    byFrequency: frequencies.map((_, i) =>
      mean(errors.filter((_, row) => streams[row]!.frequency === i))
    ),
    bySequence: Float64Array.from(
      Map.groupBy(errors.keys(), (row) => streams[row]!.sequence).values(),
      (rows) => mean(rows.map((row) => errors[row]!)),
    ),
  };
}

/**
 * When an error has settled: the time of the newest sample of the first 0.2 s from which on the error
 * power, averaged over 0.2 s, stays at or below twice that of the last 0.2 s.
 *
 * @param profile Mean squared error at each sample, over streams: of one stream alone it follows the
 * noise.
 * @returns Seconds; the earliest answer is the end of the first 0.2 s, the latest the sequence's.
 * @throws {RangeError} When the profile is shorter than 0.2 s.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * // 1 for two seconds, then 0.01.
 * const profile = Float64Array.from({ length: 500 }, (_, k) => k < 200 ? 1 : 0.01);
 * assertAlmostEquals(settlingTime(profile, 100), 2.19, 1e-12);
 * ```
 */
export function settlingTime(profile: Float64Array, samplesPerSecond: number): number {
  const window = Math.max(1, Math.round(SETTLING_WINDOW * samplesPerSecond));
  if (profile.length < window) {
    throw new RangeError(
      `Cannot tell when an error of ${profile.length} samples settles: ${window} are needed, ` +
        `${SETTLING_WINDOW} s of ${samplesPerSecond} a second`,
    );
  }
  const averaged = (newest: number) => {
    let sum = 0;
    for (let k = newest - window + 1; k <= newest; k++) sum += profile[k]!;
    return sum;
  };
  let settled = profile.length - 1;
  const final = averaged(settled);
  while (settled >= window && averaged(settled - 1) <= 2 * final) settled--;
  return settled / samplesPerSecond;
}

/**
 * Test error over training error with a bootstrap interval over sequences, the units that are
 * independent.
 *
 * @param test Mean squared errors of test sequences, `bySequence` of {@linkcode SignalScores}.
 * @param train The same of training sequences, scored with the same frozen weights.
 * @throws {RangeError} As `bootstrapInterval`.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const errors = Float64Array.of(0.01, 0.01, 0.01);
 * assertEquals(
 *   generalisationRatio(rootKey(1), errors.map((e) => 2 * e), errors),
 *   { value: 2, low: 2, high: 2 },
 * );
 * ```
 */
export function generalisationRatio(
  key: Key,
  test: Float64Array,
  train: Float64Array,
): BootstrapInterval {
  return bootstrapInterval(key, [test, train], ([test, train]) => mean(test!) / mean(train!));
}

/** The plain mean; NaN of nothing. */
function mean(values: ArrayLike<number> & Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
