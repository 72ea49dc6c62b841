/**
 * Searches side by side: what the figures of the search experiment show.
 *
 * @module
 */

import {
  frontByGeneration,
  type FrontMetrics,
  meanInterval,
  nondominated,
  type ObjectiveRanges,
  objectiveRanges,
} from "assay";
import { type Oracle, stopWorst } from "./oracle_stopping.ts";
import type { SearchArm, Trial } from "./search_arm.ts";
import type { SearchField } from "./search_field.ts";
import type { Found, FrontPoint, FrontRow, Saving } from "./search_figures.ts";
import { bestBySpent, searchScores } from "./search_scores.ts";

/** The searches of one kind on one data set, by what ends their trainings. */
export type Arms = Readonly<Record<string, SearchArm>>;

/** Shares of configurations that are foretold to be better than what is stopped. */
const SHARES = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/**
 * Lets random search run over the same configurations with every oracle, the perfect one too, for one threshold after
 * another.
 */
export async function savingsAgainstRegret(
  fields: readonly SearchField[],
  oracles: Readonly<Record<string, Oracle>>,
  generations: number,
): Promise<Saving[]> {
  const savings: Saving[] = [];
  for (const oracle of [...Object.keys(oracles), "perfect"]) {
    for (const share of SHARES) {
      const scores = [];
      for (const field of fields) {
        const own = oracles[oracle] ?? field.perfect;
        const watch = { oracle: own, stopper: stopWorst(own, share) };
        const arm = field.arm("random", { watch, budget: () => Infinity, generations });
        while (!arm.over) await arm.step();
        scores.push(searchScores(arm.trials));
      }
      const regret = meanInterval(scores.map(({ regret }) => regret));
      savings.push({
        oracle,
        share,
        saved: meanInterval(scores.map(({ savedShare }) => savedShare)).mean,
        regret: { mean: regret.mean, low: regret.low!, high: regret.high! },
      });
    }
  }
  return savings;
}

/** Steps of a budget. */
const STEPS = 40;

/**
 * The best found by updates spent, from where every search on every data set has something.
 *
 * @param names The first is without an oracle: what it spent is the budget.
 */
export function bestFound(
  search: string,
  fields: readonly Arms[],
  names: readonly string[],
): Found[] {
  const shares = Array.from({ length: STEPS }, (_, i) => (i + 1) / STEPS);
  const curves = fields.map((arms) => {
    const all = names.map((name) =>
      bestBySpent(arms[name]!.trials, arms[names[0]!]!.spent, shares)
    );
    const best = Math.min(...all.flat().filter((score) => score !== null));
    return all.map((curve) => curve.map((score) => score === null ? null : score - best));
  });
  return shares.flatMap((share, at) => {
    const excesses = names.map((_, n) => curves.map((curve) => curve[n]![at]!));
    if (excesses.flat().some((excess) => excess === null)) return [];
    return names.map((oracle, n) => ({
      search,
      oracle,
      share,
      excess: meanInterval(excesses[n] as number[]).mean,
    }));
  });
}

/** Ranges of the objectives over what some searches found feasible; `null` where nothing is. */
export function commonRanges(arms: readonly SearchArm[]): ObjectiveRanges | null {
  const feasible = arms.flatMap(({ trials }) => trials.filter(({ violation }) => violation === 0));
  return feasible.length === 0 ? null : objectiveRanges(feasible);
}

/** The last figures of a search's front. */
export function lastFront(
  arm: SearchArm,
  ranges: ObjectiveRanges | null,
): FrontMetrics | undefined {
  return ranges === null ? undefined : frontByGeneration(arm.trials, { ranges }).at(-1);
}

/** Figures of the fronts by generation, the means over the data sets. */
export function frontFigures(fields: readonly Arms[], names: readonly string[]): FrontRow[] {
  const found = fields.flatMap((arms) => {
    const own = names.map((name) => arms[name]!), ranges = commonRanges(own);
    return ranges === null ? [] : [own.map(({ trials }) => frontByGeneration(trials, { ranges }))];
  });
  const generations = Math.max(...found.flat().map(({ length }) => length));
  return names.flatMap((oracle, n) =>
    Array.from({ length: generations }, (_, g) => {
      const fronts = found.map((byName) => byName[n]![Math.min(g, byName[n]!.length - 1)]!);
      const mean = (of: (front: FrontMetrics) => number) => meanInterval(fronts.map(of)).mean;
      return {
        oracle,
        generation: g + 1,
        hypervolume: mean(({ hypervolume }) => hypervolume),
        spacing: mean(({ spacing }) => spacing),
        spread: mean(({ spread }) => meanInterval(spread).mean),
      };
    })
  );
}

/** Generations after which a front is drawn, at most. */
const DRAWN = 3;

/** The fronts of searches after their first, some middle and their last generation. */
export function frontPoints(arms: Arms, names: readonly string[]): FrontPoint[] {
  const last = Math.min(...names.map((name) => arms[name]!.trials.at(-1)!.generation));
  const drawn = [
    ...new Set(Array.from({ length: DRAWN }, (_, i) => Math.round(i * last / (DRAWN - 1)))),
  ];
  return names.flatMap((oracle) =>
    drawn.flatMap((generation) => {
      const until = (trial: Trial) => trial.violation === 0 && trial.generation <= generation;
      return nondominated(arms[oracle]!.trials.filter(until))
        .map(({ objectives: [x, y] }) => ({ oracle, generation: generation + 1, x: x!, y: y! }));
    })
  );
}
