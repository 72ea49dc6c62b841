/**
 * The report of an experiment at a profile, and of a single run: one HTML file, verdict first.
 *
 * @module
 */

import { judgeClaim, judgeTarget } from "../experiment/judge.ts";
import type { Figure } from "../experiment/types.ts";
import type { Event, Manifest, Result, Summary } from "../run/schema.ts";
import { verdictOf } from "../run/summarise.ts";
import { htmlDocument, type SitePlace } from "./document.ts";
import { type Html, markup } from "./html.ts";
import { evidenceOf } from "./recheck/evidence.ts";
import type { PageDocument } from "./sections/check.ts";
import { type FigureGroup, figuresOverSeeds, figuresSection } from "./sections/figures.ts";
import { claimsSection, targetsSection, verdictHead } from "./sections/judgement.ts";
import { metricsSection } from "./sections/metrics.ts";
import { section } from "./sections/marks.ts";
import {
  configSection,
  digestsSection,
  findingsSection,
  provenanceSection,
  reproduceSection,
} from "./sections/record.ts";

/** What one run left behind. */
export interface PageRun {
  readonly manifest: Manifest;
  readonly result: Result;
  readonly events: readonly Event[];
  readonly figures: readonly Figure[];
}

/** What a page says of the experiment itself. */
export interface PageExperiment {
  readonly name: string;
  readonly title: string;
  /** The document on trial, if any. */
  readonly source?: string;
  /** A paragraph or two; an empty line parts them. */
  readonly summary?: string;
}

/** What a page is made from. */
export interface PageInput {
  readonly summary: Summary;
  readonly experiment: PageExperiment;
  /** The runs whose files could be read, in the order of the summary. */
  readonly runs: readonly PageRun[];
}

/** What surrounds a page of a report. */
export interface Surroundings {
  /** The page is part of a site. */
  readonly site?: boolean;
  /** Sweeps over the experiment. */
  readonly sweeps?: readonly Link[];
}

/** A page as others lead to it. */
export interface Link {
  /** Relative to the page that leads there. */
  readonly href: string;
  readonly name: string;
}

/** Where the page stands, for its links. */
interface Place {
  /** From the page to the reports folder. */
  readonly up: string;
  readonly around: Surroundings;
  readonly kicker: Html;
  /** Whether the runs' folders are beside the page. */
  readonly folders: boolean;
}

/**
 * Builds the page of an experiment at a profile, to stand at
 * `reports/<experiment>/<profile>/report.html`. The same input gives the same bytes.
 *
 * The figures over all seeds come first, then the first run's own; the other runs' are on their pages.
 *
 * @throws {InputError} When a run's figure cannot be rendered strictly, see {@linkcode renderFigure}.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 *
 * const page = await renderPage({
 *   experiment: { name: "empty", title: "Nothing was asked" },
 *   summary: {
 *     schema: "assay/summary@1",
 *     experiment: "empty",
 *     title: "Nothing was asked",
 *     profile: "quick",
 *     verdict: "pass",
 *     reasons: [],
 *     targets: [],
 *     claims: [],
 *     runs: [],
 *   },
 *   runs: [],
 * });
 * assertStringIncludes(page, "<h1>Nothing was asked</h1>");
 * ```
 */
export function renderPage(input: PageInput, around: Surroundings = {}): Promise<string> {
  const { summary, runs } = input;
  const groups: FigureGroup[] = [{
    heading: null,
    note: null,
    figures: figuresOverSeeds(summary, runs),
  }];
  const [first, ...others] = runs;
  if (first) {
    const { seed } = first.result;
    const note = markup`The same figures for ${
      others.map(({ result: { runId, seed } }, i) =>
        markup`${i > 0 && ", "}<a href="${runId}/report.html">seed ${seed}</a>`
      )
    }.`;
    groups.push({
      heading: others.length > 0 ? `Seed ${seed}` : null,
      note: others.length > 0 ? note : null,
      figures: first.figures,
    });
  }
  return build(input, groups, pageDocuments(input), {
    up: "../../",
    around,
    kicker: markup`${summary.experiment} · profile ${summary.profile}`,
    folders: true,
  });
}

/** What the page of an experiment at a profile carries. */
export function pageDocuments({ summary, runs }: PageInput): PageDocument[] {
  const results = runs.map(({ result }) => result);
  return [
    { name: "summary.json", value: summary, href: "summary.json" },
    { name: "evidence.json", value: evidenceOf(results, judgedMetrics(summary)) },
  ];
}

function judgedMetrics({ targets, claims }: Summary): string[] {
  return [...targets, ...claims].map(({ metric }) => metric);
}

/**
 * Builds the page of a single run of {@linkcode PageInput} `input`, to stand in the run's folder. Targets
 * and claims are judged by this run's values alone.
 *
 * @param above The page that the run belongs to, from its folder. Default: that of the experiment at its profile.
 * @throws {RangeError} When the input has no run of that id.
 * @throws {InputError} As {@linkcode renderPage}.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 *
 * const experiment = { name: "empty", title: "Nothing was asked" };
 * const summary = {
 *   schema: "assay/summary@1" as const,
 *   experiment: "empty",
 *   title: "Nothing was asked",
 *   profile: "quick",
 *   verdict: "pass" as const,
 *   reasons: [],
 *   targets: [],
 *   claims: [],
 *   runs: [],
 * };
 * assertThrows(() => renderRunPage({ experiment, summary, runs: [] }, "0123456789ab"), RangeError);
 * ```
 */
export function renderRunPage(
  input: PageInput,
  runId: string,
  above: Link = { href: "../report.html", name: `profile ${input.summary.profile}` },
  around: Surroundings = {},
): Promise<string> {
  const run = input.runs.find(({ result }) => result.runId === runId);
  if (!run) {
    const known = input.runs.map(({ result }) => result.runId).join(", ") || "none";
    throw new RangeError(`Cannot build the page of run ${runId}: the runs given are ${known}`);
  }
  const summary = judgedAlone(input.summary, run.result);
  const figures = [...figuresOverSeeds(summary, [run]), ...run.figures];
  const alone = { ...input, summary, runs: [run] };
  return build(alone, [{ heading: null, note: null, figures }], runDocuments(summary, run), {
    up: "../../../",
    around,
    kicker:
      markup`<a href="${above.href}">${summary.experiment} · ${above.name}</a> · seed ${run.result.seed} · run ${runId}`,
    folders: false,
  });
}

/** What the page of a run carries: its own files, and how it is judged alone. */
function runDocuments(alone: Summary, { result, manifest }: PageRun): PageDocument[] {
  return [
    { name: "result.json", value: result, href: "result.json" },
    { name: "manifest.json", value: manifest, href: "manifest.json" },
    { name: "judged alone", value: alone },
  ];
}

/** The summary as it would stand if `result` were the only run. */
function judgedAlone(summary: Summary, result: Result): Summary {
  const targets = summary.targets.map((target) => judgeTarget(target, [result]));
  const claims = summary.claims.map((claim) =>
    judgeClaim({ ...claim, expect: claim.expected }, [result])
  );
  const { seed, runId, digests, findings } = result;
  return {
    ...summary,
    ...verdictOf(targets, claims),
    targets,
    claims,
    runs: [{ seed, runId, digests, findings }],
  };
}

async function build(
  { summary, experiment, runs }: PageInput,
  groups: readonly FigureGroup[],
  documents: readonly PageDocument[],
  { up, kicker, folders, around: { site = false, sweeps = [] } }: Place,
): Promise<string> {
  const results = runs.map(({ result }) => result);
  const sections: [string, string, Html | null][] = [
    ["targets", "Targets", targetsSection(summary)],
    ["claims", "Claims", claimsSection(summary, experiment.source)],
    ["figures", "Figures", await figuresSection(groups)],
    ["metrics", "Metrics", metricsSection(results, judgedMetrics(summary))],
    ["findings", "Findings", runs.length > 0 ? findingsSection(results) : null],
    ["configuration", "Configuration", configSection(results)],
    ["provenance", "Provenance", provenanceSection(summary, runs, folders)],
    ["digests", "Digests", digestsSection(summary)],
    ["reproduce", "Reproduce", reproduceSection(summary, runs)],
    ["sweeps", "Sweeps", sweepsSection(sweeps)],
  ];
  const present = sections.filter(([, , content]) => content !== null);
  const place: SitePlace | null = site ? { up } : null;
  return await htmlDocument({
    title: `${
      summary.verdict === "pass" ? "Pass" : "Fail"
    }: ${experiment.name} (${summary.profile})`,
    live: groups.some(({ figures }) => figures.length > 0),
    documents,
    ...(place && { site: place }),
    head: markup`<p class="kicker"><span>${
      place === null && markup`<b>Assay</b> · `
    }${kicker}</span>${place === null && markup`<a href="${up}index.html">All experiments</a>`}</p>
<h1>${experiment.title}</h1>
${experiment.source !== undefined && markup`<p class="source">On trial: ${experiment.source}</p>`}
`,
    body: markup`${verdictHead(summary, contractOf(results))}
${paragraphs(experiment.summary ?? "").map((text) => markup`<p class="lead">${text}</p>\n`)}
<nav class="contents" aria-label="On this page"><ul>${
      present.map(([id, title]) => markup`<li><a href="#${id}">${title}</a></li>`)
    }<li><a href="#check">Check</a></li></ul></nav>
${present.map(([, , content]) => content)}`,
  });
}

function sweepsSection(sweeps: readonly Link[]): Html | null {
  if (sweeps.length === 0) return null;
  return section(
    "sweeps",
    "Sweeps",
    markup`<ul class="plain">${
      sweeps.map(({ href, name }) => markup`<li><a href="${href}">${name}</a></li>`)
    }</ul>`,
  );
}

function paragraphs(text: string): string[] {
  return text.split(/\n\s*\n/).map((part) => part.trim()).filter((part) => part !== "");
}

/** Promise, backend and numerics class that the runs share, or what differs. */
function contractOf(results: readonly Result[]): string {
  const contracts = new Set(
    results.map(({ contract: { promise, backend, numerics } }) =>
      [promise, backend, numerics].join(" · ")
    ),
  );
  return [...contracts].join("; ") || "unknown";
}
