/**
 * Small traces for the tests of this folder.
 *
 * @module
 */

import { choice, exp, exponential, integers, type Key, log, normal, uniform } from "assay";
import {
  type InvocationTrace,
  MEMORY_TIERS_MB,
  PROVIDERS,
  REGIONS,
  type TracedFunction,
} from "../invocation_trace.ts";

/** An invocation: function, arrival and duration in seconds. */
export type Invocation = readonly [functionIndex: number, arrival: number, duration: number];

/** A trace of invocations written down by hand, in any order. */
export function handTrace(
  functions: readonly Partial<TracedFunction>[],
  invocations: readonly Invocation[],
): InvocationTrace {
  const ended = invocations.map(([f, arrival, duration]) => ({
    f,
    end: arrival + duration,
    duration,
  }))
    .sort((a, b) => a.end - b.end);
  return {
    functions: functions.map((own, f) => ({
      app: `app${f}`,
      func: "f",
      appIndex: f,
      homeRegion: 0,
      provider: 0,
      memoryMb: 512,
      ...own,
    })),
    functionIndex: Uint16Array.from(ended, ({ f }) => f),
    endSeconds: Float64Array.from(ended, ({ end }) => end),
    durationSeconds: Float32Array.from(ended, ({ duration }) => duration),
  };
}

/**
 * A small trace in the manner of the full one: timers, Poisson arrivals and bursts at rates and
 * durations that differ by orders of magnitude, the busier the shorter; no rhythm of the day.
 */
export function smallTrace(key: Key, count: number, days: number): InvocationTrace {
  const tiers = integers(key.key("memory"), count, 0, MEMORY_TIERS_MB.length);
  const homes = choice(key.key("home"), count, [4, 2, 2, 1]);
  const providers = integers(key.key("provider"), count, 0, PROVIDERS.length);
  const kinds = choice(key.key("kind"), count, [25, 45, 30]);
  const gaps = uniform(key.key("gap"), count, log(5), log(40_000));
  const sizes = normal(key.key("size"), count, 0, 1.5);
  const invocations: Invocation[] = [];
  const functions = Array.from({ length: count }, (_, f) => {
    const own = key.key("function").at(f);
    const mean = exp(gaps[f]!);
    const arrivals = arrivalsAt(own, kinds[f]!, mean, days * 86_400);
    const seconds = exp(-5 + 0.48 * gaps[f]! + sizes[f]!);
    const spread = normal(own.key("duration"), arrivals.length, 0, 0.8);
    arrivals.forEach((arrival, i) => {
      const duration = Math.min(Math.max(seconds * exp(spread[i]!), 0.001), 570);
      invocations.push([f, arrival, duration]);
    });
    const app = Math.floor(f / 3);
    return {
      app: `app${app}`,
      func: `f${f}`,
      appIndex: app,
      homeRegion: homes[f]! % REGIONS.length,
      provider: providers[f]!,
      memoryMb: MEMORY_TIERS_MB[tiers[f]!]!,
    };
  });
  return handTrace(functions, invocations);
}

/** Timers (0), Poisson arrivals (1) or bursts of ten (2) with a mean gap, before `end`. */
function arrivalsAt(key: Key, kind: number, meanGap: number, end: number): number[] {
  const burst = kind === 2 ? 10 : 1;
  const arrivals: number[] = [];
  const gaps = exponential(key.key("gaps"), Math.ceil(2 * end / meanGap) + 20, meanGap * burst);
  const close = exponential(key.key("close"), gaps.length * burst, 0.25);
  for (let i = 0, time = uniform(key.key("phase"), 1, 0, meanGap)[0]!; i < gaps.length; i++) {
    for (let j = 0, at = time; j < burst && at < end; j++) {
      arrivals.push(at);
      at += close[i * burst + j]!;
    }
    time += kind === 0 ? meanGap : gaps[i]!;
    if (time >= end) break;
  }
  return arrivals;
}
