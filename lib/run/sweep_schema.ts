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

/** A cell of the grid, over the seeds. */
const cellSchema = z.strictObject({
  /** What the cell sets, by key; input files by the digest of their content. */
  values,
  /** Whether all targets are met; `null` where a run failed. */
  verdict: z.enum(["pass", "fail"]).nullable(),
  /** Judged over the runs that are complete. */
  targets: z.array(judgedTargetSchema),
  /** Means over the seeds; none where a run failed, for the seeds that are left are no fair sample. */
  metrics: z.record(metric, z.strictObject({ mean: z.number(), interval: intervalSchema })),
  runs: z.array(z.strictObject({
    seed: z.number().int(),
    runId: z.string().regex(/^[0-9a-f]{12}$/),
    digests: digestsSchema.nullable(),
    /** Why there is no result. */
    failure: z.string().nullable(),
  })),
});

/** The outcome of a sweep. */
export const sweepSchema = z.strictObject({
  schema: z.literal("assay/sweep@1"),
  /** The first 12 hex digits of SHA-256 over experiment, profile, set, grid, seeds and run ids. */
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
  axes: z.array(z.strictObject({ key: z.string(), values: z.array(z.unknown()) })).min(1),
  seeds: z.array(z.number().int()),
  /** Of each metric that some cell has; those of the machine, such as times, are left out. */
  units: z.record(
    metric,
    z.strictObject({ unit: z.string(), better: z.enum(["higher", "lower"]) }),
  ),
  /** Metrics that figures are drawn of. */
  shown: z.array(metric),
  /** The cell with the best mean, by its place in `cells`: of the metrics shown and those of targets. */
  best: z.array(z.strictObject({ metric, cell: z.number().int() })),
  /** The last key's value changes first. */
  cells: z.array(cellSchema),
});

export type Sweep = z.infer<typeof sweepSchema>;
export type SweepCell = Sweep["cells"][number];

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
