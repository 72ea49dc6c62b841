/**
 * When a function is invoked: by a timer, at random, or in sessions.
 *
 * @module
 */

import { choice, exp, exponential, type Key, log, normal, uniform } from "assay";
import type { ArrivalClass } from "./population.ts";
import { rhythm, timeOf } from "./rhythm.ts";

/** Periods of timers, seconds. */
const PERIODS = [60, 120, 300, 600, 900, 1800, 3600, 21_600, 86_400];

/** Standard deviation of a timer's delay, seconds. */
const TIMER_DELAY = 0.05;

/**
 * Of a function invoked at random, while it is in use: mean gap in seconds between invocations,
 * `scale` · n^`power` · exp(N(0, `sd`)). Without the power few would be rare and few would be busy.
 */
const RANDOM_GAP = { scale: 12_000, power: -0.72, sd: 0.7 };

/** Sessions of a function with n invocations: `scale` · n^`power`, and one more for every `busy` of them. */
const SESSIONS = { scale: 3, power: 0.35, busy: 800 };

/** Gaps within a session are log-normal: their median, seconds, and the deviation of their logarithm. */
const SESSION_GAP = { median: 0.3, sd: 2.1 };

/**
 * Start times of a function's invocations, in no particular order.
 *
 * @param key The function's own.
 * @param invocations How many, at least 1.
 * @param span Length of the trace, seconds.
 * @returns `[invocations]` f64, seconds from 0, a few beyond the span.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const ticks = arrivals(rootKey(1), "timer", 24, 86_400).sort();
 * assertEquals(ticks.length, 24);
 * const gaps = ticks.slice(1).map((tick, i) => tick - ticks[i]!);
 * assert(gaps.every((gap) => Math.abs(gap - gaps[0]!) < 1));
 * ```
 */
export function arrivals(
  key: Key,
  arrival: ArrivalClass,
  invocations: number,
  span: number,
): Float64Array<ArrayBuffer> {
  switch (arrival) {
    case "timer":
      return timerTicks(key, invocations, span);
    case "random":
      return randomArrivals(key, invocations, span);
    case "sessions":
      return sessionArrivals(key, invocations, span);
  }
}

/** A period of those that fit into the span so often, and a small delay at each tick. */
function timerTicks(key: Key, n: number, span: number): Float64Array<ArrayBuffer> {
  const fitting = PERIODS.filter((period) => n * period <= span);
  const drawn = choice(
    key.key("period"),
    1,
    fitting.length > 0 ? fitting.map((period) => 1 / period) : [1],
  )[0]!;
  const period = fitting[drawn] ?? span / n;
  const start = uniform(key.key("life"), 1)[0]! * (span - (n - 1) * period);
  const delays = normal(key.key("delay"), n, 0, TIMER_DELAY);
  return delays.map((delay, i) => Math.max(0, start + i * period + delay));
}

/** A Poisson process that follows the function's rhythm, for the part of the span in which it is used. */
function randomArrivals(key: Key, n: number, span: number): Float64Array<ArrayBuffer> {
  const { scale, power, sd } = RANDOM_GAP;
  const gap = scale * exp(power * log(n) + normal(key.key("gap"), 1, 0, sd)[0]!);
  const life = Math.min(span, n * gap);
  const from = uniform(key.key("life"), 1)[0]! * (span - life);
  const beat = rhythm(key.key("rhythm"), from, from + life);
  return uniform(key.key("time"), n).map((share) => timeOf(beat, share));
}

/** Sessions that follow the function's rhythm; their sizes are exponential, the gaps within them heavy-tailed. */
function sessionArrivals(key: Key, n: number, span: number): Float64Array<ArrayBuffer> {
  const { scale, power, busy } = SESSIONS;
  const sessions = Math.min(n, Math.ceil(scale * exp(power * log(n)) + n / busy));
  const beat = rhythm(key.key("rhythm"), 0, span);
  const starts = uniform(key.key("start"), sessions);
  const sizes = exponential(key.key("size"), sessions);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const times = normal(key.key("gap"), n, log(SESSION_GAP.median), SESSION_GAP.sd);
  let at = 0, share = 0;
  for (let s = 0; s < sessions; s++) {
    share += sizes[s]! / total;
    const end = s === sessions - 1 ? n : Math.round(share * n);
    for (let time = timeOf(beat, starts[s]!), first = true; at < end; at++, first = false) {
      if (!first) time += exp(times[at]!);
      times[at] = time;
    }
  }
  return times;
}
