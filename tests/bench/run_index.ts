/**
 * What `deno task list`, the index page and the index, lists, search and JSON of a published site cost with 10,000 runs (or as many as are asked for) under a
 * reports folder, each with a result as large as the bandwidth predictor's, beside reading every result:
 *
 *     deno run --allow-read --allow-write --allow-env tests/bench/run_index.ts [RUNS]
 *
 * @module
 */

import { join } from "@std/path";
import { renderIndex } from "../../lib/report/index_page.ts";
import { findReports } from "../../lib/report/read_report.ts";
import { writeSitePages } from "../../lib/report/site.ts";
import type { SiteContent } from "../../lib/report/site/gather.ts";
import { bandwidthPage } from "../../lib/report/testdata/bandwidth.ts";
import { findRun } from "../../lib/run/index/find_run.ts";
import { readJson, writeJson } from "../../lib/run/files.ts";
import { listRuns } from "../../lib/run/index/run_index.ts";
import { type Result, resultSchema } from "../../lib/run/schema.ts";
import { idOf, writeResult } from "../../lib/run/index/testing.ts";

const EXPERIMENTS = 10;
const profiles = ["quick", "full"];

const count = Number(Deno.args[0] ?? 10_000);
const reports = await Deno.makeTempDir({ prefix: "assay-run-index-" });
const { summary, runs: [model] } = bandwidthPage();

function skipped(message: string): never {
  throw new Error(message);
}

/** Where the run of a seed is. */
function placeOf(seed: number): Pick<Result, "experiment" | "profile" | "seed"> {
  const profile = profiles[Math.floor(seed / EXPERIMENTS) % profiles.length]!;
  return { experiment: `experiment-${seed % EXPERIMENTS}`, profile, seed };
}

/** The runs' results; each report has all its runs in its summary, and the first one's manifest. */
async function makeReports(): Promise<void> {
  const seeds = Array.from({ length: count }, (_, i) => i + 1);
  for (const seed of seeds) {
    writeResult(reports, { ...model!.result, ...placeOf(seed), runId: idOf(seed) });
  }
  for (const first of seeds.slice(0, EXPERIMENTS * profiles.length)) {
    const { experiment, profile } = placeOf(first);
    const folder = join(reports, experiment, profile);
    const runs = seeds.map(placeOf)
      .filter((place) => place.experiment === experiment && place.profile === profile)
      .map(({ seed }) => ({ seed, runId: idOf(seed), digests: model!.result.digests }));
    await writeJson(join(folder, "summary.json"), { ...summary, experiment, profile, runs });
    await writeJson(join(folder, idOf(runs[0]!.seed), "manifest.json"), model!.manifest);
  }
}

async function readEvery(): Promise<number> {
  let read = 0;
  for (let seed = 1; seed <= count; seed++) {
    const { experiment, profile } = placeOf(seed);
    if (
      await readJson(join(reports, experiment, profile, idOf(seed), "result.json"), resultSchema)
    ) {
      read++;
    }
  }
  return read;
}

async function indexPage(): Promise<number> {
  const entries = (await findReports(reports, skipped)).map(({ summary, startedAt }) => ({
    summary,
    startedAt,
    href: "report.html",
  }));
  await renderIndex(entries);
  return entries.length;
}

/** What a site has beside the pages of reports, runs and sweeps. */
async function siteIndex(): Promise<number> {
  const found = await findReports(reports, skipped);
  const placeOf = ({ experiment, profile }: (typeof found)[number]) => `${experiment}/${profile}`;
  const content: SiteContent = {
    reports: found.map((report) => ({ ...report, href: `${placeOf(report)}/report.html` })),
    sweeps: [],
    pages: new Set(
      found.flatMap((report) =>
        report.summary.runs.map(({ runId }) => `${placeOf(report)}/${runId}/report.html`)
      ),
    ),
  };
  const { pages, documents } = await writeSitePages(join(reports, "site"), content);
  return pages.length + documents.length;
}

/** Prints how long `action` takes and how many things it found. */
async function timed(what: string, action: () => number | Promise<number>): Promise<void> {
  const begin = performance.now();
  const found = await action();
  const seconds = ((performance.now() - begin) / 1000).toFixed(3);
  Deno.stdout.writeSync(new TextEncoder().encode(`${seconds.padStart(8)} s  ${what}: ${found}\n`));
}

try {
  await makeReports();
  const list = () => listRuns(reports, skipped).length;
  await timed("every result read", readEvery);
  await timed("every result read, again", readEvery);
  await timed("first list, builds the index", list);
  await timed("second list", list);
  await timed("third list", list);
  writeResult(reports, { ...model!.result, ...placeOf(count + 1), runId: idOf(count + 1) });
  await timed("list after one new run", list);
  await timed("a run found by its id", async () => {
    await findRun(reports, idOf(count), reports, skipped);
    return 1;
  });
  await timed("index page", indexPage);
  await timed("index page, again", indexPage);
  await timed("a site's index, lists, search and JSON", siteIndex);
  await timed("a site's index, lists, search and JSON, again", siteIndex);
} finally {
  await Deno.remove(reports, { recursive: true });
}
