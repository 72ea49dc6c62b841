/**
 * When a transfer follows the forecasts: AMST's decision rules (adaptive multi-stream transport).
 *
 * @module
 */

import {
  type LinkForecast,
  pacing,
  type TransferParameters,
  transferParameters,
} from "./parameters.ts";

/** Confidence from which parameters are computed and recorded. */
export const RECORD_CONFIDENCE = 0.6;
/** Confidence from which they are applied. */
export const APPLY_CONFIDENCE = 0.8;
/** Confidence and relative change from which streams should be adjusted. */
const ADJUST = { confidence: 0.7, change: 0.2 };
/** Confidence and relative change from which parameters are given before they are due. */
const PREEMPT = { confidence: 0.85, change: 0.15 };
const MOST_DECISIONS = 100;

/** Parameters that were computed from a forecast. */
export interface Decision {
  readonly forecast: LinkForecast;
  readonly parameters: TransferParameters;
  readonly applied: boolean;
  /** What the link did at the forecast's moment, Mbit/s; null while that is unknown. */
  readonly throughputMbps: number | null;
}

/** What came of a forecast. */
export type Outcome = "no forecast" | "skipped" | "recorded" | "applied";

/** What a transfer uses now. */
export interface CurrentParameters {
  readonly streams: number;
  readonly bufferBytes: number;
  readonly chunkBytes: number;
  /** 95 % of the bandwidth last forecast, bytes a second; null without a forecast. */
  readonly pacingBytesPerSecond: number | null;
  /** Buffer times streams; null without a forecast. */
  readonly windowBytes: number | null;
  /** Of the forecast; 0 without one. */
  readonly confidence: number;
  /** Of the forecast, Unix seconds; null without one. */
  readonly validUntil: number | null;
}

/** Whether the number of streams should change now. */
export interface Adjustment {
  readonly adjust: boolean;
  readonly streams: number;
  readonly reason: string;
}

/**
 * Follows forecasts: skips what is uncertain, records what is likely, applies what is nearly sure.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const optimizer = new AmstOptimizer();
 * const link = { bandwidthMbps: 100, latencyMs: 10, packetLoss: 0.01, jitterMs: 2, validUntil: 900 };
 * assertEquals(optimizer.consider({ ...link, confidence: 0.7 }), "recorded");
 * assertEquals(optimizer.current(null).streams, 16);
 * assertEquals(optimizer.consider({ ...link, confidence: 0.8 }), "applied");
 * assertEquals(optimizer.current(null).streams, 13);
 * assertEquals(optimizer.effectiveness(), null);
 * optimizer.updateThroughput(900, 110);
 * assertEquals(optimizer.effectiveness(), 1.1);
 * ```
 */
export class AmstOptimizer {
  #streams = 16;
  #bufferBytes = 65_536;
  #chunkBytes = 65_536;
  readonly #decisions: Decision[] = [];

  /** The newest decisions, at most 100, oldest first. */
  get decisions(): readonly Decision[] {
    return this.#decisions;
  }

  /** Takes the forecast of an interval; null where there is none. */
  consider(forecast: LinkForecast | null): Outcome {
    if (forecast === null) return "no forecast";
    // Also where the confidence is no number.
    if (!(forecast.confidence >= RECORD_CONFIDENCE)) return "skipped";
    const parameters = transferParameters(forecast);
    const applied = forecast.confidence >= APPLY_CONFIDENCE;
    this.#decisions.push({ forecast, parameters, applied, throughputMbps: null });
    if (this.#decisions.length > MOST_DECISIONS) this.#decisions.shift();
    if (!applied) return "recorded";
    this.#streams = parameters.streams;
    this.#bufferBytes = parameters.bufferBytes;
    this.#chunkBytes = parameters.chunkBytes;
    return "applied";
  }

  /**
   * Whether the streams in use are more than 20 % off, from a confidence of 0.7.
   *
   * @returns `streams` is the number to use; 0 where nothing can be said.
   */
  shouldAdjustStreams(forecast: LinkForecast | null): Adjustment {
    if (forecast === null || !(forecast.confidence >= ADJUST.confidence)) {
      return { adjust: false, streams: 0, reason: "insufficient confidence" };
    }
    const { streams, reason } = transferParameters(forecast);
    if (this.#change(streams) > ADJUST.change) return { adjust: true, streams, reason };
    return { adjust: false, streams: this.#streams, reason: "optimal" };
  }

  /** Parameters to take before they are due: confidence from 0.85, streams more than 15 % off; else null. */
  preemptive(forecast: LinkForecast | null): TransferParameters | null {
    if (forecast === null || !(forecast.confidence >= PREEMPT.confidence)) return null;
    const parameters = transferParameters(forecast);
    return this.#change(parameters.streams) > PREEMPT.change ? parameters : null;
  }

  /** What is in use, paced by `forecast`. */
  current(forecast: LinkForecast | null): CurrentParameters {
    return {
      streams: this.#streams,
      bufferBytes: this.#bufferBytes,
      chunkBytes: this.#chunkBytes,
      pacingBytesPerSecond: forecast && pacing(forecast.bandwidthMbps),
      windowBytes: forecast && this.#bufferBytes * this.#streams,
      confidence: forecast?.confidence ?? 0,
      validUntil: forecast?.validUntil ?? null,
    };
  }

  /**
   * Tells what the link did at a moment that an applied decision was about; elsewhere it is not kept.
   *
   * @param moment The forecast's `validUntil`, Unix seconds.
   */
  updateThroughput(moment: number, throughputMbps: number): void {
    const at = this.#decisions.findLastIndex(({ applied, forecast }) =>
      applied && forecast.validUntil === moment
    );
    if (at >= 0) this.#decisions[at] = { ...this.#decisions[at]!, throughputMbps };
  }

  /**
   * Mean over applied decisions of throughput / forecast bandwidth: 1 is a forecast that came true. It says
   * how well forecasts were scaled, not what following them gained. null where nothing is known.
   */
  effectiveness(): number | null {
    const ratios = this.#decisions.flatMap(({ applied, forecast, throughputMbps }) =>
      applied && throughputMbps !== null && throughputMbps > 0 && forecast.bandwidthMbps > 0
        ? [throughputMbps / forecast.bandwidthMbps]
        : []
    );
    if (ratios.length === 0) return null;
    return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  }

  #change(streams: number): number {
    return Math.abs(streams - this.#streams) / this.#streams;
  }
}
