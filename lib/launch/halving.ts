/**
 * Successive halving (Karnin, Koren and Somekh 2013; Jamieson and Talwalkar 2016): all cells get a small
 * budget, the better ones a larger one, and so on. Cells are judged when a whole round is complete, in the order
 * of the cells, so that neither the order nor the time in which runs end can change who goes on.
 *
 * @module
 */

import type { Experiment } from "../experiment/types.ts";
import { meanInterval } from "../metrics/stats/mean_interval.ts";
import type { Direction } from "../metrics/types.ts";
import { InputError } from "../numeric/errors.ts";
import { cellName } from "../run/sweep_schema.ts";
import { axisText, keyOf } from "./axis_text.ts";
import { CellMaker, type CellsRequest, type Grid, type GridCell } from "./cells.ts";
import type { Launch, LaunchSession } from "./job.ts";
import { type CellOutcome, runSweep, type SweepRequest } from "./sweep.ts";

/** What the rounds are made from. */
export interface BudgetRequest extends CellsRequest {
  /** `KEY=a,b,c`: numbers that ascend, one a round. */
  readonly budget: string;
}

/** A round as it is planned. */
export interface PlannedRound {
  readonly budget: number;
  /** How many cells it is for. */
  readonly count: number;
  /** Every cell of the sweep, with the round's budget set. */
  readonly cells: readonly GridCell[];
}

/** Rounds as they are planned. */
export interface PlannedHalving {
  /** The key that budgets are values of. */
  readonly key: string;
  readonly rounds: readonly PlannedRound[];
}

/** A round as it went. */
export interface RoundOutcome {
  readonly budget: number;
  /** Places in the sweep's cells, ascending, with what became of each. */
  readonly cells: readonly (CellOutcome & { readonly place: number })[];
  /** Places of those that went on, the best first; after the last round the best one. */
  readonly kept: readonly number[];
}

/**
 * Plans the rounds: a round has so many times fewer cells than the one before as its budget is larger, rounded
 * down and one at least, so that no round costs more than the first.
 *
 * @throws {InputError} When there are fewer than two budgets, they do not ascend, or the experiment does not take
 * them.
 */
export async function planHalving(
  experiment: Experiment,
  { budget, ...request }: BudgetRequest,
  { axes, cells }: Grid,
): Promise<PlannedHalving> {
  const { key, values: texts } = axisText(budget, "budget");
  const other = axes.some((axis) => axis.key === key)
    ? "--grid"
    : request.set.some((text) => keyOf(text) === key)
    ? "--set"
    : null;
  const budgets = texts.map(Number);
  const ascend = budgets.every((value, i) => value > (budgets[i - 1] ?? 0) && value < Infinity);
  const reason = other !== null
    ? `the key "${key}" stands in ${other} too. Leave it out there: rounds set it`
    : budgets.length < 2
    ? "it has fewer than two values, and each is a round"
    : !ascend
    ? "its values are not numbers above 0 that ascend"
    : null;
  if (reason !== null) {
    throw new InputError(
      `Cannot halve by --budget "${budget}" in experiment "${experiment.name}": ${reason}. It must have ` +
        `the form KEY=VALUE,VALUE,..., for instance --budget epochs=2,4,8.`,
    );
  }
  const rounds: PlannedRound[] = [];
  for (const [i, value] of budgets.entries()) {
    const before = rounds.at(-1);
    const share = before === undefined ? cells.length : before.count * before.budget / value;
    // A share that is whole may have been rounded to less.
    const count = Math.max(1, Math.floor(share + 1e-9));
    const maker = new CellMaker(experiment, request, axes.map((axis) => axis.key));
    const own: GridCell[] = [];
    for (const { overrides } of cells) {
      const chosen = overrides.slice(request.set.length);
      own.push((await maker.make([...chosen, `${key}=${texts[i]}`])).cell);
    }
    rounds.push({ budget: value, count, cells: own });
  }
  return { key, rounds };
}

/** What {@linkcode runHalving} runs. */
export interface HalvingRequest extends Omit<SweepRequest, "cells"> {
  readonly axes: Grid["axes"];
  readonly halving: PlannedHalving;
  /** What cells are judged by; among `metrics`. */
  readonly metric: string;
}

/**
 * Runs the rounds. They end early where no cell of one is complete.
 *
 * @returns The rounds there were; `null` where `failFast` ended it.
 * @throws As {@linkcode runSweep}.
 */
export async function runHalving(
  { axes, halving: { rounds }, metric, ...request }: HalvingRequest,
  launch: Launch,
  session: LaunchSession,
): Promise<RoundOutcome[] | null> {
  const done: RoundOutcome[] = [];
  let places = [...rounds[0]!.cells.keys()];
  for (const [i, { budget, cells }] of rounds.entries()) {
    const named = places.map((place) => {
      const cell = cells[place]!;
      const name = `round ${i + 1} of ${rounds.length} · cell ${place + 1} of ${cells.length} · ${
        cellName(axes, cell.values)
      }`;
      return { name, cell };
    });
    const outcomes = await runSweep({ ...request, cells: named }, launch, session);
    if (outcomes === null) return null;
    const own = outcomes.map((outcome, at) => ({ ...outcome, place: places[at]! }));
    const order = ranked(own, metric);
    const kept = order.slice(0, rounds[i + 1]?.count ?? 1);
    done.push({ budget, cells: own, kept });
    if (kept.length === 0) break;
    places = kept.toSorted((a, b) => a - b);
  }
  return done;
}

/** What became of each cell of a sweep in the last round that it came to. */
export function lastOutcomes(rounds: readonly RoundOutcome[]): CellOutcome[] {
  const last: CellOutcome[] = [];
  for (const { cells } of rounds) {
    for (const { place, cell, runs } of cells) last[place] = { cell, runs };
  }
  return last;
}

/** Mean of a metric over a cell's runs, with its interval; `null` where a run failed or does not report it. */
export function scoreOf({ runs }: CellOutcome, metric: string): {
  readonly mean: number;
  readonly interval: { readonly low: number | null; readonly high: number | null };
} | null {
  const values = runs.map(({ result }) => result?.metrics[metric]);
  if (values.some((value) => value === undefined)) return null;
  const { mean, low, high } = meanInterval(values as number[]);
  return { mean, interval: { low, high } };
}

/** Places of the cells that have a score, the best first; of equals the first. */
function ranked(cells: RoundOutcome["cells"], metric: string): number[] {
  const scored = cells.flatMap((one) => {
    const score = scoreOf(one, metric);
    return score === null ? [] : [{ place: one.place, mean: score.mean, better: betterOf(one) }];
  });
  return scored
    .sort((a, b) =>
      (a.better === "higher" ? b.mean - a.mean : a.mean - b.mean) || a.place - b.place
    )
    .map(({ place }) => place);

  function betterOf({ runs }: CellOutcome): Direction {
    return runs[0]!.result!.units[metric]!.better;
  }
}
