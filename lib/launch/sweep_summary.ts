/**
 * From the runs of a sweep to what it came to: each cell over the seeds, the best cells, `sweep.json`.
 *
 * @module
 */

import { join } from "@std/path";
import type { Device } from "../device/device.ts";
import type { Experiment } from "../experiment/types.ts";
import { meanInterval } from "../metrics/stats/mean_interval.ts";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { sha256Hex } from "../numeric/digest.ts";
import { writeChecksums } from "../run/checksums.ts";
import { writeJson } from "../run/files.ts";
import type { Result } from "../run/schema.ts";
import { summarise, verdictOf } from "../run/summarise.ts";
import { type Sweep, type SweepCell, sweepPlace } from "../run/sweep_schema.ts";
import type { Grid } from "./grid.ts";
import { type CellOutcome, promisedMetrics } from "./sweep.ts";

/** What was asked for. */
export interface SweepAsked {
  readonly experiment: Experiment;
  readonly profile: string;
  readonly grid: Grid;
  readonly seeds: readonly number[];
  /** Metrics to draw; none for the first that a target is about, or else the first by name. */
  readonly metrics: readonly string[];
  readonly device: Pick<Device, "promise" | "backend" | "numerics">;
  /** The command that asks for it again. */
  readonly command: string;
}

/**
 * What the runs of a sweep came to. The order in which the grid was written changes the order of cells,
 * not the sweep's id.
 */
export function summariseSweep(asked: SweepAsked, outcomes: readonly CellOutcome[]): Sweep {
  const { experiment, profile, grid: { axes, set }, seeds, command } = asked;
  const { promise, backend, numerics } = asked.device;
  const results = outcomes.flatMap(({ runs }) => completeOf(runs));
  const cells = outcomes.map((outcome) => cellOf(experiment, outcome));
  const units = Object.fromEntries(
    results.flatMap((result) =>
      promisedMetrics(result).map((name) => {
        const { unit, better } = result.units[name]!;
        return [name, { unit, better }];
      })
    ),
  );
  const targets = cells.flatMap(({ targets }) => targets.map(({ metric }) => metric))
    .filter((metric) => metric in units);
  const standard = [...targets, ...Object.keys(units).sort()].slice(0, 1);
  const shown = [...new Set(asked.metrics.length > 0 ? asked.metrics : standard)];
  const { name, title, source, summary } = experiment;
  return {
    schema: "assay/sweep@1",
    sweepId: sweepId(asked, outcomes),
    experiment: name,
    title,
    ...(source === undefined ? {} : { source }),
    ...(summary === undefined ? {} : { about: summary }),
    profile,
    command,
    contract: { promise, backend, numerics },
    set,
    axes: axes.map(({ key, values }) => ({ key, values: [...values] })),
    seeds: [...seeds],
    units,
    shown,
    best: [...new Set([...shown, ...targets])].flatMap((metric) => {
      const cell = bestCell(cells, metric, units[metric]!.better);
      return cell === null ? [] : [{ metric, cell }];
    }),
    cells,
  };
}

/**
 * Writes `sweep.json` and its checksum into `<experiment>/sweeps/<sweep-id>/` of a reports folder.
 *
 * @returns That folder.
 */
export async function writeSweep(reports: string, sweep: Sweep): Promise<string> {
  const folder = join(reports, sweepPlace(sweep));
  await writeJson(join(folder, "sweep.json"), sweep);
  await writeChecksums(folder, ["sweep.json"]);
  return folder;
}

function sweepId(
  { experiment, profile, grid: { axes, set }, seeds }: SweepAsked,
  outcomes: readonly CellOutcome[],
): string {
  const sorted = (values: readonly unknown[]) => values.map((value) => canonicalJson(value)).sort();
  const made = {
    experiment: experiment.name,
    profile,
    set,
    grid: Object.fromEntries(axes.map(({ key, values }) => [key, sorted(values)])),
    seeds: seeds.toSorted((a, b) => a - b),
    runs: outcomes.flatMap(({ runs }) => runs.map(({ runId }) => runId)).sort(),
  };
  return sha256Hex(canonicalJson(made)).slice(0, 12);
}

function cellOf(experiment: Experiment, { cell: { values }, runs }: CellOutcome): SweepCell {
  const results = completeOf(runs);
  // A sweep leaves the documents' configuration, so their claims are not on trial in it.
  const targets = results.length > 0 ? summarise(experiment, results).targets : [];
  const whole = results.length === runs.length;
  return {
    values: { ...values },
    verdict: whole ? verdictOf(targets, []).verdict : null,
    targets,
    metrics: whole ? overSeeds(results) : {},
    runs: runs.map(({ seed, runId, result, failure }) => ({
      seed,
      runId,
      digests: result?.digests ?? null,
      failure,
    })),
  };
}

/** The metrics that all results have. */
function overSeeds(results: readonly Result[]): SweepCell["metrics"] {
  const names = promisedMetrics(results[0]!)
    .filter((name) => results.every(({ metrics }) => name in metrics));
  return Object.fromEntries(names.map((name) => {
    const { mean, low, high } = meanInterval(results.map(({ metrics }) => metrics[name]!));
    return [name, { mean, interval: { low, high } }];
  }));
}

function completeOf(runs: CellOutcome["runs"]): Result[] {
  return runs.flatMap(({ result }) => result ?? []);
}

/** Place of the first cell with the best mean; `null` when no cell has the metric. */
function bestCell(
  cells: readonly SweepCell[],
  metric: string,
  better: "higher" | "lower",
): number | null {
  const sign = better === "higher" ? 1 : -1;
  let best: number | null = null;
  cells.forEach(({ metrics }, i) => {
    const ahead = (at: number) =>
      sign * metrics[metric]!.mean > sign * cells[at]!.metrics[metric]!.mean;
    if (metric in metrics && (best === null || ahead(best))) best = i;
  });
  return best;
}
