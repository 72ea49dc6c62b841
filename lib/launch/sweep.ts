/**
 * A sweep: cells, each over the seeds. It is a set of runs: those that are complete answer at once,
 * interrupted ones go on, and one that fails leaves the others. A {@linkcode Launch} makes them.
 *
 * @module
 */

import { closestString } from "@std/text/closest-string";
import { InputError } from "../numeric/errors.ts";
import type { Result } from "../run/schema.ts";
import type { GridCell } from "./cells.ts";
import { failureText, type Job, type Launch, type LaunchSession } from "./job.ts";

/** What to run. */
export interface SweepRequest {
  readonly cells: readonly NamedCell[];
  readonly seeds: readonly number[];
  /** What all runs have in common. */
  readonly shared: Omit<Job["request"], "config" | "seed">;
  /** Ends at the first run that fails. */
  readonly failFast: boolean;
  /** Metrics that are wanted: refused as soon as a run shows that there is no such metric. */
  readonly metrics: readonly string[];
}

/** A cell, and what progress calls it, such as `cell 2 of 4 · rate 0.1`. */
export interface NamedCell {
  readonly name: string;
  readonly cell: GridCell;
}

/** A run of a cell: its result, or why there is none. */
export interface CellRun {
  readonly seed: number;
  readonly runId: string;
  readonly result: Result | null;
  readonly failure: string | null;
}

/** A cell and what became of its runs, in the order of the seeds. */
export interface CellOutcome {
  readonly cell: GridCell;
  readonly runs: readonly CellRun[];
}

/**
 * Runs every cell over the seeds. In whatever order the runs end, the cells and their runs stand in the
 * order asked for.
 *
 * @returns `null` where `failFast` ended it.
 * @throws {InputError} When a metric is wanted that the first complete run does not report.
 * @throws {Interrupted} As {@linkcode Launch}.
 */
export async function runSweep(
  { cells, seeds, shared, failFast, metrics }: SweepRequest,
  launch: Launch,
  session: LaunchSession,
): Promise<CellOutcome[] | null> {
  const jobs = cells.map(({ name, cell: { config, overrides } }) =>
    seeds.map((seed): Job => ({ name, request: { ...shared, config, seed }, overrides }))
  );
  const runs = new Map<Job, CellRun>();
  let checked = false;
  for await (const outcome of launch(jobs.flat(), session)) {
    const { job, runId, finished } = outcome;
    const { seed } = job.request;
    if (finished) {
      const { result } = finished;
      if (!checked) refuseUnknown(metrics, result);
      checked = true;
      runs.set(job, { seed, runId, result, failure: null });
    } else {
      session.progress.note(failureText(outcome));
      runs.set(job, { seed, runId, result: null, failure: outcome.error.message });
      if (failFast) return null;
    }
  }
  return cells.map(({ cell }, i) => ({ cell, runs: jobs[i]!.map((job) => runs.get(job)!) }));
}

/** The metrics of a result but those of the machine, such as times: no run promises these. */
export function promisedMetrics({ metrics, units }: Result): string[] {
  return Object.keys(metrics).filter((name) => units[name]?.machine !== true).sort();
}

function refuseUnknown(wanted: readonly string[], result: Result): void {
  const there = promisedMetrics(result);
  const unknown = wanted.find((name) => !there.includes(name));
  if (unknown === undefined) return;
  const near = there.length > 0 ? ` Did you mean "${closestString(unknown, there)}"?` : "";
  throw new InputError(
    `Cannot show --metric "${unknown}" of experiment "${result.experiment}": its runs do not report ` +
      `it${
        unknown in result.metrics ? " but as a number of the machine" : ""
      }.${near} They report ${there.join(", ") || "none"}. The runs that are complete are kept.`,
  );
}
