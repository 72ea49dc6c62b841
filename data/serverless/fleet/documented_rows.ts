/**
 * The rows that the document's two rewards are computed from, flaws included: durations in seconds are taken for
 * milliseconds, latencies of cold starts are drawn, and the tactical columns are scaled by median and interquartile
 * range over all rows.
 *
 * @module
 */

import { type Key, uniform } from "assay";
import { documentSplit } from "../document_framing.ts";
import { documentGaps, isCold } from "../document_gaps.ts";
import type { InvocationTrace } from "../invocation_trace.ts";
import { robustScale, scaledBy } from "../robust_scaling.ts";
import type { StrategicRow, TacticalRow } from "./documented.ts";
import { operationalGrams } from "./energy.ts";
import { PROVIDER_TERMS } from "./providers.ts";
import { CARBON_INTENSITY } from "./regions.ts";

/** Above it a latency violates the document's agreement. */
const LIMIT_MS = 1000;

/** What the document adds to the carbon of every invocation. */
const EMBODIED_GRAMS = 0.5;

/** An application is of the bursty type where more than this share of its starts are cold. */
const BURSTY_APP_COLD = 0.3;

/** An invocation transfers data in one case of ten: 1 to 100 MB, paid by the GB. */
const TRANSFER = { share: 0.1, fromGb: 0.001, toGb: 0.1, usdPerGb: 0.09 };

/** The last 15 % of the rows of a trace, as the document's rewards see them. */
export interface DocumentedRows {
  readonly count: number;
  /** Row `i`, from 0, of the table for the strategic reward. */
  strategic(i: number): StrategicRow;
  /** The same for the tactical reward. */
  tactical(i: number): TacticalRow;
}

/**
 * The document's table of a trace.
 *
 * @param key For latencies of cold starts and for data transfers, which the document draws.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assert, assertEquals } from "@std/assert";
 * import { handTrace } from "./testing.ts";
 *
 * const trace = handTrace([{}], Array.from({ length: 100 }, (_, i) => [0, 700 * i, 2]));
 * const rows = documentedRows(trace, rootKey(1));
 * assertEquals(rows.count, 15);
 * // Seven hundred seconds apart all are cold; two seconds count as two milliseconds.
 * const { coldStart, latencyMs } = rows.strategic(0);
 * assert(coldStart && latencyMs > 102 && latencyMs < 3002);
 * ```
 */
export function documentedRows(trace: InvocationTrace, key: Key): DocumentedRows {
  const { functions, functionIndex, durationSeconds } = trace;
  const rows = functionIndex.length;
  const { gapMs } = documentGaps(trace);
  const drawn = uniform(key.key("cold"), rows, 100, 3000);
  const transfers = uniform(key.key("transfers"), rows);
  const sizes = uniform(key.key("sizes"), rows, TRANSFER.fromGb, TRANSFER.toGb);
  const cold = Uint8Array.from(gapMs, (gap) => isCold(gap) ? 1 : 0);
  const latencyMs = drawn.map((own, row) => durationSeconds[row]! + (cold[row] ? own : 0));
  const of = (row: number) => functions[functionIndex[row]!]!;
  const computeUsd = latencyMs.map((_, row) => {
    const { memoryMb, provider } = of(row);
    const gbSeconds = memoryMb / 1024 * durationSeconds[row]! / 1000;
    return gbSeconds * PROVIDER_TERMS[provider]!.perGbSecond;
  });
  const totalUsd = computeUsd.map((compute, row) => {
    const transferred = transfers[row]! < TRANSFER.share ? sizes[row]! * TRANSFER.usdPerGb : 0;
    return compute + PROVIDER_TERMS[of(row).provider]!.perRequest + transferred;
  });
  const carbonGrams = latencyMs.map((_, row) => {
    const { memoryMb, homeRegion } = of(row);
    const seconds = durationSeconds[row]! / 1000;
    return operationalGrams(seconds, memoryMb, CARBON_INTENSITY[homeRegion]!) + EMBODIED_GRAMS;
  });
  const memoryMb = Float64Array.from(functionIndex, (index) => functions[index]!.memoryMb);
  const columns = { cost: totalUsd, latency: latencyMs, carbon: carbonGrams, memory: memoryMb };
  const scales = {
    cost: robustScale(totalUsd),
    latency: robustScale(latencyMs),
    carbon: robustScale(carbonGrams),
    memory: robustScale(memoryMb),
  };
  const scaled = (name: keyof typeof columns, row: number) =>
    scaledBy(scales[name], columns[name][row]!);
  const apps = applicationsOf(trace, cold, latencyMs);
  const { test } = documentSplit(rows);
  return {
    count: rows - test,
    strategic(i) {
      const row = test + i, app = apps[of(row).appIndex]!;
      return {
        costUsd: computeUsd[row]!,
        latencyMs: latencyMs[row]!,
        carbonGrams: carbonGrams[row]!,
        coldStart: cold[row] === 1,
        slaViolation: latencyMs[row]! > LIMIT_MS,
        burstyApp: app.cold > BURSTY_APP_COLD,
        appViolations: app.violations,
      };
    },
    tactical(i) {
      const row = test + i;
      return {
        cost: scaled("cost", row),
        latency: scaled("latency", row),
        carbon: scaled("carbon", row),
        coldStart: cold[row] === 1,
        memoryMb: scaled("memory", row),
        region: of(row).homeRegion,
      };
    },
  };
}

/** Shares of each application over all rows, as the document's profiles have them. */
function applicationsOf(
  { functions, functionIndex }: InvocationTrace,
  cold: Uint8Array,
  latencyMs: Float64Array | Float32Array,
): { readonly cold: number; readonly violations: number }[] {
  const apps = functions.reduce((most, { appIndex }) => Math.max(most, appIndex + 1), 0);
  const sums = Array.from({ length: apps }, () => ({ rows: 0, cold: 0, violations: 0 }));
  functionIndex.forEach((index, row) => {
    const app = sums[functions[index]!.appIndex]!;
    app.rows++;
    app.cold += cold[row]!;
    if (latencyMs[row]! > LIMIT_MS) app.violations++;
  });
  return sums.map(({ rows, cold, violations }) => ({
    cold: cold / rows,
    violations: violations / rows,
  }));
}
