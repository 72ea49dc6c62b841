/**
 * Windows over per-function series, within one function and one part of the split.
 *
 * @module
 */

import { InputError, type Windows } from "assay";
import type { StepSeries } from "./series.ts";

/** First steps of validation and of test: 70, 15 and 15 % of the trace's time. */
export interface StepSplit {
  readonly validation: number;
  readonly test: number;
}

/** The windows of each part. */
export interface SplitWindows {
  readonly train: Windows;
  readonly validation: Windows;
  readonly test: Windows;
}

/**
 * Splits steps 70/15/15 in time, the same for all functions.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(stepSplit({ first: 0, end: 20 }), { validation: 14, test: 17 });
 * ```
 */
export function stepSplit({ first, end }: StepSeries["steps"]): StepSplit {
  // In hundredths, which are exact.
  const share = (percent: number) => first + Math.floor((end - first) * percent / 100);
  return { validation: share(70), test: share(85) };
}

/**
 * All windows whose rows and target row lie in one function and in one part. Window `w` begins at row
 * `starts[w]` of the series, ready for `residentSeries(…).samples(starts)`.
 *
 * @param window Steps seen.
 * @param horizon Steps from the last one seen to the one to predict.
 * @param split Default: 70, 15 and 15 % of the time.
 * @throws {InputError} When a part has not a single window.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { invocationTrace } from "./generate.ts";
 * import { stepSeries } from "./series.ts";
 *
 * const trace = invocationTrace(rootKey(1), { days: 1, invocations: 5_000 });
 * const one = stepSeries(trace, { stepSeconds: 60, functions: [0] });
 * const { test } = stepWindows(one, { window: 12, horizon: 1 });
 * assertEquals(test.starts.length, 216 - 12); // 15 % of 1,440 minutes
 * ```
 */
export function stepWindows(
  series: StepSeries,
  { window, horizon, split = stepSplit(series.steps) }: {
    readonly window: number;
    readonly horizon: number;
    readonly split?: StepSplit;
  },
): SplitWindows {
  const { steps, functions } = series;
  const { validation, test } = split;
  const cut = (part: string, first: number, end: number): Windows => {
    const ranges = functions.map(({ from, firstStep }) => {
      const start = Math.max(first, firstStep);
      return {
        from: from + start - firstStep,
        count: Math.max(0, end - start - window - horizon + 1),
      };
    });
    const starts = new Int32Array(ranges.reduce((sum, { count }) => sum + count, 0));
    if (starts.length === 0) {
      throw new InputError(
        `Cannot cut ${part} windows out of ${functions.length} series: the part has ${
          end - first
        } ` +
          `steps of ${series.stepSeconds} s, and a window of ${window} with its target ${horizon} ` +
          `further needs ${
            window + horizon
          } of one function. Give a longer trace, or set shorter steps or a smaller window.`,
      );
    }
    let at = 0;
    for (const { from, count } of ranges) {
      for (let i = 0; i < count; i++) starts[at++] = from + i;
    }
    return { window, horizon, starts };
  };
  return {
    train: cut("train", steps.first, validation),
    validation: cut("validation", validation, test),
    test: cut("test", test, steps.end),
  };
}
