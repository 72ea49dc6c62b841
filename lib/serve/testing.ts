/**
 * A model and a clock for tests: both do what they are told, nothing else.
 *
 * @module
 */

import type { Forecaster, Quantity } from "./forecaster.ts";
import type { Time } from "./time.ts";

/** The four quantities of a network link. */
export const linkQuantities: readonly Quantity[] = [
  { name: "throughput_mbps", unit: "Mbit/s", atLeast: 0 },
  { name: "rtt_ms", unit: "ms", atLeast: 0 },
  { name: "packet_loss", unit: "", atLeast: 0, atMost: 1 },
  { name: "jitter_ms", unit: "ms", atLeast: 0 },
];

/** A stub that also says whether it was closed. */
export type StubForecaster = Forecaster & { readonly closed: () => boolean };

/**
 * A forecaster that repeats the targets of the last row, three rows of a minute each in view, one minute
 * ahead. What is given replaces a part.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const stub = stubForecaster({ window: 2 });
 * assertEquals(await stub.predict(Float32Array.of(1, 1, 0, 1, 90, 20, 0, 2)), Float32Array.of(90, 20, 0, 2));
 * ```
 */
export function stubForecaster(parts: Partial<Forecaster> = {}): StubForecaster {
  let closed = false;
  const stub: StubForecaster = {
    version: "stub-1",
    window: 3,
    features: linkQuantities,
    targets: linkQuantities,
    horizonSeconds: 60,
    spacingSeconds: 60,
    scalerHash: "none",
    predict(windows) {
      const { window, features, targets } = stub;
      const batch = windows.length / (window * features.length);
      const forecasts = new Float32Array(batch * targets.length);
      for (let b = 0; b < batch; b++) {
        const last = ((b + 1) * window - 1) * features.length;
        targets.forEach(({ name }, t) => {
          const position = features.findIndex((feature) => feature.name === name);
          forecasts[b * targets.length + t] = windows[last + position]!;
        });
      }
      return Promise.resolve(forecasts);
    },
    close() {
      closed = true;
      return Promise.resolve();
    },
    closed: () => closed,
    ...parts,
  };
  return stub;
}

/** A clock that stands until it is moved; timers run as it passes them. */
export class ManualTime implements Time {
  #now: number;
  readonly #timers = new Set<{ period: number; due: number; action: () => void }>();

  /** @param start Unix seconds. */
  constructor(start = 0) {
    this.#now = start;
  }

  /** Timers that were not disposed. */
  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#now;
  }

  every(period: number, action: () => void): Disposable {
    const timer = { period, due: this.#now + period, action };
    this.#timers.add(timer);
    return { [Symbol.dispose]: () => void this.#timers.delete(timer) };
  }

  /** Moves the clock on; what was started before, and what timers start, gets its turn. */
  async advance(seconds: number): Promise<void> {
    await turn();
    const end = this.#now + seconds;
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.due - b.due)[0];
      if (next === undefined || next.due > end) break;
      this.#now = next.due;
      next.due += next.period;
      next.action();
      await turn();
    }
    this.#now = end;
  }
}

/** Lets everything go on that waits for nothing. */
function turn(): Promise<void> {
  return new Promise((done) => setTimeout(done));
}
