/**
 * The document's targets back in the units they came from: only there can its variants be compared.
 *
 * @module
 */

import { exp, log } from "assay";
import { DOCUMENT_TARGETS } from "./document_features.ts";
import type { DocumentFraming } from "./document_framing.ts";
import type { SplitWindows } from "./step_windows.ts";

/** Names and units of the targets in these units, and what each can be at all. */
export const DOCUMENT_QUANTITIES = [
  // The document caps the rate at 1,000; a negative one, which its gaps give, is none.
  { name: "request_rate", unit: "1/min", low: 0, high: 1000 },
  { name: "memory", unit: "MB", low: 0, high: 3008 },
  { name: "duration", unit: "s", low: 0, high: 1000 },
] as const;

/**
 * Undoes features and scaling of the document's targets.
 *
 * @param part Whose maxima the normalised variant was divided by.
 * @param values `[rows, 3]`, as the framing's first three columns.
 * @returns `[rows, 3]` in the units of {@linkcode DOCUMENT_QUANTITIES}, within their bounds.
 *
 * @example
 * ```ts
 * import { rootKey, windowTargets } from "assay";
 * import { assert } from "@std/assert";
 * import { documentFraming } from "./document_framing.ts";
 * import { invocationTrace } from "./generate.ts";
 *
 * const trace = invocationTrace(rootKey(1), { days: 1, invocations: 5_000 });
 * const framing = documentFraming(trace, rootKey(2), { variant: "normalised", scaling: "twice" });
 * const { columns } = framing.series;
 * const targets = windowTargets(framing.series, framing.test, columns.slice(0, 3));
 * const memory = documentUnits(framing, "test", targets).filter((_, i) => i % 3 === 1);
 * assert(memory.every((mb) => [128, 256, 512, 1024, 2048, 3008].includes(Math.round(mb))));
 * ```
 */
export function documentUnits(
  { variant, scaling, maxima, scales }: DocumentFraming,
  part: keyof SplitWindows,
  values: Float32Array | Float64Array,
): Float64Array {
  const ofRate = log(1 + (maxima[part].rate + 1e-8));
  const unscaled = [scales.rate, scales.memory, scales.duration].map(({ centre, scale }) =>
    scaling === "once" ? (value: number) => value : (value: number) => value * scale + centre
  );
  const undone = [
    (value: number) => variant === "raw" ? value : exp(Math.min(value * ofRate, MOST_LOG)) - 1,
    (value: number) => value * 3008,
    (value: number) => value * 1000,
  ];
  return Float64Array.from(values, (value, i) => {
    const target = i % DOCUMENT_TARGETS;
    const { low, high } = DOCUMENT_QUANTITIES[target]!;
    return Math.min(high, Math.max(low, unscaled[target]!(undone[target]!(value))));
  });
}

/** A logarithm beyond every bound. */
const MOST_LOG = 50;
