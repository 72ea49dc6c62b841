/**
 * The median rule, which needs to know nothing of what the runs are.
 *
 * @module
 */

import type { Direction } from "../metrics/types.ts";
import type { Moment, RunSoFar, RunStopper } from "./run_stopper.ts";

/** Settings of {@linkcode medianRule}. */
export interface MedianRuleOptions<M extends Moment> {
  /** The number of a moment that is compared; NaN counts as the worst. */
  readonly value: (moment: M) => number;
  /** Which way it improves. Default `lower`. */
  readonly better?: Direction;
  /** Progress before which nothing is stopped. Default 0. */
  readonly first?: number;
  /** Runs that have come as far, besides the one in question, before anything is stopped. Default 5. */
  readonly least?: number;
}

/**
 * Stops a run whose best value so far is worse than the median of what the others had when they had come as far (the
 * median rule of Golovin et al. 2017, as Optuna has it). Runs that have not come as far do not count.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const run = (...losses: number[]) => ({ history: losses.map((loss, i) => ({ progress: i + 1, loss })) });
 * const stopper = medianRule<{ readonly progress: number; readonly loss: number }>({
 *   value: ({ loss }) => loss,
 *   least: 3,
 * });
 * const others = [run(9, 4, 1), run(9, 5, 1), run(9, 6, 1)];
 * assertEquals(await stopper([run(9, 6.5), run(5, 9)], others), [true, false]);
 * ```
 */
export function medianRule<M extends Moment>(
  { value, better = "lower", first = 0, least = 5 }: MedianRuleOptions<M>,
): RunStopper<RunSoFar<M>> {
  const cost = (moment: M) => {
    const own = value(moment);
    return Number.isNaN(own) ? Infinity : better === "lower" ? own : -own;
  };
  const costAt = ({ history }: RunSoFar<M>, progress: number) => {
    if (!(history.length > 0 && history.at(-1)!.progress >= progress)) return undefined;
    const then = history.findLast((moment) => moment.progress <= progress);
    return then && cost(then);
  };
  return (runs, others) =>
    Promise.resolve(runs.map((run) => {
      const progress = run.history.at(-1)?.progress ?? -Infinity;
      if (!(progress >= first)) return false;
      const costs = [...runs, ...others].filter((other) => other !== run)
        .map((other) => costAt(other, progress))
        .filter((cost) => cost !== undefined);
      return costs.length >= least && Math.min(...run.history.map(cost)) > median(costs);
    }));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b), middle = (sorted.length - 1) / 2;
  const [below, above] = [sorted[Math.floor(middle)]!, sorted[Math.ceil(middle)]!];
  // Equal ones may be infinite.
  return below === above ? below : (below + above) / 2;
}
