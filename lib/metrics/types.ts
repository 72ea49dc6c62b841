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
 * A metric that a run promises.
 *
 * @param unit Default: none.
 *
 * @example
 * ```ts
 * import { metric } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(metric(2, "lower", "ms"), { value: 2, unit: "ms", better: "lower" });
 * assertEquals(metric(0.9, "higher").unit, "");
 * ```
 */
export function metric(value: number, better: Direction, unit = ""): Metric {
  return { value, unit, better };
}

/**
 * A time that something took, the less the better: it is the machine's, and no run promises it.
 *
 * @example
 * ```ts
 * import { machineTime } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(machineTime(3, "s"), { value: 3, unit: "s", better: "lower", machine: true });
 * ```
 */
export function machineTime(value: number, unit: string): Metric {
  return { value, unit, better: "lower", machine: true };
}

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
