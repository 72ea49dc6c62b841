/**
 * Reads what runs left under a reports folder. A file that is missing or damaged is named and left
 * out; the rest goes on.
 *
 * @module
 */

import { join } from "@std/path";
import { z } from "zod";
import type { Figure } from "../experiment/types.ts";
import {
  type Alteration,
  alterations,
  CHECKSUMS,
  isAltered,
  readResult,
} from "../run/checksums.ts";
import { readEvents } from "../run/events.ts";
import { namesIn, readJson } from "../run/files.ts";
import { type Event, manifestSchema, type Summary, summarySchema } from "../run/schema.ts";
import { experimentFolders, foldersIn } from "../run/index/tree.ts";
import type { PageInput, PageRun } from "./page.ts";

/** Told of each file that had to be left out, in one paragraph. */
export type Skipped = (message: string) => void;

/** What a `figures/*.vl.json` holds. */
const figureSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  caption: z.string(),
  spec: z.record(z.string(), z.unknown()),
});

/** An experiment at a profile that has a summary. */
export interface FoundReport {
  readonly experiment: string;
  readonly profile: string;
  readonly summary: Summary;
  /** Start of the first run, ISO 8601; `null` when its manifest could not be read. */
  readonly startedAt: string | null;
}

/** All summaries under `reports`, by experiment and profile (`quick` before `full`). */
export async function findReports(reports: string, skipped: Skipped): Promise<FoundReport[]> {
  const found: FoundReport[] = [];
  for (const experiment of experimentFolders(reports)) {
    for (const profile of foldersIn(join(reports, experiment)).reverse()) {
      const folder = join(reports, experiment, profile);
      const summary = await orSkip(
        skipped,
        () => readJson(join(folder, "summary.json"), summarySchema),
      );
      if (!summary) continue;
      if (await isAltered(folder, "summary.json")) {
        skipped(
          `Cannot show ${join(folder, "summary.json")}: it was altered after it was written. Run ` +
            `the experiment again: its runs are kept, and the summary is made of them.`,
        );
        continue;
      }
      const [first] = summary.runs;
      const manifest = first &&
        await orSkip(
          () => {},
          () => readJson(join(folder, first.runId, "manifest.json"), manifestSchema),
        );
      found.push({ experiment, profile, summary, startedAt: manifest?.startedAt ?? null });
    }
  }
  return found;
}

/** Everything the pages of one report show. */
export async function readReport(
  reports: string,
  { experiment, profile, summary }: FoundReport,
  skipped: Skipped,
): Promise<PageInput> {
  const runs: PageRun[] = [];
  for (const { runId } of summary.runs) {
    const run = await orSkip(
      skipped,
      () => readRun(join(reports, experiment, profile, runId), skipped),
    );
    if (run) runs.push(run);
  }
  const { source, about } = summary;
  return {
    summary,
    experiment: {
      name: summary.experiment,
      title: summary.title,
      ...(source !== undefined && { source }),
      ...(about !== undefined && { summary: about }),
    },
    runs,
  };
}

/** How often to begin again with a run that is made again meanwhile. */
const PATIENCE = 3;

/**
 * Everything the page of a run shows, all of it of one making of the run; `null` when it cannot be shown.
 */
export async function readRun(folder: string, skipped: Skipped): Promise<PageRun | null> {
  for (let tries = 1;; tries++) {
    const sums = await sumsOf(folder);
    const told: string[] = [];
    const read = () => readRunOnce(folder, (message) => told.push(message));
    const [run] = await Promise.allSettled([read()]);
    // A run made again takes the place of the old one in two renames: what was read may be of both.
    if (await sumsOf(folder) !== sums && tries < PATIENCE) continue;
    told.forEach(skipped);
    if (run.status === "rejected") throw run.reason;
    return run.value;
  }
}

async function sumsOf(folder: string): Promise<string | null> {
  return await Deno.readTextFile(join(folder, CHECKSUMS)).catch(() => null);
}

async function readRunOnce(folder: string, skipped: Skipped): Promise<PageRun | null> {
  const result = await readResult(folder);
  const manifest = await readJson(join(folder, "manifest.json"), manifestSchema);
  if (!manifest || !result) {
    skipped(
      `Cannot show the run in ${folder}: ${
        manifest ? "result.json" : "manifest.json"
      } is missing, so it ` +
        `did not finish or was moved. Run the experiment again.`,
    );
    return null;
  }
  const altered = await alterations(folder);
  if (altered.has("manifest.json")) {
    skipped(`Cannot show the run in ${folder}: manifest.json was altered after it was written.`);
    return null;
  }
  for (const [path, what] of altered) skipped(alteredText(join(folder, path), what));
  const events = altered.has("events.jsonl")
    ? []
    : await orSkip(skipped, () => eventsOf(join(folder, "events.jsonl"))) ?? [];
  const figures = await readFigures(folder, (path) => !altered.has(path), skipped);
  return { manifest, result, events, figures };
}

async function readFigures(
  folder: string,
  wanted: (path: string) => boolean,
  skipped: Skipped,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const path of figureFiles(folder).filter(wanted)) {
    const figure = await orSkip(skipped, () => readJson(join(folder, path), figureSchema));
    if (figure) figures.push(figure);
  }
  return figures;
}

/** Paths of the figures of a run, relative to its folder. */
function figureFiles(folder: string): string[] {
  const files = namesIn(
    join(folder, "figures"),
    ({ isFile, name }) => isFile && name.endsWith(".vl.json"),
  );
  return files.map((name) => `figures/${name}`);
}

function alteredText(path: string, what: Alteration): string {
  return `${path} ${what} after its run ended. Pages do not show it; run the experiment again with ` +
    `--rerun, or get the folder again from where it came.`;
}

async function eventsOf(path: string): Promise<Event[]> {
  try {
    return await readEvents(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The outcome of `read`, or `null` when it fails; then `skipped` hears why. */
export async function orSkip<T>(skipped: Skipped, read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    skipped((error as Error).message);
    return null;
  }
}
