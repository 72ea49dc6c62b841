/**
 * The five features of the document's operational model, from the columns it takes them from.
 *
 * @module
 */

import { log, sin } from "assay";

/** In the document's order; the first three are its targets. */
export const DOCUMENT_FEATURES = [
  "request_rate",
  "memory_util",
  "cpu_util",
  "queue_depth",
  "hour_sin",
] as const;

/** How many of {@linkcode DOCUMENT_FEATURES}, from the first, are targets. */
export const DOCUMENT_TARGETS = 3;

/** Features as they were at first, or with logarithm and bounds as the document's fix has them. */
export type FeatureVariant = "raw" | "normalised";

/** What the features of a row are made of, in the units or scales of the framing. */
export interface FeatureSources {
  /** Invocations a minute; NaN for a function's first row. */
  readonly rate: number;
  readonly memory: number;
  readonly duration: number;
  readonly latency: number;
  /** Whole hour of the day. */
  readonly hour: number;
}

/** Largest values over the rows of a part, by which the normalised variant divides. */
export interface PartMaxima {
  readonly rate: number;
  /** Of latency / 1000. */
  readonly queue: number;
}

/**
 * The document's logarithmic rate, log(1 + r) / log(1 + max); NaN for a rate below −1.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { DOCUMENTED_SCALES, scaledBy } from "./robust_scaling.ts";
 *
 * // No requests at all, after robust scaling: the floor of the document's figures.
 * const rate = (r: number) => scaledBy(DOCUMENTED_SCALES.invocation_rate, r);
 * assertAlmostEquals(logarithmicRate(rate(0), rate(1000)), -0.269, 5e-4);
 * ```
 */
export function logarithmicRate(rate: number, most: number): number {
  return log(1 + rate) / log(1 + (most + 1e-8));
}

/**
 * Writes the features of one row before what is no number is replaced.
 *
 * @param into Takes them from place `at` on.
 */
export function writeFeatures(
  { rate, memory, duration, latency, hour }: FeatureSources,
  variant: FeatureVariant,
  { rate: mostRate, queue: mostQueue }: PartMaxima,
  into: Float64Array | Float32Array,
  at: number,
): void {
  const queue = latency / 1000;
  const known = Number.isNaN(rate) ? 0 : rate;
  into[at] = variant === "raw" ? known : logarithmicRate(known, mostRate);
  into[at + 1] = memory / 3008;
  into[at + 2] = clip(duration / 1000, 1);
  into[at + 3] = variant === "raw" ? clip(queue, 10) : clip(queue / (mostQueue + 1e-8), 1);
  into[at + 4] = sin(2 * Math.PI * hour / 24);
}

/** Into 0 … `high`. */
function clip(value: number, high: number): number {
  return Math.min(high, Math.max(0, value));
}
