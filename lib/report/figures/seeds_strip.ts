/**
 * What each seed reached: one dot a seed, one strip a metric, the bound as a rule.
 *
 * @module
 */

import type { Bound, Figure } from "../../experiment/types.ts";
import { tones } from "../theme.ts";
import { $schema, type FigureText, rounded } from "./figure.ts";

/** One metric over the seeds. */
export interface SeedValues {
  readonly metric: string;
  readonly unit: string;
  readonly bound: Bound;
  readonly seeds: readonly { readonly seed: number; readonly value: number }[];
}

/**
 * A strip a metric, each with an axis of its own: dots are seeds, the thin line is their mean, the rule
 * is the bound.
 *
 * @throws {RangeError} When no metric has a seed's value.
 *
 * @example
 * ```ts
 * import { atLeast, seedsStrip } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const seeds = [{ seed: 1, value: 0.984 }, { seed: 2, value: 0.986 }];
 * const figure = seedsStrip([{ metric: "v2/r", unit: "", bound: atLeast(0.98), seeds }]);
 * assertEquals(figure.name, "seeds");
 * ```
 */
export function seedsStrip(metrics: readonly SeedValues[], text: FigureText = {}): Figure {
  const known = metrics.filter(({ seeds }) => seeds.length > 0);
  if (known.length === 0) {
    throw new RangeError(
      `Cannot draw a strip of seeds: none of ${metrics.length} metrics has a value of any seed`,
    );
  }
  return {
    name: text.name ?? "seeds",
    title: text.title ?? "Every seed",
    caption: text.caption ?? "One dot a seed, their mean as a tick, the bound as a rule.",
    spec: { $schema, columns: 2, concat: known.map(strip) },
  };
}

function strip({ metric, unit, bound, seeds }: SeedValues): Record<string, unknown> {
  const mean = seeds.reduce((sum, { value }) => sum + value, 0) / seeds.length;
  const bounds = [bound.atLeast, bound.atMost].filter((end) => end !== undefined);
  const x = {
    field: "value",
    type: "quantitative",
    title: unit === "" ? null : unit,
    scale: { zero: false, nice: true, padding: 12 },
    axis: { tickCount: 5 },
  };
  return {
    title: metric,
    width: 400,
    height: 34,
    layer: [
      {
        data: { values: bounds.map((value) => ({ value })) },
        mark: { type: "rule", strokeWidth: 2, color: tones.ink.light },
        encoding: { x },
      },
      {
        data: { values: [{ value: rounded(mean) }] },
        mark: { type: "tick", thickness: 1.5, size: 26, color: tones.blue.light },
        encoding: { x },
      },
      {
        data: { values: seeds.map(({ seed, value }) => ({ seed, value: rounded(value) })) },
        mark: { type: "point", filled: true, size: 70, opacity: 0.7, color: tones.blue.light },
        encoding: { x, tooltip: [{ field: "seed" }, { field: "value" }] },
      },
    ],
  };
}
