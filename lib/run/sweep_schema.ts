/**
 * The document a sweep leaves behind, `sweep.json`: what was asked for and what each cell of the grid
 * came to. It says nothing of when or how fast, so the same sweep leaves the same bytes.
 *
 * @module
 */

import { z } from "zod";
import { contractSchema, digestsSchema, intervalSchema, judgedTargetSchema } from "./schema.ts";

const metric = z.string();
const values = z.record(z.string(), z.unknown());

/** A mean over the seeds. */
const overSeeds = z.strictObject({ mean: z.number(), interval: intervalSchema });

/** Runs of a cell, one a seed. */
const runs = z.array(z.strictObject({
  seed: z.number().int(),
  runId: z.string().regex(/^[0-9a-f]{12}$/),
  digests: digestsSchema.nullable(),
  /** Why there is no result. */
  failure: z.string().nullable(),
}));

/** A cell, over the seeds; where there were rounds, as it stood in the last one it came to. */
const cellSchema = z.strictObject({
  /** What the cell sets, by key; input files by the digest of their content. */
  values,
  /** Whether all targets are met; `null` where a run failed. */
  verdict: z.enum(["pass", "fail"]).nullable(),
  /** Judged over the runs that are complete. */
  targets: z.array(judgedTargetSchema),
  /** Means over the seeds; none where a run failed, for the seeds that are left are no fair sample. */
  metrics: z.record(metric, overSeeds),
  runs,
});

/** Rounds of successive halving, each over the cells that the one before left. */
const halvingSchema = z.strictObject({
  /** The key that sets how much a run may take. */
  key: z.string(),
  /** What cells were judged by. */
  metric,
  /** One a round, of all that were planned. */
  budgets: z.array(z.number()).min(2),
  /** They end early where no cell of one is complete. */
  rounds: z.array(z.strictObject({
    /** The key's value in this round. */
    budget: z.number(),
    /** In their order, by their places in the sweep's `cells`. */
    cells: z.array(z.strictObject({
      cell: z.number().int(),
      /** The metric over the seeds; `null` where a run failed. */
      score: overSeeds.nullable(),
      runs,
    })).min(1),
    /** Those that went on, the best first; after the last round the best one. */
    kept: z.array(z.number().int()),
  })).min(1),
});

/** The outcome of a sweep. */
export const sweepSchema = z.strictObject({
  schema: z.literal("assay/sweep@1"),
  /**
   * The first 12 hex digits of SHA-256 over experiment, profile, set, grid, seeds and run ids; where there are
   * rounds, over the budgets and the run ids of the first.
   */
  sweepId: z.string().regex(/^[0-9a-f]{12}$/),
  experiment: z.string(),
  title: z.string(),
  source: z.string().optional(),
  about: z.string().optional(),
  profile: z.string(),
  /** The command that asks for it again. */
  command: z.string(),
  contract: contractSchema.omit({ device: true }),
  /** What `--set` changed in every cell, by key. */
  set: values,
  /** The keys of the grid with their values, in the order asked for. */
  axes: z.array(z.strictObject({
    key: z.string(),
    /** Of a range those that cells have, ascending. */
    values: z.array(z.unknown()),
    /** What values were drawn from. */
    range: z.strictObject({
      low: z.number(),
      high: z.number(),
      scale: z.enum(["linear", "log"]),
    }).optional(),
  })).min(1),
  /** The seed that the cells were drawn by; absent where they are all combinations. */
  drawn: z.number().int().optional(),
  seeds: z.array(z.number().int()),
  /** Of each metric that some cell has; those of the machine, such as times, are left out. */
  units: z.record(
    metric,
    z.strictObject({ unit: z.string(), better: z.enum(["higher", "lower"]) }),
  ),
  /** Metrics that figures are drawn of. */
  shown: z.array(metric),
  /**
   * The cell with the best mean, by its place in `cells`: of the metrics shown and those of targets. Where there
   * were rounds, among those of the last.
   */
  best: z.array(z.strictObject({
    metric,
    cell: z.number().int(),
    /** How many cells it was chosen among. */
    among: z.number().int().optional(),
    /** Bounds that hold for all of them at once; absent with one seed. */
    interval: intervalSchema.optional(),
    /** Cells that may be the best all the same; absent where rounds left cells behind, or with one seed. */
    contenders: z.array(z.number().int()).optional(),
  })),
  /** Of a grid, the last key's value changes first; drawn cells stand as they were drawn. */
  cells: z.array(cellSchema),
  /** Absent where every cell was given the same. */
  halving: halvingSchema.optional(),
});

export type Sweep = z.infer<typeof sweepSchema>;
export type SweepCell = Sweep["cells"][number];
export type SweepRun = SweepCell["runs"][number];
export type SweepRound = NonNullable<Sweep["halving"]>["rounds"][number];

/** All runs of a sweep, those of earlier rounds too. */
export function sweepRuns({ cells, halving }: Pick<Sweep, "cells" | "halving">): SweepRun[] {
  return (halving?.rounds.flatMap((round) => round.cells) ?? cells).flatMap(({ runs }) => runs);
}

/** The round that each cell came to, from 0; all 0 where there were none. */
export function roundsReached({ cells, halving }: Pick<Sweep, "cells" | "halving">): number[] {
  const reached = cells.map(() => 0);
  for (const [round, { cells }] of (halving?.rounds ?? []).entries()) {
    for (const { cell } of cells) reached[cell] = round;
  }
  return reached;
}

/** Path of a sweep's folder, relative to the reports folder, with `/`. */
export function sweepPlace({ experiment, sweepId }: Pick<Sweep, "experiment" | "sweepId">): string {
  return `${experiment}/sweeps/${sweepId}`;
}

/**
 * The values of a cell in words.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const axes = [{ key: "rate" }, { key: "sizes" }];
 * assertEquals(cellName(axes, { sizes: [4, 2], rate: 1e-7 }), "rate 1e-7, sizes [4,2]");
 * ```
 */
export function cellName(
  axes: readonly { readonly key: string }[],
  values: Readonly<Record<string, unknown>>,
): string {
  return axes.map(({ key }) => `${key} ${valueText(values[key])}`).join(", ");
}

/** A value of a configuration as it can be given on the command line. */
export function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
