/**
 * Statistics of an invocation trace, by the document's definitions.
 *
 * @module
 */

import { BURSTY_BELOW_MS, documentGaps, isCold } from "./document_gaps.ts";
import type { InvocationTrace } from "./invocation_trace.ts";
import { quantiles } from "./quantile.ts";

/** Statistics by name. */
export type TraceStatistics = Readonly<Record<string, number>>;

/** Quantiles over applications. */
const BY_APP = { p10: 0.1, p25: 0.25, p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95 } as const;

/**
 * Measures a trace: `duration/…` in seconds, `gap/…` in seconds (`share below 0.1 s`, `cold share` of all
 * rows), `app invocations/…`, `app seconds/…` (mean durations), `app variation/…` (their deviation over
 * the mean), `app cold share/…`, and `functions of an app/n` (how many apps have n).
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { invocationTrace } from "./generate.ts";
 *
 * const measured = traceStatistics(invocationTrace(rootKey(1), { days: 1, invocations: 5_000 }));
 * assertEquals(measured["functions of an app/1"], 55);
 * ```
 */
export function traceStatistics(trace: InvocationTrace): TraceStatistics {
  const { durationSeconds, functions } = trace;
  const rows = durationSeconds.length;
  const { gapMs } = documentGaps(trace);
  const [low, median, high, p95, p99, longest] = quantiles(
    durationSeconds,
    [0.25, 0.5, 0.75, 0.95, 0.99, 1],
  );
  const [gapLow, gapMedian, gapHigh] = quantiles(gapMs, [0.25, 0.5, 0.75]);
  let gaps = 0, bursty = 0, cold = 0, gapSum = 0, durationSum = 0;
  for (let row = 0; row < rows; row++) {
    durationSum += durationSeconds[row]!;
    if (isCold(gapMs[row]!)) cold++;
    if (Number.isNaN(gapMs[row])) continue;
    gaps++;
    gapSum += gapMs[row]!;
    if (gapMs[row]! < BURSTY_BELOW_MS) bursty++;
  }
  const apps = byApp(trace, gapMs);
  const spread = (name: string, values: Float64Array) =>
    Object.fromEntries(
      quantiles(values, Object.values(BY_APP)).map((value, i) => [
        `${name}/${Object.keys(BY_APP)[i]}`,
        value,
      ]),
    );
  const functionCounts = new Int32Array(apps.invocations.length);
  for (const { appIndex } of functions) functionCounts[appIndex]!++;
  const histogram: Record<string, number> = {};
  for (const count of functionCounts) {
    const name = `functions of an app/${count}`;
    histogram[name] = (histogram[name] ?? 0) + 1;
  }
  return {
    "duration/mean": durationSum / rows,
    "duration/median": median!,
    "duration/IQR": high! - low!,
    "duration/P95": p95!,
    "duration/P99": p99!,
    "duration/max": longest!,
    "gap/mean": gapSum / gaps / 1000,
    "gap/median": gapMedian! / 1000,
    "gap/IQR": (gapHigh! - gapLow!) / 1000,
    "gap/share below 0.1 s": bursty / rows,
    "gap/cold share": cold / rows,
    ...spread("app invocations", apps.invocations),
    ...spread("app seconds", apps.seconds),
    ...spread("app variation", apps.variation),
    ...spread("app cold share", apps.coldShare),
    ...histogram,
  };
}

/**
 * Share of the invocations in each hour of the day.
 *
 * @returns `[24]`, with sum 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const shares = hourShares(Float64Array.of(10, 3700, 86_410, 90_005));
 * assertEquals([...shares.slice(0, 3)], [0.5, 0.5, 0]);
 * ```
 */
export function hourShares(endSeconds: Float64Array): Float64Array {
  const counts = new Float64Array(24);
  for (const end of endSeconds) counts[Math.floor(end / 3600) % 24]!++;
  return counts.map((count) => count / endSeconds.length);
}

/** Sums over each application's rows, as counts, means and shares. */
function byApp(
  { functions, functionIndex, durationSeconds }: InvocationTrace,
  gapMs: Float64Array,
) {
  const count = 1 + functions.reduce((most, { appIndex }) => Math.max(most, appIndex), 0);
  const invocations = new Float64Array(count), cold = new Float64Array(count);
  const sums = new Float64Array(count), squares = new Float64Array(count);
  for (let row = 0; row < functionIndex.length; row++) {
    const app = functions[functionIndex[row]!]!.appIndex, seconds = durationSeconds[row]!;
    invocations[app]!++;
    sums[app]! += seconds;
    squares[app]! += seconds * seconds;
    if (isCold(gapMs[row]!)) cold[app]!++;
  }
  const seconds = sums.map((sum, app) => sum / invocations[app]!);
  const variation = seconds.map((mean, app) => {
    const n = invocations[app]!;
    // Of one invocation it is unknown.
    return Math.sqrt(Math.max(0, squares[app]! - n * mean * mean) / (n - 1)) / mean;
  });
  return {
    invocations,
    seconds,
    variation,
    coldShare: cold.map((c, app) => c / invocations[app]!),
  };
}
