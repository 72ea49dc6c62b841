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
import { boundsAmong, contenders } from "../metrics/stats/best_of_many.ts";
import type { Grid } from "./cells.ts";
import { type RoundOutcome, scoreOf } from "./halving.ts";
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
  readonly halving?: HalvingOutcome;
}

/** The rounds of a sweep that had some. */
export interface HalvingOutcome {
  readonly key: string;
  readonly metric: string;
  /** Of all rounds that were planned. */
  readonly budgets: readonly number[];
  readonly rounds: readonly RoundOutcome[];
}

/**
 * What the runs of a sweep came to. The order in which the grid was written changes the order of cells,
 * not the sweep's id.
 *
 * @param outcomes Of every cell; where there were rounds, of the last one that it came to.
 */
export function summariseSweep(asked: SweepAsked, outcomes: readonly CellOutcome[]): Sweep {
  const { experiment, profile, grid: { axes, set, drawn }, seeds, command, halving } = asked;
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
  const last = halving?.rounds.at(-1)?.cells.map(({ place }) => place) ?? [...cells.keys()];
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
    axes: axes.map(({ key, values, range }) => ({
      key,
      values: [...values],
      ...(range === undefined ? {} : { range: { ...range } }),
    })),
    ...(drawn === null ? {} : { drawn }),
    seeds: [...seeds],
    units,
    shown,
    best: [...new Set([...shown, ...targets])].flatMap((metric) => {
      const cell = bestCell(cells, last, metric, units[metric]!.better);
      return cell === null ? [] : [{ metric, cell, ...chosenAmong(metric, cell) }];
    }),
    cells,
    ...(halving === undefined ? {} : { halving: halvingOf(halving) }),
  };

  /** What is to be held of a cell that was chosen by the metric that it is shown with. */
  function chosenAmong(metric: string, cell: number) {
    const compared = halving === undefined
      ? [...cells.keys()].filter((place) => metric in cells[place]!.metrics)
      : [...cells.keys()];
    const among = compared.length;
    const valuesOf = (place: number) =>
      outcomes[place]!.runs.map(({ result }) => result!.metrics[metric]!);
    const interval = boundsAmong(valuesOf(cell), among);
    if (interval === null) return { among };
    // A cell that was left behind was not compared at the last round's budget.
    if (halving !== undefined) return { among, interval };
    const may = contenders(compared.map(valuesOf), units[metric]!.better);
    return { among, interval, contenders: may.map((at) => compared[at]!) };
  }
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

function halvingOf(
  { key, metric, budgets, rounds }: HalvingOutcome,
): NonNullable<Sweep["halving"]> {
  return {
    key,
    metric,
    budgets: [...budgets],
    rounds: rounds.map(({ budget, cells, kept }) => ({
      budget,
      cells: cells.map((one) => ({
        cell: one.place,
        score: scoreOf(one, metric),
        runs: runsOf(one.runs),
      })),
      kept: [...kept],
    })),
  };
}

function sweepId(
  { experiment, profile, grid: { axes, set, drawn }, seeds, halving }: SweepAsked,
  outcomes: readonly CellOutcome[],
): string {
  const sorted = (values: readonly unknown[]) => values.map((value) => canonicalJson(value)).sort();
  const made = {
    experiment: experiment.name,
    profile,
    set,
    grid: Object.fromEntries(axes.map(({ key, values }) => [key, sorted(values)])),
    seeds: seeds.toSorted((a, b) => a - b),
    // What later rounds are made of follows from the first one, also where they are not made yet.
    runs: (halving?.rounds[0]?.cells ?? outcomes)
      .flatMap(({ runs }) => runs.map(({ runId }) => runId)).sort(),
    ...(drawn === null ? {} : { drawn, ranges: Object.fromEntries(rangesOf()) }),
    ...(halving === undefined
      ? {}
      : { halving: [halving.key, halving.metric, [...halving.budgets]] }),
  };
  return sha256Hex(canonicalJson(made)).slice(0, 12);

  function rangesOf() {
    return axes.flatMap(({ key, range }) => range === undefined ? [] : [[key, { ...range }]]);
  }
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
    runs: runsOf(runs),
  };
}

function runsOf(runs: CellOutcome["runs"]): SweepCell["runs"] {
  return runs.map(({ seed, runId, result, failure }) => ({
    seed,
    runId,
    digests: result?.digests ?? null,
    failure,
  }));
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

/** Place of the first cell with the best mean, of those at `places`; `null` when none has the metric. */
function bestCell(
  cells: readonly SweepCell[],
  places: readonly number[],
  metric: string,
  better: "higher" | "lower",
): number | null {
  const sign = better === "higher" ? 1 : -1;
  const mean = (place: number) => sign * cells[place]!.metrics[metric]!.mean;
  let best: number | null = null;
  for (const place of places) {
    if (metric in cells[place]!.metrics && (best === null || mean(place) > mean(best))) {
      best = place;
    }
  }
  return best;
}
