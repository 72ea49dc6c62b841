/**
 * A sweep: the cells of a grid, each over the seeds. It is a set of runs: those that are complete
 * answer at once, interrupted ones go on, and one that fails leaves the others.
 *
 * @module
 */

import { closestString } from "@std/text/closest-string";
import { InputError } from "../numeric/errors.ts";
import type { RunRequest } from "../run/execute.ts";
import { identify, runId } from "../run/identity.ts";
import type { Result } from "../run/schema.ts";
import { cellName } from "../run/sweep_schema.ts";
import type { Grid, GridCell } from "./grid.ts";
import { inTurn } from "./in_turn.ts";

/** What to run. */
export interface SweepRequest {
  readonly grid: Grid;
  readonly seeds: readonly number[];
  /** What all runs have in common. */
  readonly shared: Omit<RunRequest, "config" | "seed">;
  /** Ends at the first run that fails. */
  readonly failFast: boolean;
  /** Metrics that are wanted: refused as soon as a run shows that there is no such metric. */
  readonly metrics: readonly string[];
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
 * Runs every cell over the seeds, cell by cell.
 *
 * @returns The cells in their order; with `failFast` up to the one that failed.
 * @throws {InputError} When a metric is wanted that the first complete run does not report.
 * @throws {Interrupted} As {@linkcode inTurn}.
 */
export async function runSweep(
  { grid: { axes, cells }, seeds, shared, failFast, metrics }: SweepRequest,
): Promise<CellOutcome[]> {
  const { note } = shared.progress;
  const outcomes: CellOutcome[] = [];
  let checked = false;
  for (const [i, cell] of cells.entries()) {
    const name = `cell ${i + 1} of ${cells.length} · ${cellName(axes, cell.values)}`;
    note(name);
    const runs: CellRun[] = [];
    outcomes.push({ cell, runs });
    const requests = seeds.map((seed): RunRequest => ({ ...shared, config: cell.config, seed }));
    for await (const { request, finished, error } of inTurn(requests)) {
      const { seed } = request;
      if (finished) {
        const { result } = finished;
        if (!checked) refuseUnknown(metrics, result);
        checked = true;
        runs.push({ seed, runId: result.runId, result, failure: null });
      } else {
        const id = runId(await identify(request));
        note(`${name} · seed ${seed} · run ${id} failed: ${error.message}`);
        runs.push({ seed, runId: id, result: null, failure: error.message });
        if (failFast) return outcomes;
      }
    }
  }
  return outcomes;
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
