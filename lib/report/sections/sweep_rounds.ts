/**
 * The rounds of a sweep's successive halving: budgets, who went on and why, every run.
 *
 * @module
 */

import { cellName, type Sweep, type SweepRound } from "../../run/sweep_schema.ts";
import { count } from "../format.ts";
import { type Html, markup } from "../html.ts";
import { cards, mean, none, section } from "./marks.ts";
import { failedCell, runLink } from "./sweep.ts";

/** Every round; `null` where there were none. */
export function roundsSection(sweep: Sweep, pages: ReadonlySet<string>): Html | null {
  const { halving } = sweep;
  if (halving === undefined) return null;
  const { key, metric, rounds } = halving;
  const better = sweep.units[metric]?.better;
  return section(
    "rounds",
    "Rounds",
    markup`<p class="note">Successive halving: after each round the cells with the ${
      better === "lower" ? "lower" : "higher"
    } mean of <code>${metric}</code> over the seeds went on with a larger ${key}, so many times fewer as it is larger; of equals the first. A cell with a failed run went no further. Runs of a later round begin anew.</p>`,
    ...rounds.map((round, i) => roundTable(sweep, round, i, pages)),
  );
}

function roundTable(
  { axes, cells, units, profile, halving }: Sweep,
  { budget, cells: own, kept }: SweepRound,
  place: number,
  pages: ReadonlySet<string>,
): Html {
  const { key, metric, budgets } = halving!;
  const isLast = place === budgets.length - 1;
  const title = `Round ${place + 1}: ${key} ${budget}, ${count(own.length, "cell")}`;
  const ranks = new Map(kept.map((cell, rank) => [cell, rank + 1]));
  return markup`<h3>${title}</h3>${
    cards(
      title,
      ["Cell", metric, isLast ? "Outcome" : "Goes on", "Runs"],
      own.map(({ cell, score, runs }) => [
        markup`${cellName(axes, cells[cell]!.values)}<span class="sub">cell ${cell + 1}</span>`,
        score === null
          ? none(failedCell)
          : mean(score.mean, score.interval, units[metric]?.unit ?? ""),
        ranks.has(cell)
          ? markup`<b>${isLast ? "best" : `yes, rank ${ranks.get(cell)!}`}</b>`
          : markup`<span class="quiet">no</span>`,
        markup`${runs.map((run, at) => [at > 0 && ", ", runLink(run, profile, pages)])}`,
      ]),
    )
  }`;
}
