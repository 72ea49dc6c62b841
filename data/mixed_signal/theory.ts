/**
 * What is known of each mode in closed form: powers, signal-to-noise ratios, and where no estimator can
 * do better than to say nothing. With E[A²] = 1 + 0.4² / 12 = 1.01333 and `F` frequencies.
 *
 * @module
 */

import { sin } from "assay";
import { AMPLITUDES, checkMode, FREQUENCIES, NOISE_SD, type SignalMode } from "./modes.ts";

/** E[A²] of an amplitude uniform in its range: mean squared, and width squared over 12. */
const AMPLITUDE_POWER = ((AMPLITUDES.low + AMPLITUDES.high) / 2) ** 2 +
  (AMPLITUDES.high - AMPLITUDES.low) ** 2 / 12;

/**
 * Variance of the mixture, E[A²] / (2F), plus 0.01 in `sequence` mode, over phases, amplitudes and
 * noise. In `assignment` mode this is the variance of every single sample, whatever its time.
 *
 * @param count Number of frequencies, `F`.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(mixtureVariance({ mode: "assignment" }), 0.126667, 1e-6);
 * assertAlmostEquals(mixtureVariance({ mode: "sequence" }), 0.136667, 1e-6);
 * ```
 */
export function mixtureVariance(mode: SignalMode, count = FREQUENCIES.length): number {
  checkMode(mode);
  const variance = AMPLITUDE_POWER / (2 * count);
  return mode.mode === "sequence" ? variance + NOISE_SD ** 2 : variance;
}

/**
 * Mean square of a target: 0.5, or E[A²] / 2 = 0.50667 in `sequence` mode. The error of the predictor
 * that always says zero.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(targetPower({ mode: "jitter", kappa: 0.25 }), 0.5);
 * ```
 */
export function targetPower(mode: SignalMode): number {
  checkMode(mode);
  return mode.mode === "sequence" ? AMPLITUDE_POWER / 2 : 0.5;
}

/**
 * How much of a component's mean survives the straying of its phase: E[S | base phases] is
 * (ρ / F) Σ sin(2π f_i t + base phase), with ρ = sin(κπ) / (κπ). 1 in `sequence` mode; 0 in
 * `assignment` mode, as at κ = 1.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * assertAlmostEquals(phaseCoherence({ mode: "jitter", kappa: 0.25 }), 0.9003, 1e-4);
 * assertEquals(phaseCoherence({ mode: "assignment" }), 0);
 * ```
 */
export function phaseCoherence(mode: SignalMode): number {
  checkMode(mode);
  if (mode.mode === "sequence") return 1;
  const kappa = mode.mode === "jitter" ? mode.kappa : 1;
  if (kappa === 0) return 1;
  // sin(π) of the double nearest π is not 0.
  return kappa === 1 ? 0 : sin(kappa * Math.PI) / (kappa * Math.PI);
}

/**
 * Variance of a sample of the mixture about its mean given base phases (and amplitudes, in `sequence`
 * mode): what an estimator has to average away.
 */
export function noiseVariance(mode: SignalMode, count: number): number {
  return mode.mode === "sequence"
    ? NOISE_SD ** 2
    : (AMPLITUDE_POWER - phaseCoherence(mode) ** 2) / (2 * count);
}

/**
 * Power of what a sample says about the targets over the power of what it does not, as a ratio:
 * ρ² / (1.01333 − ρ²); in `sequence` mode 0.12667 / 0.01.
 *
 * @param count Number of frequencies; matters in `sequence` mode only.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * assertAlmostEquals(10 * Math.log10(signalToNoise({ mode: "jitter", kappa: 0.5 })), -1.8, 0.05);
 * assertEquals(signalToNoise({ mode: "assignment" }), 0);
 * ```
 */
export function signalToNoise(mode: SignalMode, count = FREQUENCIES.length): number {
  const noise = noiseVariance(mode, count);
  return (mixtureVariance(mode, count) - noise) / noise;
}

/**
 * Error of the raw mixture, E[(F S − target)²]: 1.68 in `sequence` mode, 2.52667 − ρ otherwise, with
 * four frequencies.
 *
 * @param count Number of frequencies, `F`.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(mixtureError({ mode: "sequence" }), 1.68, 1e-12);
 * ```
 */
export function mixtureError(mode: SignalMode, count = FREQUENCIES.length): number {
  const both = count ** 2 * mixtureVariance(mode, count) + targetPower(mode);
  // E[F S · target]: the component's own power, times what survives of it.
  return both - 2 * phaseCoherence(mode) * targetPower(mode);
}

/** An error that cannot be undercut, and by whom. */
export interface InformationFloor {
  /** Expected mean squared error. */
  readonly mse: number;
  /** Whether an estimator that also knows the time is bound by it. */
  readonly bindsClocks: boolean;
}

/**
 * The least expected error of any estimator, where it is known.
 *
 * - `assignment`: 0.5, the target's variance. Every sample of `S` has the same law whatever the time and
 *   is independent of every other and of every target, so an estimator that sees samples only, and
 *   not how many went before, can do no better than a constant; averaged over whole periods the best
 *   constant is zero. A *clock* can: the targets are fixed functions of time.
 * - `jitter` at κ = 1: 0.5 as well, and it binds clocks too, since base phases are drawn a sequence.
 * - `jitter` below 1 and `sequence`: `undefined`. No closed form is known here. With a long enough past
 *   the error goes to zero, so no number above zero holds for all lengths; for a given length the
 *   least-squares fit is a *reference*, an error that can be reached, and no floor: prior knowledge
 *   of amplitudes can beat it a little.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(informationFloor({ mode: "assignment" }), { mse: 0.5, bindsClocks: false });
 * assertEquals(informationFloor({ mode: "jitter", kappa: 1 }), { mse: 0.5, bindsClocks: true });
 * assertEquals(informationFloor({ mode: "sequence" }), undefined);
 * ```
 */
export function informationFloor(mode: SignalMode): InformationFloor | undefined {
  if (phaseCoherence(mode) > 0) return undefined;
  return { mse: targetPower(mode), bindsClocks: mode.mode === "jitter" };
}

/**
 * How far an output `y = v·h + b` with `|h_j| <= 1` can move from one sample to the next by updates of
 * its own weights alone, when Adam moves each by about the learning rate: (1 + hidden) · rate. An
 * on-line loss says nothing where this is above {@linkcode steepestStep}: the weights can follow the
 * target without anything being learned.
 *
 * @param hidden Number of hidden units. Default 64.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(driftBound(1e-3), 0.065, 1e-12); // follows all four frequencies
 * assertAlmostEquals(driftBound(1e-4), 0.0065, 1e-12); // follows 1 Hz only
 * ```
 */
export function driftBound(learningRate: number, hidden = 64): number {
  return learningRate * (1 + hidden);
}

/**
 * The largest change of `sin(2π f t)` from one sample to the next: 2 sin(π f / rate), for frequencies
 * up to half the sampling rate.
 *
 * @param frequency Hz.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(steepestStep(7, 1000), 0.044, 1e-4);
 * ```
 */
export function steepestStep(frequency: number, samplesPerSecond: number): number {
  return 2 * sin(Math.PI * frequency / samplesPerSecond);
}
