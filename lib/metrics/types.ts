/**
 * What a measured number carries with it: a unit and the direction that is better.
 *
 * @module
 */

/** Which way a metric improves. */
export type Direction = "higher" | "lower";

/** A number, its unit (`""` when it has none) and the direction that is better. */
export interface Metric {
  readonly value: number;
  readonly unit: string;
  readonly better: Direction;
}

/** Metrics by name, such as `rtt_ms/mae`. */
export type Metrics = Readonly<Record<string, Metric>>;
