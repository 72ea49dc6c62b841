/**
 * What the figure builders share: names, rounding, thinning.
 *
 * @module
 */

/** Name, title and caption of a figure; each builder has a default for what is absent. */
export interface FigureText {
  /** File name without suffix: lower-case letters, digits, `-`. */
  readonly name?: string;
  readonly title?: string;
  readonly caption?: string;
}

/** The schema of Vega-Lite that every specification names. */
export const $schema = "https://vega.github.io/schema/vega-lite/v6.json";

/**
 * `value` with six significant digits: below what a picture shows, a third of the bytes.
 *
 * @example
 * ```ts
 * import { rounded } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(rounded(2 / 3), 0.666667);
 * ```
 */
export function rounded(value: number): number {
  return Number(value.toPrecision(6));
}

/**
 * At most `most` indices out of `count`, evenly spread, first and last among them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(spread(3, 10), [0, 1, 2]);
 * assertEquals(spread(101, 3), [0, 50, 100]);
 * ```
 */
export function spread(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round(i * (count - 1) / (most - 1)));
}

/** Smallest and largest of some numbers. */
export function extent(values: Iterable<number>): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return { low, high };
}

/** A metric's name as a part of a figure's. */
export function metricSlug(metric: string): string {
  return metric.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}
