/**
 * What a service says about the future.
 *
 * @module
 */

/** What the targets will be at a moment. */
export interface Forecast {
  /** `fallback`: not the model's; the last sample's values, said again for want of a better answer. */
  readonly source: "model" | "fallback";
  /** Why there is no forecast of the model's; null where it is one. */
  readonly reason: string | null;
  /** The model that serves. */
  readonly modelVersion: string;
  /** When it was made, Unix seconds. */
  readonly madeAt: number;
  /**
   * The moment it is about, Unix seconds: the horizon after the last sample seen. From then on it says
   * nothing about the future.
   */
  readonly validUntil: number;
  /** By target, in the targets' units. */
  readonly values: Readonly<Record<string, number>>;
  /** From 0 to 1, see {@linkcode confidence}; 0 for a fallback. */
  readonly confidence: number;
}

/** A forecast and what came. */
export interface Matched {
  readonly forecast: Forecast;
  /** By target, in the targets' units. */
  readonly actual: Readonly<Record<string, number>>;
  /** See {@linkcode relativeError}; null where every actual was 0. */
  readonly error: number | null;
}

/** Mean relative error from which on nothing is left of the confidence. */
export const WORTHLESS_ERROR = 0.2;
/** Confidence while too few forecasts have met what they forecast. */
export const UNKNOWN_CONFIDENCE = 0.5;
/** Matched pairs that a confidence needs. */
export const FEWEST_PAIRS = 10;
/** Matched pairs that it looks at, the newest. */
export const MOST_PAIRS = 20;

/**
 * Mean over targets of |forecast − actual| / |actual|.
 *
 * @returns null when every actual is 0; a target whose actual is 0 has no relative error and is left out.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * assertAlmostEquals(relativeError([110, 8], [100, 10])!, 0.15);
 * assertAlmostEquals(relativeError([110, 8], [100, 0])!, 0.1);
 * assertEquals(relativeError([1], [0]), null);
 * ```
 */
export function relativeError(
  forecast: readonly number[],
  actual: readonly number[],
): number | null {
  const errors = forecast.flatMap((value, i) =>
    actual[i] === 0 ? [] : [Math.abs(value - actual[i]!) / Math.abs(actual[i]!)]
  );
  return errors.length === 0 ? null : meanOf(errors);
}

/**
 * Confidence in the next forecast: clip(1 − ē / 0.2, 0, 1), ē being the mean of the newest 20 errors. With
 * fewer than 10 it is 0.5: nothing is known yet.
 *
 * @param errors Of matched pairs, oldest first.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * assertEquals(confidence(Array(9).fill(0)), 0.5);
 * assertEquals(confidence(Array(10).fill(0)), 1);
 * assertAlmostEquals(confidence(Array(10).fill(0.05)), 0.75);
 * assertEquals(confidence(Array(10).fill(0.3)), 0);
 * ```
 */
export function confidence(errors: readonly number[]): number {
  if (errors.length < FEWEST_PAIRS) return UNKNOWN_CONFIDENCE;
  return confidenceIn(meanOf(errors.slice(-MOST_PAIRS)));
}

/** The confidence that a mean error deserves. */
export function confidenceIn(meanError: number): number {
  return Math.min(1, Math.max(0, 1 - meanError / WORTHLESS_ERROR));
}

/** The mean; NaN of nothing. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
