/**
 * The classical reference: a causal least-squares fit of all sinusoids to the last seconds of a mixture.
 *
 * At sample `k` the fit has a cosine and a sine of every frequency, counted from the newest sample: the
 * coefficient of the cosine is the component there. So its normal matrix depends on the number of
 * samples in the window alone, one small system a window length serves all sequences and times, and
 * the right-hand side comes from running sums: constant work a sample, whatever the window. The sums
 * are of `S cos(2π f t)` and `S sin(2π f t)` since the sequence began, so that a window's is a
 * difference of two; in f64 that costs about 1e-13 of the mixture's size.
 *
 * @module
 */

import { cos, sin, solvePositiveDefinite } from "assay";
import type { MixedSignal, SignalMode } from "./modes.ts";
import { WARM_UP } from "./scores.ts";
import { noiseVariance, phaseCoherence, targetPower } from "./theory.ts";

/** Which fit. */
export interface LeastSquaresOptions {
  /** Seconds of the past that are fitted. Before a sequence is that old, all of it is. */
  readonly window: number;
  /**
   * What the fit knows beforehand. `none`: plain least squares without a ridge, the estimate being `F`
   * (the number of frequencies) times the fitted component; 0 while a window is so short that the
   * expected error would be above the zero predictor's. `known`: the powers of components and noise,
   * as a ridge. No *linear* estimator that sees the same window has a smaller expected error (it is
   * the Wiener filter); where windows are whole half periods of all frequencies it is the plain fit
   * scaled. Default `none`.
   */
  readonly prior?: "none" | "known";
}

/** When and at which frequencies a mixture is sampled. */
export type Sampling = Pick<MixedSignal, "frequencies" | "samplesPerSecond" | "time">;

/**
 * The estimates of all components at every sample, from nothing but samples up to it.
 *
 * @returns f64 `[count, frequencies, time]`, as `components` and the streams of `allStreams`.
 * @throws {RangeError} When the window is shorter than a sample.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assert } from "@std/assert";
 * import { mixedSignal } from "./generate.ts";
 *
 * const signal = mixedSignal(rootKey(1), { mode: "sequence", count: 1 });
 * const estimates = leastSquares(signal, { window: 2 });
 * assert(Math.abs(estimates[999]! - signal.components[999]!) < 0.15);
 * ```
 */
export function leastSquares(signal: MixedSignal, options: LeastSquaresOptions): Float64Array {
  const { count, time, frequencies, mixture } = signal;
  const width = frequencies.length;
  const fits = windowFits(signal, signal.mode, options);
  const longest = fits.length;
  const estimates = new Float64Array(count * width * time);
  const waves = frequencies.map((frequency) => wave(frequency, signal, time));
  /** Running sums of the mixture times each wave, from before the first sample. */
  const sums = waves.map(() => ({
    cos: new Float64Array(time + 1),
    sin: new Float64Array(time + 1),
  }));
  const right = new Float64Array(2 * width);
  for (let sequence = 0; sequence < count; sequence++) {
    for (let i = 0; i < width; i++) {
      const { cos, sin } = waves[i]!, sum = sums[i]!;
      for (let k = 0; k < time; k++) {
        const value = mixture[sequence * time + k]!;
        sum.cos[k + 1] = sum.cos[k]! + value * cos[k]!;
        sum.sin[k + 1] = sum.sin[k]! + value * sin[k]!;
      }
    }
    for (let k = 0; k < time; k++) {
      const samples = Math.min(k + 1, longest);
      for (let i = 0; i < width; i++) {
        const { cos, sin } = waves[i]!, sum = sums[i]!;
        const inCos = sum.cos[k + 1]! - sum.cos[k + 1 - samples]!;
        const inSin = sum.sin[k + 1]! - sum.sin[k + 1 - samples]!;
        // From waves that start with the sequence to waves that start at the newest sample.
        right[2 * i] = cos[k]! * inCos + sin[k]! * inSin;
        right[2 * i + 1] = sin[k]! * inCos - cos[k]! * inSin;
      }
      const { weights } = fits[samples - 1]!;
      for (let j = 0; j < width; j++) {
        let estimate = 0;
        for (let r = 0; r < 2 * width; r++) estimate += weights[j * 2 * width + r]! * right[r]!;
        estimates[(sequence * width + j) * time + k] = estimate;
      }
    }
  }
  return estimates;
}

/** What {@linkcode expectedLeastSquaresError} averages over. */
export interface ExpectedErrorOptions extends LeastSquaresOptions, Sampling {
  /** Seconds at a sequence's start that are not scored. Default {@linkcode WARM_UP}. */
  readonly warmUp?: number;
}

/**
 * The expected squared error of {@linkcode leastSquares} over the scored samples, in closed form: an
 * expectation over phases, amplitudes and noise, exact in every mode but `assignment`, where it is a
 * mean over time of whole periods.
 *
 * @returns One error for each frequency.
 * @throws {RangeError} As {@linkcode leastSquares}; also when nothing is left to score.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const sampling = { frequencies: [1, 3, 5, 7], samplesPerSecond: 100, time: 1000 };
 * const [slowest] = expectedLeastSquaresError({ mode: "sequence" }, { ...sampling, window: 1 });
 * assertAlmostEquals(slowest!, 16 * 0.01 * 2 / 100, 1e-12); // two parameters, 100 samples
 * ```
 */
export function expectedLeastSquaresError(
  mode: SignalMode,
  options: ExpectedErrorOptions,
): number[] {
  const { time, samplesPerSecond, warmUp = WARM_UP } = options;
  const first = Math.round(warmUp * samplesPerSecond);
  if (!(first >= 0 && first < time)) {
    throw new RangeError(
      `Cannot average an error over ${time} samples after the first ${first}: none is left`,
    );
  }
  const fits = windowFits(options, mode, options);
  return options.frequencies.map((_, i) => {
    let sum = 0;
    for (let k = first; k < time; k++) sum += fits[Math.min(k + 1, fits.length) - 1]!.errors[i]!;
    return sum / (time - first);
  });
}

/** How a window of some number of samples is read. */
interface WindowFit {
  /** `[frequencies, 2 frequencies]`: estimates from the window's sums of cosines and sines. */
  readonly weights: Float64Array;
  /** Expected squared error of each estimate. */
  readonly errors: Float64Array;
}

/** Fits of 1, 2, … samples, up to the window. */
function windowFits(
  sampling: Sampling,
  mode: SignalMode,
  { window, prior = "none" }: LeastSquaresOptions,
): WindowFit[] {
  const { frequencies, samplesPerSecond, time } = sampling;
  const longest = Math.min(Math.round(window * samplesPerSecond), time);
  if (!(longest >= 1)) {
    throw new RangeError(
      `Cannot fit the last ${window} s of ${samplesPerSecond} samples a second: at least one sample ` +
        `is needed`,
    );
  }
  const width = frequencies.length, order = 2 * width;
  const power = targetPower(mode), coherence = phaseCoherence(mode);
  const noise = noiseVariance(mode, width);
  // In the mixture a target is `coherence / width` of its size. Nothing can be known of it at 0.
  const known = prior === "known" && coherence > 0;
  const factor = known ? width / coherence : width;
  const bias = (1 - factor * coherence / width) ** 2 * power;
  const ridge = known ? noise * factor ** 2 / power : 0;
  const lags = frequencies.map((frequency) => wave(frequency, sampling, longest));
  const normal = new Float64Array(order * order);
  for (let r = 0; r < order; r++) normal[r * order + r] = ridge;
  const fits: WindowFit[] = [];
  for (let samples = 1; samples <= longest; samples++) {
    const row = lags.flatMap(({ cos, sin }) => [cos[samples - 1]!, sin[samples - 1]!]);
    for (let r = 0; r < order; r++) {
      for (let c = 0; c < order; c++) normal[r * order + c]! += row[r]! * row[c]!;
    }
    // The columns of the inverse that belong to the cosines.
    const inverse = new Float64Array(order * width);
    for (let i = 0; i < width; i++) inverse[2 * i * width + i] = 1;
    const solved = solvePositiveDefinite(normal.slice(), inverse, order);
    const weights = new Float64Array(width * order);
    const errors = new Float64Array(width).fill(power);
    for (let i = 0; solved && i < width; i++) {
      const error = bias + factor ** 2 * noise * inverse[2 * i * width + i]!;
      if (!(error < power)) continue;
      errors[i] = error;
      for (let r = 0; r < order; r++) weights[i * order + r] = factor * inverse[r * width + i]!;
    }
    fits.push({ weights, errors });
  }
  return fits;
}

/** Cosine and sine of a frequency at the first samples, `[samples]` f64 each. */
function wave(frequency: number, { samplesPerSecond }: Sampling, samples: number) {
  const angles = Float64Array.from(
    { length: samples },
    (_, k) => 2 * Math.PI * frequency * (k / samplesPerSecond),
  );
  return { cos: angles.map(cos), sin: angles.map(sin) };
}
