/**
 * The forecasts that were made, and how they turned out.
 *
 * @module
 */

import {
  confidence,
  confidenceIn,
  type Forecast,
  type Matched,
  meanOf,
  relativeError,
} from "./forecast.ts";

/** How a history compares. */
export interface ForecastHistoryOptions {
  /** Targets whose relative errors count. */
  readonly scored: readonly string[];
  /** How far a sample may lie from the moment of a forecast to be its actual, seconds. */
  readonly toleranceSeconds: number;
  /** Forecasts it keeps; the oldest make room. Default 1,000. */
  readonly capacity?: number;
}

/** Whether confidence was deserved, over the matched pairs of a model at hand. */
export interface Calibration {
  /** Pairs of forecast and actual with an error. */
  readonly pairs: number;
  /** Mean relative error; null without pairs. */
  readonly meanError: number | null;
  /** Mean of the confidence stated with the forecasts; null without pairs. */
  readonly statedConfidence: number | null;
  /** Mean of what their errors would have deserved, clip(1 − e / 0.2, 0, 1); null without pairs. */
  readonly deservedConfidence: number | null;
}

interface Entry {
  readonly forecast: Forecast;
  error: number | null;
}

interface Scored {
  readonly forecast: Forecast;
  readonly error: number;
}

/**
 * Forecasts in the order in which they were made. Each meets the first sample at the moment it was about,
 * once; one whose moment passes without a sample stays unmatched.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const history = new ForecastHistory({ scored: ["rtt_ms"], toleranceSeconds: 30 });
 * history.add({
 *   source: "model", reason: null, modelVersion: "a", madeAt: 0, validUntil: 900,
 *   values: { rtt_ms: 11 }, confidence: 0.5,
 * });
 * assertEquals(history.observe(60, { rtt_ms: 99 }), []);
 * assertEquals(history.observe(900, { rtt_ms: 10 }).length, 1);
 * assertEquals(history.observe(901, { rtt_ms: 10 }), []);
 * assertAlmostEquals(history.calibration("a").meanError!, 0.1);
 * ```
 */
export class ForecastHistory {
  readonly #scored: readonly string[];
  readonly #tolerance: number;
  readonly #capacity: number;
  readonly #entries: Entry[] = [];
  /** Those whose moment has not come, in the order of it. */
  readonly #pending: Entry[] = [];
  /** What was asked last, until something changes: asking is far more frequent. */
  #calibration: { readonly modelVersion: string; readonly of: Calibration } | null = null;

  /** Makes an empty history. */
  constructor({ scored, toleranceSeconds, capacity = 1000 }: ForecastHistoryOptions) {
    this.#scored = scored;
    this.#tolerance = toleranceSeconds;
    this.#capacity = capacity;
  }

  /** Forecasts at hand. */
  get size(): number {
    return this.#entries.length;
  }

  /** Adds a forecast; its moment must not lie before that of the one before. */
  add(forecast: Forecast): void {
    this.#calibration = null;
    const entry = { forecast, error: null };
    for (const list of [this.#entries, this.#pending]) {
      list.push(entry);
      if (list.length > this.#capacity) list.shift();
    }
  }

  /**
   * Compares with a sample the forecasts that were about its moment.
   *
   * @param actual By target.
   */
  observe(timestamp: number, actual: Readonly<Record<string, number>>): Matched[] {
    const matched: Matched[] = [];
    while (this.#pending.length > 0) {
      const entry = this.#pending[0]!;
      const { forecast } = entry;
      if (forecast.validUntil > timestamp + this.#tolerance) break;
      this.#pending.shift();
      if (forecast.validUntil < timestamp - this.#tolerance) continue;
      entry.error = relativeError(
        this.#scored.map((name) => forecast.values[name]!),
        this.#scored.map((name) => actual[name]!),
      );
      matched.push({ forecast, actual, error: entry.error });
      this.#calibration = null;
    }
    return matched;
  }

  /** Confidence in the next forecast of a model, from its own errors only. */
  confidence(modelVersion: string): number {
    return confidence(this.#errors(modelVersion).map(({ error }) => error));
  }

  /** How a model's confidence compares with what came of it. */
  calibration(modelVersion: string): Calibration {
    if (this.#calibration?.modelVersion !== modelVersion) {
      this.#calibration = { modelVersion, of: calibrationOf(this.#errors(modelVersion)) };
    }
    return this.#calibration.of;
  }

  #errors(modelVersion: string): Scored[] {
    return this.#entries.flatMap(({ forecast, error }) =>
      error === null || forecast.modelVersion !== modelVersion ? [] : [{ forecast, error }]
    );
  }
}

function calibrationOf(scored: readonly Scored[]): Calibration {
  if (scored.length === 0) {
    return { pairs: 0, meanError: null, statedConfidence: null, deservedConfidence: null };
  }
  return {
    pairs: scored.length,
    meanError: meanOf(scored.map(({ error }) => error)),
    statedConfidence: meanOf(scored.map(({ forecast }) => forecast.confidence)),
    deservedConfidence: meanOf(scored.map(({ error }) => confidenceIn(error))),
  };
}
