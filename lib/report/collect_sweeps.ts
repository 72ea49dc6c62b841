/**
 * From the files that sweeps left to the pages that show them, and those of their runs.
 *
 * @module
 */

import { join } from "@std/path";
import { isAltered, readResult } from "../run/checksums.ts";
import { readJson, writeWhole } from "../run/files.ts";
import type { Result, Summary } from "../run/schema.ts";
import { experimentFolders, foldersIn } from "../run/index/tree.ts";
import {
  type Sweep,
  type SweepCell,
  sweepPlace,
  sweepRuns,
  sweepSchema,
} from "../run/sweep_schema.ts";
import { verdictOf } from "../run/summarise.ts";
import type { Destination } from "./destination.ts";
import { madeFrom } from "./fresh.ts";
import { type PageRun, renderRunPage } from "./page.ts";
import { orSkip, readRun, type Skipped } from "./read_report.ts";
import type { FitHistory } from "./figures/learning_curves.ts";
import { fitHistories } from "./sections/figures.ts";
import { curvedCells, type LearntCell } from "./sections/sweep_figures.ts";
import { renderSweep } from "./sweep_page.ts";

/** All sweeps under `reports`, by experiment and id. */
export async function findSweeps(reports: string, skipped: Skipped): Promise<Sweep[]> {
  const found: Sweep[] = [];
  for (const experiment of experimentFolders(reports)) {
    for (const sweepId of foldersIn(join(reports, experiment, "sweeps"))) {
      const folder = join(reports, experiment, "sweeps", sweepId);
      const sweep = await orSkip(
        skipped,
        () => readJson(join(folder, "sweep.json"), sweepSchema),
      );
      if (!sweep) continue;
      const altered = await isAltered(folder, "sweep.json");
      const misplaced = sweep.experiment !== experiment || sweep.sweepId !== sweepId;
      if (altered || misplaced) {
        skipped(
          `Cannot show ${join(folder, "sweep.json")}: it was ${
            altered ? "altered after it was written" : "copied or renamed by hand"
          }. Give its command again: the runs are kept, and it is made of them.`,
        );
      } else found.push(sweep);
    }
  }
  return found;
}

/**
 * Builds the page of a sweep, and those of its runs, of which some may be there: a run has one page, above it
 * the report of its profile where it belongs to that.
 *
 * @param there Whether a page needs not be built, by its path.
 * @returns Paths of the pages written, with `/`.
 */
export async function buildSweepPages(
  reports: string,
  { into, site }: Destination,
  sweep: Sweep,
  there: (path: string) => boolean,
  skipped: Skipped,
): Promise<string[]> {
  const written: string[] = [];
  const pages = new Set<string>();
  const results: Result[] = [];
  const around = { site: site !== undefined };
  const { experiment, profile } = sweep;
  // A run is judged anew on its page; which targets apply to it, its cell knows.
  const rules = new Map(
    (sweep.halving?.rounds.flatMap(({ cells }) => cells) ??
      sweep.cells.map((one, cell) => ({ ...one, cell })))
      .flatMap(({ cell, runs }) => runs.map(({ runId }) => [runId, sweep.cells[cell]!.targets])),
  );
  for (const { runId, failure } of sweepRuns(sweep)) {
    if (failure !== null) continue;
    const folder = `${experiment}/${profile}/${runId}`;
    const path = `${folder}/report.html`;
    if (there(path)) {
      const result = await orSkip(skipped, () => readResult(join(reports, folder)));
      if (result) results.push(result);
    } else {
      const run = await orSkip(skipped, () => readRun(join(reports, folder), skipped));
      const targets = rules.get(runId)!;
      const page = run && await orSkip(skipped, () => runPage(sweep, targets, run, around));
      if (page === null) continue;
      await writeWhole(join(into, path), page);
      await site?.run(folder, run!);
      written.push(path);
      results.push(run!.result);
    }
    pages.add(runId);
  }
  const path = `${sweepPlace(sweep)}/sweep.html`;
  const above = `${experiment}/${profile}/report.html`;
  const report = site && there(above) ? `../../${profile}/report.html` : null;
  const learnt = await learntCells(reports, sweep);
  const page = await renderSweep(sweep, pages, { results, learnt }, { ...around, report });
  const whole = sweepRuns(sweep).every(({ runId, failure }) =>
    failure !== null || pages.has(runId)
  );
  // What a site holds is not asked for again.
  await writeWhole(join(into, path), whole && !site ? page + madeFrom(sweep) : page);
  await site?.sweep(sweepPlace(sweep), sweep);
  return [...written, path];
}

/** How the best cells learnt, as far as their runs can be read. */
async function learntCells(reports: string, sweep: Sweep): Promise<LearntCell[]> {
  const learnt: LearntCell[] = [];
  for (const cell of curvedCells(sweep)) {
    const histories: FitHistory[] = [];
    for (const { runId, seed } of sweep.cells[cell]!.runs) {
      const folder = join(reports, sweep.experiment, sweep.profile, runId);
      const run = await orSkip(() => {}, () => readRun(folder, () => {}));
      if (run) histories.push(...fitHistories(seed, run.events));
    }
    learnt.push({ cell, histories });
  }
  return learnt;
}

/** The page of a run that belongs to a cell. */
function runPage(
  sweep: Sweep,
  targets: SweepCell["targets"],
  run: PageRun,
  around: { readonly site: boolean },
): Promise<string> {
  const { experiment, title, source, about, profile, sweepId } = sweep;
  const { seed, runId, digests, findings } = run.result;
  const summary: Summary = {
    schema: "assay/summary@1",
    experiment,
    title,
    profile,
    ...verdictOf(targets, []),
    targets,
    claims: [],
    runs: [{ seed, runId, digests, findings }],
  };
  const described = {
    name: experiment,
    title,
    ...(source !== undefined && { source }),
    ...(about !== undefined && { summary: about }),
  };
  const above = { href: `../../sweeps/${sweepId}/sweep.html`, name: `sweep ${sweepId}` };
  return renderRunPage({ experiment: described, summary, runs: [run] }, runId, above, around);
}
