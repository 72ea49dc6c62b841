/**
 * The document's framing of the operational model's data, flaws included, so that they can be measured:
 *
 * - rows of all functions one after another, by a start that takes seconds for milliseconds: the
 *   "next" row is mostly another function's;
 * - rates from gaps that can be negative and nearly nothing, unbounded below;
 * - scalers fitted on all rows, test included, and each part divided by its own maximum;
 * - columns that were scaled already divided by 1000 and 3008 again.
 *
 * @module
 */

import { InputError, type Key, type Series, uniform, type Windows } from "assay";
import { ascendingOrder } from "./ascending_order.ts";
import {
  DOCUMENT_FEATURES,
  type FeatureSources,
  type FeatureVariant,
  type PartMaxima,
  writeFeatures,
} from "./document_features.ts";
import { documentGaps, isCold } from "./document_gaps.ts";
import type { InvocationTrace } from "./invocation_trace.ts";
import { type RobustScale, robustScale, scaledBy } from "./robust_scaling.ts";
import type { SplitWindows } from "./step_windows.ts";

/** Rows seen; the next row is predicted. */
const WINDOW = 12;

/** Which of its variants. */
export interface DocumentFramingOptions {
  readonly variant: FeatureVariant;
  /** `twice`: from robust-scaled columns, as the document does. `once`: from columns in their units. */
  readonly scaling: "once" | "twice";
  /**
   * `interleaved`: by start, whichever function it is, as the document does. `by-function`: each part function by
   * function, and no window of two. Default `interleaved`.
   */
  readonly rows?: "interleaved" | "by-function";
}

/** One series of all rows, and its windows. */
export interface DocumentFraming extends SplitWindows {
  /** Columns {@linkcode DOCUMENT_FEATURES}, part after part. */
  readonly series: Series;
  /** Which of its variants this is. */
  readonly variant: FeatureVariant;
  readonly scaling: DocumentFramingOptions["scaling"];
  /** Largest values of each part, by which the normalised variant divides. */
  readonly maxima: Readonly<Record<keyof SplitWindows, PartMaxima>>;
  /** Features that were no number (0 then) or infinite (1 or 0), by part and column. */
  readonly replaced: Readonly<Record<keyof SplitWindows, readonly number[]>>;
  /** What the columns were scaled by, where they were. */
  readonly scales: Readonly<Record<"rate" | "memory" | "duration" | "latency", RobustScale>>;
}

/**
 * First rows of validation and test: 70, 15 and 15 % by count, rounded as the document rounds.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { validation, test } = documentSplit(1_807_067);
 * const rows = [validation, test - validation, 1_807_067 - test];
 * assertEquals(rows, [1_264_946, 271_060, 271_061]);
 * // Windows of 12 and the row after them:
 * assertEquals(rows.map((count) => count - 12), [1_264_934, 271_048, 271_049]);
 * ```
 */
export function documentSplit(rows: number): { validation: number; test: number } {
  // In hundredths, which are exact.
  const validation = Math.floor(70 * rows / 100);
  return { validation, test: validation + Math.floor(15 * rows / 100) };
}

/**
 * Frames a trace as the document does.
 *
 * @param key For the latencies of cold starts, which the document draws.
 * @throws {InputError} When there are too few rows for a window in each part.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { invocationTrace } from "./generate.ts";
 *
 * const trace = invocationTrace(rootKey(1), { days: 1, invocations: 5_000 });
 * const { series, test } = documentFraming(trace, rootKey(1).key("framing"), {
 *   variant: "normalised",
 *   scaling: "twice",
 * });
 * assertEquals([series.rows, series.columns.length, test.starts.length], [5_000, 5, 738]);
 * ```
 */
export function documentFraming(
  trace: InvocationTrace,
  key: Key,
  { variant, scaling, rows: arrangement = "interleaved" }: DocumentFramingOptions,
): DocumentFraming {
  const rows = trace.endSeconds.length, width = DOCUMENT_FEATURES.length;
  const { validation, test } = documentSplit(rows);
  const { order, columns } = documentColumns(trace, key);
  const eachPart = <T>(make: (first: number, end: number, part: keyof SplitWindows) => T) => ({
    train: make(0, validation, "train"),
    validation: make(validation, test, "validation"),
    test: make(test, rows, "test"),
  });
  const owners = arrangement === "by-function" ? trace.functionIndex : undefined;
  if (owners) eachPart((first, end) => groupByOwner(order.subarray(first, end), owners));
  const parts = eachPart((first, end, part) =>
    cut(rows, part, order.subarray(first, end), first, owners)
  );
  const fitted = {
    rate: robustScale(columns.rate),
    memory: robustScale(columns.memory),
    duration: robustScale(trace.durationSeconds),
    latency: robustScale(columns.latency),
  };
  const sources = (row: number): FeatureSources => {
    const own = {
      rate: columns.rate[row]!,
      memory: columns.memory[row]!,
      duration: trace.durationSeconds[row]!,
      latency: columns.latency[row]!,
    };
    const hour = Math.floor(trace.endSeconds[row]! / 3600) % 24;
    if (scaling === "once") return { ...own, hour };
    return {
      rate: scaledBy(fitted.rate, own.rate),
      memory: scaledBy(fitted.memory, own.memory),
      duration: scaledBy(fitted.duration, own.duration),
      latency: scaledBy(fitted.latency, own.latency),
      hour,
    };
  };
  const values = new Float32Array(rows * width);
  const maxima = eachPart((first, end): PartMaxima => {
    const most = { rate: -Infinity, queue: -Infinity };
    for (let i = first; i < end; i++) {
      const { rate, latency } = sources(order[i]!);
      most.rate = Math.max(most.rate, Number.isNaN(rate) ? 0 : rate);
      most.queue = Math.max(most.queue, latency / 1000);
    }
    return most;
  });
  const fill = (first: number, end: number, most: PartMaxima) => {
    const replaced = new Array<number>(width).fill(0);
    for (let i = first; i < end; i++) {
      writeFeatures(sources(order[i]!), variant, most, values, i * width);
      for (let c = 0; c < width; c++) {
        const value = values[i * width + c]!;
        if (Number.isFinite(value)) continue;
        replaced[c]!++;
        values[i * width + c] = value === Infinity ? 1 : 0;
      }
    }
    return replaced;
  };
  const replaced = eachPart((first, end, part) => fill(first, end, maxima[part]));
  return {
    series: { columns: DOCUMENT_FEATURES, rows, values },
    ...parts,
    variant,
    scaling,
    maxima,
    replaced,
    scales: fitted,
  };
}

/** The document's columns in the trace's order, and the order of its starts. */
function documentColumns({ functions, functionIndex, ...trace }: InvocationTrace, key: Key) {
  const { startSeconds, gapMs } = documentGaps({ functions, functionIndex, ...trace });
  const coldLatency = uniform(key, gapMs.length, 100, 3000);
  return {
    order: ascendingOrder(startSeconds),
    columns: {
      rate: gapMs.map((gap) => Math.min(1 / (gap / 60_000 + 1e-6), 1000)),
      memory: Float32Array.from(functionIndex, (index) => functions[index]!.memoryMb),
      // Seconds plus milliseconds, as in the document.
      latency: coldLatency.map((cold, row) =>
        trace.durationSeconds[row]! + (isCold(gapMs[row]!) ? cold : 0)
      ),
    },
  };
}

/** Sorts rows by their function, those of one staying as they are. */
function groupByOwner(rows: Int32Array, owners: Uint16Array): void {
  const grouped = ascendingOrder(Float64Array.from(rows, (row) => owners[row]!));
  rows.set(grouped.map((place) => rows[place]!));
}

/**
 * The windows of a part whose rows are these, the first of them at place `first` of the series.
 *
 * @param owners The function of each row of the trace, when a window is to be of one.
 */
function cut(
  total: number,
  part: string,
  rows: Int32Array,
  first: number,
  owners: Uint16Array | undefined,
): Windows {
  const starts: number[] = [];
  for (let i = 0; i + WINDOW < rows.length; i++) {
    // Rows stand function by function: the same at both ends is the same throughout.
    if (!owners || owners[rows[i]!] === owners[rows[i + WINDOW]!]) starts.push(first + i);
  }
  if (starts.length === 0) {
    throw new InputError(
      `Cannot cut ${part} windows out of a trace of ${total} rows: the part has ` +
        `${rows.length}, a window of ${WINDOW} and the row after it need ${WINDOW + 1}${
          owners ? " of one function" : ""
        }. Give a longer trace.`,
    );
  }
  return { window: WINDOW, horizon: 1, starts: Int32Array.from(starts) };
}
