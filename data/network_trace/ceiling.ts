/**
 * The ceiling of a trace: the best that any predictor could do on it, from its known noise.
 *
 * @module
 */

import { type Metrics, regressionMetrics, type RegressionValues } from "assay";
import { TRACE_TARGET_UNITS, TRACE_TARGETS } from "./columns.ts";
import { documentedFunctionals, type HourFunctionals } from "./documented_ceiling.ts";
import { dynamicForecaster } from "./dynamic_ceiling.ts";
import type { Functionals } from "./functionals.ts";
import type { NetworkTrace } from "./trace.ts";

/** Which rows to forecast, from how far. */
export interface CeilingOptions {
  /** Rows to forecast, in any order. */
  readonly rows: ArrayLike<number>;
  /** Rows from the last one known to the one forecast; 1 is the next row. */
  readonly horizon: number;
}

/**
 * The best forecasts of some rows, `[rows, 4]` row-major with the targets in the order of
 * `TRACE_TARGETS`, one array for each kind of error.
 */
export interface TraceCeiling {
  /** Conditional means: best for RMSE, R², skill and correlation. */
  readonly mean: Float64Array;
  /** Conditional medians: best for MAE. */
  readonly median: Float64Array;
  /** Conditional medians under the weight 1 / y: best for MAPE. */
  readonly relativeMedian: Float64Array;
}

/**
 * The best forecasts of rows of a trace by one who knows the generator and all its hidden states up
 * to `horizon` rows before: hour and weekend in `v1` and `lownoise`, whose noise is white; level,
 * episode state and noise in `v2`. A predictor that sees a window of columns knows at most that, so
 * no predictor has a smaller *expected* error of the kind each array is for, nor a higher
 * correlation in the limit of many rows. On a finite sample luck can pass it, by about the sampling
 * error.
 *
 * Means of `v1` throughput, rtt and loss are closed forms; all else is quadrature whose error is far
 * below the sampling error of any test part (`documented_ceiling.ts`, `dynamic_ceiling.ts`).
 *
 * @throws {RangeError} When the horizon is not a whole number from 1, or a row is not one of the
 * trace or (in `v2`) comes before the horizon's.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 * import { networkTrace, traceCeiling } from "../network_trace.ts";
 *
 * const trace = networkTrace(rootKey(1), { preset: "v1", rows: 1000 });
 * const { mean } = traceCeiling(trace, { rows: [6], horizon: 1 });
 * assertAlmostEquals(mean[0]!, 448.2362, 1e-4); // row 6 is at 23:00, where B = 448.24
 * ```
 */
export function traceCeiling(
  trace: NetworkTrace,
  { rows, horizon }: CeilingOptions,
): TraceCeiling {
  if (!Number.isSafeInteger(horizon) || horizon < 1) {
    throw new RangeError(
      `Cannot compute a ceiling: the horizon is ${horizon}, a whole number from 1 is needed`,
    );
  }
  const first = trace.hidden.kind === "dynamic" ? horizon : 0;
  const forecast = forecaster(trace, horizon);
  const width = TRACE_TARGETS.length;
  const mean = new Float64Array(rows.length * width);
  const median = new Float64Array(rows.length * width);
  const relativeMedian = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (!Number.isSafeInteger(row) || row < first || row >= trace.rows) {
      throw new RangeError(
        `Cannot compute a ceiling for row ${row} at horizon ${horizon}: rows ${first} to ` +
          `${trace.rows - 1} of this trace can be forecast`,
      );
    }
    for (let target = 0; target < width; target++) {
      const best = forecast(row, target);
      mean[i * width + target] = best.mean;
      median[i * width + target] = best.median;
      relativeMedian[i * width + target] = best.relativeMedian;
    }
  }
  return { mean, median, relativeMedian };
}

/**
 * The scores of a ceiling against what happened, named as `regressionMetrics` names them; each
 * metric is scored on the forecasts that are best for it. sMAPE is left out: it has no simple best
 * forecast.
 *
 * @param actual `[rows, 4]` of the rows the ceiling was computed for.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assert } from "@std/assert";
 * import { ceilingMetrics, networkTrace, traceCeiling, traceTargets } from "../network_trace.ts";
 *
 * const trace = networkTrace(rootKey(1), { preset: "v2", rows: 2000 });
 * const rows = Array.from({ length: 1000 }, (_, i) => 1000 + i);
 * const scores = ceilingMetrics(traceTargets(trace, rows), traceCeiling(trace, { rows, horizon: 15 }));
 * assert(scores["correlation/mean"]!.value > 0.99);
 * ```
 */
export function ceilingMetrics(actual: RegressionValues, ceiling: TraceCeiling): Metrics {
  const names = { targets: TRACE_TARGETS, units: TRACE_TARGET_UNITS };
  const byMean = regressionMetrics(actual, ceiling.mean, names);
  const byMedian = regressionMetrics(actual, ceiling.median, names);
  const byRelativeMedian = regressionMetrics(actual, ceiling.relativeMedian, names);
  return Object.fromEntries(
    Object.keys(byMean).filter((name) => !name.includes("smape")).map((name) => {
      const source = name.includes("mape")
        ? byRelativeMedian
        : name.endsWith("/mae")
        ? byMedian
        : byMean;
      return [name, source[name]!];
    }),
  );
}

function forecaster(
  trace: NetworkTrace,
  horizon: number,
): (row: number, target: number) => Functionals {
  const { hidden } = trace;
  if (hidden.kind === "dynamic") return dynamicForecaster(hidden.states, trace.start, horizon);
  const { time_of_day: hours, day_of_week: weekdays } = trace.columns;
  const known = new Map<number, HourFunctionals>();
  return (row, target) => {
    const hour = hours[row]!, weekday = weekdays[row]!;
    const slot = hour + (weekday >= 5 ? 24 : 0);
    let best = known.get(slot);
    if (best === undefined) {
      best = documentedFunctionals(hour, weekday, hidden.noise);
      known.set(slot, best);
    }
    return best[target]!;
  };
}
