/**
 * A model at work: samples come in, and at every interval a forecast goes out.
 *
 * @module
 */

import type { Forecast, Matched } from "./forecast.ts";
import { type Calibration, ForecastHistory } from "./forecast_history.ts";
import { checkForecaster, checkSuccessor, type Forecaster } from "./forecaster.ts";
import { Histogram } from "./exposition.ts";
import { type SampleReader, sampleReader } from "./read_samples.ts";
import { SampleRing } from "./sample_ring.ts";
import type { Time } from "./time.ts";

/** Who is told what happens. */
export interface ServiceListener {
  /** The model made a forecast. */
  forecast?(forecast: Forecast): void;
  /** The moment of a forecast came. */
  matched?(matched: Matched): void;
  /** The model gave no usable forecast. */
  failed?(error: unknown): void;
}

/** How a service works. */
export interface PredictionServiceOptions {
  /** The model; the service closes it. */
  readonly forecaster: Forecaster;
  readonly time: Time;
  /** Seconds between forecasts. Default 60. */
  readonly intervalSeconds?: number;
  /** Samples kept. Default 10,000, or the model's window where that is longer. */
  readonly capacity?: number;
  /** Targets whose relative errors make the confidence. Default: all. */
  readonly scored?: readonly string[];
  readonly listener?: ServiceListener;
}

/** A forecast, or why there is none and how long until there may be one. */
export type Answer =
  | { readonly ready: true; readonly forecast: Forecast }
  | { readonly ready: false; readonly reason: string; readonly waitSeconds: number };

/** What the service has and has done. */
export interface ServiceStatus {
  readonly modelVersion: string;
  /** Models that served, this one included. */
  readonly models: number;
  /** Samples at hand, and those since the last gap. */
  readonly samples: number;
  readonly unbroken: number;
  /** Rows that the model needs without a gap. */
  readonly window: number;
  /** Unix seconds of the newest sample; null before the first. */
  readonly lastSampleAt: number | null;
  readonly gaps: number;
  /** Forecasts that the model made. */
  readonly forecasts: number;
  /** Times that it gave no usable one. */
  readonly failures: number;
  readonly calibration: Calibration;
}

/**
 * Keeps the newest samples, forecasts at every interval when a sample has come since, compares each
 * forecast with what came at its moment, and lets another model take over between two forecasts.
 *
 * A forecast expires at the moment it is about. Where there is none, though there are samples enough, the
 * last sample's values stand in, marked as `fallback` with confidence 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ManualTime, stubForecaster } from "./testing.ts";
 *
 * const time = new ManualTime(120);
 * const service = new PredictionService({ forecaster: stubForecaster(), time });
 * const row = { throughput_mbps: 90, rtt_ms: 20, packet_loss: 0, jitter_ms: 2 };
 * assertEquals(service.answer().ready, false);
 * service.add([0, 60, 120].map((timestamp) => ({ timestamp, ...row })));
 * await service.forecast();
 * const answer = service.answer();
 * assertEquals(answer.ready && [answer.forecast.source, answer.forecast.validUntil], ["model", 180]);
 * await service.close();
 * ```
 */
export class PredictionService {
  /** Milliseconds that the model took for each forecast. */
  readonly latency: Histogram = new Histogram(
    "dwcp_pba_prediction_latency_ms",
    "Milliseconds the model took for a forecast.",
    [1, 2, 5, 10, 20, 50, 100],
  );
  readonly #time: Time;
  readonly #interval: number;
  readonly #listener: ServiceListener;
  readonly #ring: SampleRing;
  readonly #read: SampleReader;
  readonly #history: ForecastHistory;
  readonly #targets: readonly { name: string; position: number }[];
  #forecaster: Forecaster;
  #models = 1;
  #forecasts = 0;
  #failures = 0;
  #current: Forecast | null = null;
  /** Newest sample that the model saw, or failed on. */
  #seen: number | null = null;
  #failure: string | null = null;
  #timer: Disposable | null = null;
  /** Forecasts and swaps, one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /**
   * @throws {InputError} When the model cannot be served (see `checkForecaster`).
   * @throws {RangeError} When an option is impossible.
   */
  constructor(options: PredictionServiceOptions) {
    const { forecaster, time, intervalSeconds = 60, listener = {} } = options;
    checkForecaster(forecaster);
    const { window, features, targets, spacingSeconds } = forecaster;
    const { capacity = Math.max(10_000, window), scored = targets.map(({ name }) => name) } =
      options;
    const strangers = scored.filter((name) => !targets.some((target) => target.name === name));
    if (!(intervalSeconds > 0 && intervalSeconds < 2 ** 31 / 1000) || capacity < window) {
      throw new RangeError(
        `Cannot serve every ${intervalSeconds} s from ${capacity} samples: the interval must be above ` +
          `0 and below 24 days, the samples at least the window, ${window}`,
      );
    }
    if (strangers.length > 0) {
      throw new RangeError(`Cannot score ${strangers.join(", ")}: the model does not forecast it`);
    }
    this.#forecaster = forecaster;
    this.#time = time;
    this.#interval = intervalSeconds;
    this.#listener = listener;
    this.#ring = new SampleRing({ capacity, width: features.length, spacingSeconds });
    this.#read = sampleReader(features);
    this.#history = new ForecastHistory({ scored, toleranceSeconds: spacingSeconds / 2 });
    this.#targets = targets.map(({ name }) => ({
      name,
      position: features.findIndex((feature) => feature.name === name),
    }));
  }

  /** Starts forecasting at every interval, until closed. */
  start(): void {
    this.#timer ??= this.#time.every(this.#interval, () => {
      // One that takes longer than the interval is not queued up behind itself.
      if (this.#waiting === 0) void this.forecast();
    });
  }

  /**
   * Takes one sample or an array of them, all or none.
   *
   * A started service forecasts at once when no forecast holds.
   *
   * @param value `{timestamp, <feature>: number, ...}`, timestamps in Unix seconds.
   * @returns How many were taken, and how many gaps lie before or among them.
   * @throws {InputError} When one cannot be used (see `sampleReader`).
   */
  add(value: unknown): { accepted: number; gaps: number } {
    const before = this.#ring.gaps;
    const samples = this.#read(value, {
      spacingSeconds: this.#forecaster.spacingSeconds,
      last: this.#ring.lastTimestamp,
      now: this.#time.now(),
    });
    for (const { timestamp, values } of samples) {
      this.#ring.push(timestamp, values);
      for (const matched of this.#history.observe(timestamp, this.#targetsOf(values))) {
        this.#listener.matched?.(matched);
      }
    }
    // Whoever waits for a forecast need not wait for the interval too.
    if (this.#timer !== null && this.#waiting === 0 && !this.#holds()) void this.forecast();
    return { accepted: samples.length, gaps: this.#ring.gaps - before };
  }

  /** The forecast that holds now, or why there is none. */
  answer(): Answer {
    const { window, horizonSeconds, spacingSeconds, version } = this.#forecaster;
    const now = this.#time.now();
    if (this.#holds()) return { ready: true, forecast: this.#current! };
    const { unbroken, gaps, lastTimestamp } = this.#ring;
    if (unbroken < window) {
      const since = gaps > 0 ? "since the last gap" : "so far";
      return notReady(
        `the model needs ${window} samples ${spacingSeconds} s apart, and ${unbroken} came ${since}`,
        (window - unbroken) * spacingSeconds,
      );
    }
    const validUntil = lastTimestamp! + horizonSeconds;
    if (now >= validUntil) {
      return notReady(
        `the last sample is ${Math.round(now - lastTimestamp!)} s old, and the model looks only ` +
          `${horizonSeconds} s ahead`,
        spacingSeconds,
      );
    }
    const forecast: Forecast = {
      source: "fallback",
      reason: this.#failure ?? `the next forecast is due within ${this.#interval} s`,
      modelVersion: version,
      madeAt: now,
      validUntil,
      values: this.#targetsOf(this.#ring.window(1)!),
      confidence: 0,
    };
    return { ready: true, forecast };
  }

  /**
   * Forecasts now, after what is in progress. Does nothing while samples are missing or none has come since
   * the last forecast. A model that fails is told to the listener, and a fallback stands in.
   */
  forecast(): Promise<void> {
    return this.#inTurn(async () => {
      const { horizonSeconds, version, window } = this.#forecaster;
      const input = this.#ring.window(window);
      const last = this.#ring.lastTimestamp;
      if (input === null || last === null || last === this.#seen) return;
      if (last + horizonSeconds <= this.#time.now()) return;
      this.#seen = last;
      const confidence = this.#history.confidence(version);
      const start = this.#time.elapsed();
      try {
        const output = await this.#forecaster.predict(input);
        this.latency.observe(1000 * (this.#time.elapsed() - start));
        this.#current = {
          source: "model",
          reason: null,
          modelVersion: version,
          madeAt: this.#time.now(),
          validUntil: last + horizonSeconds,
          values: this.#named(output),
          confidence,
        };
      } catch (error) {
        this.#failures++;
        this.#failure = `the model failed: ${error instanceof Error ? error.message : error}`;
        this.#listener.failed?.(error);
        return;
      }
      this.#forecasts++;
      this.#failure = null;
      this.#history.add(this.#current);
      this.#listener.forecast?.(this.#current);
    });
  }

  /**
   * Lets another model take over after the forecast in progress, and closes the one before. Samples stay;
   * confidence starts anew, for it rests on the new model's own errors.
   *
   * @throws {InputError} When the new model does not fit (see `checkSuccessor`); the old one serves on.
   */
  async swap(next: Forecaster): Promise<void> {
    await this.#inTurn(async () => {
      checkForecaster(next);
      checkSuccessor(this.#forecaster, next);
      const old = this.#forecaster;
      this.#forecaster = next;
      this.#models++;
      this.#seen = null;
      await old.close();
    });
  }

  /** What the service has and has done. */
  status(): ServiceStatus {
    return {
      modelVersion: this.#forecaster.version,
      models: this.#models,
      samples: this.#ring.size,
      unbroken: this.#ring.unbroken,
      window: this.#forecaster.window,
      lastSampleAt: this.#ring.lastTimestamp,
      gaps: this.#ring.gaps,
      forecasts: this.#forecasts,
      failures: this.#failures,
      calibration: this.#history.calibration(this.#forecaster.version),
    };
  }

  /** What is forecast, in which units, how far ahead. */
  get model(): Omit<Forecaster, "predict" | "close"> {
    return this.#forecaster;
  }

  /** Stops, after what is in progress, and closes the model. */
  async close(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    this.#timer = null;
    await this.#inTurn(() => this.#forecaster.close());
  }

  /** Runs `action` after all that came before it. */
  #inTurn(action: () => Promise<void>): Promise<void> {
    this.#waiting++;
    const turn = this.#turn.then(action).finally(() => this.#waiting--);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** Whether the newest forecast is still about the future. */
  #holds(): boolean {
    return this.#current !== null && this.#time.now() < this.#current.validUntil;
  }

  #targetsOf(values: Float32Array): Record<string, number> {
    return Object.fromEntries(this.#targets.map(({ name, position }) => [name, values[position]!]));
  }

  #named(output: Float32Array): Record<string, number> {
    if (output.length !== this.#targets.length || !output.every(Number.isFinite)) {
      throw new Error(
        `it gave ${
          output.length === 0 ? "nothing" : output.slice(0, 8).join(", ")
        } where ${this.#targets.length} ` +
          `finite numbers are needed`,
      );
    }
    return Object.fromEntries(this.#targets.map(({ name }, i) => [name, output[i]!]));
  }
}

function notReady(reason: string, waitSeconds: number): Answer {
  return { ready: false, reason, waitSeconds: Math.max(1, Math.ceil(waitSeconds)) };
}
