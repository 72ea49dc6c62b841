/**
 * From reports and sweeps that have pages to the JSON of a site.
 *
 * @module
 */

import type { Summary } from "../../run/schema.ts";
import { type Sweep, sweepPlace } from "../../run/sweep_schema.ts";
import { documentDigest } from "../sections/check.ts";
import type {
  ClaimsDocument,
  ExperimentsDocument,
  IndexDocument,
  RunsDocument,
  SweepsDocument,
} from "./documents.ts";

/** A report that has a page. */
export interface PublishedReport {
  readonly summary: Summary;
  /** Path of the page, relative to the site. */
  readonly href: string;
  /** Start of its first run, ISO 8601; `null` when not known. */
  readonly startedAt: string | null;
}

/** All that a site shows. */
export interface SiteContent {
  readonly reports: readonly PublishedReport[];
  readonly sweeps: readonly Sweep[];
  /** Paths of the pages of reports, runs and sweeps. */
  readonly pages: ReadonlySet<string>;
}

/** `api/index.json`. */
export function indexDocument(
  { reports, sweeps }: Pick<SiteContent, "reports" | "sweeps">,
): IndexDocument {
  return {
    schema: "assay/site-index@1",
    reports: reports.map(({ summary, href, startedAt }) => ({
      experiment: summary.experiment,
      title: summary.title,
      profile: summary.profile,
      verdict: summary.verdict,
      targets: summary.targets.map(({ metric, verdict }) => ({ metric, verdict })),
      claims: summary.claims.map(({ metric, verdict, expected }) => ({
        metric,
        verdict,
        expected,
      })),
      seeds: summary.runs.map(({ seed }) => seed),
      startedAt,
      page: href,
      document: beside(href, "summary.json"),
      sha256: documentDigest({ value: summary }),
    })),
    sweeps: sweeps.map(sweepEntry),
  };
}

/** `api/experiments.json`. */
export function experimentsDocument({ reports, sweeps }: SiteContent): ExperimentsDocument {
  const names = [
    ...reports.map(({ summary }) => summary.experiment),
    ...sweeps.map(({ experiment }) => experiment),
  ];
  return {
    schema: "assay/site-experiments@1",
    experiments: [...new Set(names)].sort().map((name) => {
      const own = reports.filter(({ summary }) => summary.experiment === name);
      const swept = sweeps.filter(({ experiment }) => experiment === name);
      const about = own[0]?.summary ?? swept[0]!;
      return {
        name,
        title: about.title,
        source: about.source ?? null,
        about: about.about ?? null,
        profiles: own.map(({ summary, href }) => ({
          profile: summary.profile,
          verdict: summary.verdict,
          targetsMet: summary.targets.filter(({ verdict }) => verdict === "pass").length,
          targets: summary.targets.length,
          claims: {
            "reproduced": withVerdict(summary, "reproduced"),
            "refuted": withVerdict(summary, "refuted"),
            "not testable": withVerdict(summary, "not testable"),
          },
          runs: summary.runs.length,
          page: href,
        })),
        sweeps: swept.map((sweep) => ({ sweepId: sweep.sweepId, page: sweepPage(sweep) })),
      };
    }),
  };
}

function withVerdict({ claims }: Summary, wanted: string): number {
  return claims.filter(({ verdict }) => verdict === wanted).length;
}

/** `api/claims.json`. */
export function claimsDocument({ reports }: SiteContent): ClaimsDocument {
  return {
    schema: "assay/site-claims@1",
    claims: reports.flatMap(({ summary, href }) =>
      summary.claims.map((claim) => ({
        ...claim,
        document: summary.source ?? null,
        experiment: summary.experiment,
        profile: summary.profile,
        page: href,
      }))
    ),
  };
}

/** `api/runs.json`. */
export function runsDocument({ reports, sweeps, pages }: SiteContent): RunsDocument {
  type Run = RunsDocument["runs"][number];
  const found = new Map<string, Run & { sweeps: string[] }>();
  const add = (
    { experiment, profile }: Pick<Run, "experiment" | "profile">,
    { seed, runId, digests }: Pick<Run, "seed" | "runId" | "digests">,
  ) => {
    const folder = `${experiment}/${profile}/${runId}`;
    const page = `${folder}/report.html`;
    if (!pages.has(page)) return null;
    const run = found.get(page) ?? {
      experiment,
      profile,
      seed,
      runId,
      digests,
      sweeps: [],
      page,
      result: `${folder}/result.json`,
      manifest: `${folder}/manifest.json`,
    };
    found.set(page, run);
    return run;
  };
  for (const { summary } of reports) for (const run of summary.runs) add(summary, run);
  for (const sweep of sweeps) {
    for (const { seed, runId, digests } of sweep.cells.flatMap(({ runs }) => runs)) {
      if (digests !== null) add(sweep, { seed, runId, digests })?.sweeps.push(sweep.sweepId);
    }
  }
  return { schema: "assay/site-runs@1", runs: [...found.values()] };
}

/** `api/sweeps.json`. */
export function sweepsDocument({ sweeps }: SiteContent): SweepsDocument {
  return {
    schema: "assay/site-sweeps@1",
    sweeps: sweeps.map((sweep) => ({
      ...sweepEntry(sweep),
      contract: sweep.contract,
      command: sweep.command,
    })),
  };
}

function sweepEntry(sweep: Sweep): IndexDocument["sweeps"][number] {
  const { experiment, title, profile, sweepId, axes, seeds, cells } = sweep;
  return {
    experiment,
    title,
    profile,
    sweepId,
    axes,
    seeds,
    cells: cells.length,
    complete: cells.filter(({ verdict }) => verdict !== null).length,
    met: cells.filter(({ verdict }) => verdict === "pass").length,
    page: sweepPage(sweep),
    document: `${sweepPlace(sweep)}/sweep.json`,
    sha256: documentDigest({ value: sweep }),
  };
}

/** Path of a sweep's page. */
export function sweepPage(sweep: Pick<Sweep, "experiment" | "sweepId">): string {
  return `${sweepPlace(sweep)}/sweep.html`;
}

function beside(page: string, file: string): string {
  return `${page.slice(0, page.lastIndexOf("/") + 1)}${file}`;
}
