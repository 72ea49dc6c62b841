/**
 * The cells that `sweep` was asked for: all of a grid, drawn ones, and the rounds that they go through.
 *
 * @module
 */

import type { Experiment } from "../experiment/types.ts";
import type { Grid } from "../launch/cells.ts";
import { drawCells } from "../launch/draw.ts";
import { gridOf } from "../launch/grid.ts";
import { planHalving, type PlannedHalving } from "../launch/halving.ts";
import { InputError } from "../numeric/errors.ts";
import { type Arguments, integerOption } from "./arguments.ts";

/** The options, for the usage text. */
export const cellsUsage =
  `  --grid KEY=a,b,c      a key and its values; may be repeated: every combination is a cell. With --random
                        or --halving also KEY=LOW..HIGH, numbers from a range
  --random N            N cells drawn from the values and ranges, no two the same
  --halving N           draws N cells as --random does and runs them in rounds, of which the better go on
  --budget KEY=a,b,c    what a run of each round takes, such as epochs=2,4,8: a round has so many times
                        fewer cells than the one before as its budget is larger. Judged by the first --metric
  --sweep-seed N        of the draws (default 1)
  --yes                 a grid of more than 4096 cells is meant`;

/** The same options for the parser. */
export const cellsOptions = {
  flags: ["yes"],
  values: ["random", "halving", "budget", "sweep-seed"],
  lists: ["grid"],
} as const;

/** The cells, and their rounds where there are any. */
export interface AskedCells {
  readonly grid: Grid;
  readonly halving: PlannedHalving | null;
}

/**
 * Reads the options.
 *
 * @param request.profile Whose values the cells change.
 * @param request.set `KEY=VALUE`, in every cell.
 * @param request.folder Where relative paths of input files start.
 * @throws {InputError} When they do not go together, or the experiment does not take a cell.
 */
export async function askedCells(
  parsed: Arguments,
  experiment: Experiment,
  request: {
    readonly profile: string;
    readonly set: readonly string[];
    readonly folder: string;
  },
): Promise<AskedCells> {
  refuseUnmatched(parsed, experiment);
  const count = parsed.value("halving") ?? parsed.value("random");
  const asked = { ...request, grid: parsed.list("grid") };
  const grid = count === undefined
    ? await gridOf(experiment, { ...asked, many: parsed.flag("yes") })
    : await drawCells(experiment, {
      ...asked,
      count: parsed.value("halving") === undefined
        ? integerOption("random", count, 1)
        : integerOption("halving", count, 2),
      seed: integerOption("sweep-seed", parsed.value("sweep-seed") ?? "1", 0),
    });
  const budget = parsed.value("budget");
  const halving = budget === undefined
    ? null
    : await planHalving(experiment, { ...asked, budget }, grid);
  return { grid, halving };
}

/** Options that lack the other one that they go with, or that exclude each other. */
function refuseUnmatched(parsed: Arguments, { name }: Experiment): void {
  const given = (option: string) => parsed.value(option) !== undefined;
  const reason = given("random") && given("halving")
    ? "--random and --halving each say how many cells to draw. Give one of them"
    : given("halving") && !given("budget")
    ? "--halving has no --budget, the values that make the rounds. Add one, such as --budget epochs=2,4,8"
    : given("budget") && !given("halving")
    ? "--budget makes the rounds of --halving, which is not there. Add it, such as --halving 16, or leave " +
      "--budget out"
    : given("halving") && parsed.list("metric").length === 0
    ? "--halving has no --metric to judge the cells by. Name one that the runs report"
    : given("sweep-seed") && !given("random") && !given("halving")
    ? "--sweep-seed is for cells that are drawn. Add --random or --halving, or leave it out"
    : null;
  if (reason !== null) throw new InputError(`Cannot sweep experiment "${name}": ${reason}.`);
}
