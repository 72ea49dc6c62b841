/**
 * What a measured number carries with it, a unit and the direction that is better, and the handling of
 * such numbers by name.
 *
 * @module
 */

/** Which way a metric improves. */
export type Direction = "higher" | "lower";

/** What squared errors cost on either side. */
export interface AsymmetricWeights {
  /** Factor where the prediction is too low. */
  readonly under: number;
  /** Factor where it is too high. */
  readonly over: number;
}

/** A number, its unit (`""` when it has none) and the direction that is better. */
export interface Metric {
  readonly value: number;
  readonly unit: string;
  readonly better: Direction;
  /**
   * It is of the machine, such as a time. It is shown and judged as any other, but no run promises it:
   * records and comparisons leave it out.
   */
  readonly machine?: true;
}

/** Metrics by name, such as `rtt_ms/mae`. */
export type Metrics = Readonly<Record<string, Metric>>;

/**
 * The bare values of metrics, by the same names: what baselines and ceilings are given as.
 *
 * @example
 * ```ts
 * import { metricValues } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(metricValues({ mae: { value: 2, unit: "ms", better: "lower" } }), { mae: 2 });
 * ```
 */
export function metricValues(metrics: Metrics): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value]));
}

/**
 * The same entries with `prefix` before each name.
 *
 * @example
 * ```ts
 * import { prefixNames } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(prefixNames("v1/test/", { "rtt_ms/mae": 2 }), { "v1/test/rtt_ms/mae": 2 });
 * ```
 */
export function prefixNames<T>(
  prefix: string,
  entries: Readonly<Record<string, T>>,
): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [prefix + name, value]));
}
