/**
 * An outcome in the making: what the parts of a larger experiment add to.
 *
 * @module
 */

import { type Metric, type Metrics, metricValues } from "../metrics/types.ts";
import type { Figure } from "./types.ts";

/** What parts add to; what `run` returns in the end. */
export interface Study {
  readonly metrics: Record<string, Metric>;
  readonly baselines: Record<string, Record<string, number>>;
  readonly ceilings: Record<string, number>;
  readonly figures: Figure[];
}

/**
 * A study with nothing in it.
 *
 * @example
 * ```ts
 * import { emptyStudy, metric } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const study = emptyStudy();
 * study.metrics["r2"] = metric(0.9, "higher");
 * assertEquals(Object.keys(study.metrics), ["r2"]);
 * ```
 */
export function emptyStudy(): Study {
  return { metrics: {}, baselines: {}, ceilings: {}, figures: [] };
}

/**
 * Adds scores of a named reference to those it has.
 *
 * @example
 * ```ts
 * import { addBaseline, emptyStudy, metric } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const study = emptyStudy();
 * addBaseline(study, "persistence", { mae: metric(2, "lower") });
 * addBaseline(study, "persistence", { rmse: metric(3, "lower") });
 * assertEquals(study.baselines, { persistence: { mae: 2, rmse: 3 } });
 * ```
 */
export function addBaseline({ baselines }: Study, name: string, scores: Metrics): void {
  baselines[name] = { ...baselines[name], ...metricValues(scores) };
}
