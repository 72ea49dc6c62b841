/**
 * What a page says, computed once more from the documents it carries: their digests, the ids of runs, and the
 * verdicts, by the code that judged them. It runs in the reader's browser (`tools/build_page.ts`
 * bundles it) and before a site is published.
 *
 * @module
 */

import {
  compare,
  type Evidence,
  judgeClaim,
  type JudgedClaim,
  type JudgedTarget,
  judgeTarget,
} from "../../experiment/judge.ts";
import { meanInterval } from "../../metrics/stats/mean_interval.ts";
import { canonicalJson, jsonText } from "../../numeric/canonical_json.ts";
import type { Manifest, Result, Summary } from "../../run/schema.ts";
import { allHolds, verdictOf } from "../../run/summarise.ts";
import type { Sweep } from "../../run/sweep_schema.ts";
import type { ClaimsDocument, IndexDocument } from "../site/documents.ts";
import type { EvidenceDocument } from "./evidence.ts";

/** A document as a page carries it. */
export interface CarriedDocument {
  /** Such as `summary.json`. */
  readonly name: string;
  /** The digest that the page states. */
  readonly sha256: string;
  readonly value: { readonly schema: string };
}

/** One thing that was computed again. */
export interface Check {
  readonly kind: "digest" | "run id" | "target" | "claim" | "verdict" | "cell";
  /** What it is about. */
  readonly about: string;
  /** What the page says. */
  readonly stated: string;
  /** What came out. */
  readonly found: string;
  readonly same: boolean;
}

/** What came of it. */
export interface Rechecked {
  readonly checks: readonly Check[];
  /** What could not be computed again, a sentence each. */
  readonly missing: readonly string[];
}

/** SHA-256 of a text as hex. */
export type Digest = (text: string) => Promise<string>;

/** The verdict that a reader sees at a place of the page, such as `target-0`; `null` where there is none. */
export type Shown = (place: string) => string | null;

type Found = { readonly checks: Check[]; readonly missing: string[] };

/**
 * Computes again what follows from the documents of a page.
 *
 * @param shown Where given, the verdicts that the page shows must be those of the documents too.
 */
export async function recheck(
  documents: readonly CarriedDocument[],
  digest: Digest,
  shown: Shown = () => null,
): Promise<Rechecked> {
  const found: Found = { checks: [], missing: [] };
  for (const { name, sha256, value } of documents) {
    const computed = await digest(jsonText(value));
    found.checks.push(checkOf("digest", name, sha256, computed));
  }
  const of = <T>(schema: string) =>
    documents.filter(({ value }) => value.schema === schema).map(({ value }) => value as T);
  const results = of<Result>("assay/result@1");
  const evidence = [
    ...results,
    ...of<EvidenceDocument>("assay/evidence@1").flatMap(({ runs }) => runs),
  ];
  const runs = new Map(evidence.map((run) => [run.runId, run]));
  for (const manifest of of<Manifest>("assay/manifest@1")) {
    found.checks.push(...await runChecks(manifest, results, digest));
  }
  for (const summary of of<Summary>("assay/summary@1")) checkSummary(found, summary, runs, shown);
  for (const sweep of of<Sweep>("assay/sweep@1")) checkSweep(found, sweep, runs, shown);
  for (const index of of<IndexDocument>("assay/site-index@1")) checkIndex(found, index, shown);
  for (const claims of of<ClaimsDocument>("assay/site-claims@1")) checkClaims(found, claims, shown);
  return found;
}

function checkOf(kind: Check["kind"], about: string, stated: string, found: string): Check {
  return { kind, about, stated, found, same: stated === found };
}

/** A run is named by the hash of what determines it, and its result must be that run's. */
async function runChecks(
  { runId, identity }: Manifest,
  results: readonly Result[],
  digest: Digest,
): Promise<Check[]> {
  const id = (await digest(canonicalJson(identity))).slice(0, 12);
  return [
    checkOf("run id", "manifest.json: identity", runId, id),
    ...results.map((result) => checkOf("run id", "result.json: runId", result.runId, id)),
    ...results.map(({ seed }) =>
      checkOf("run id", "result.json: seed", String(seed), String(identity.seed))
    ),
  ];
}

function checkSummary(
  found: Found,
  summary: Summary,
  runs: ReadonlyMap<string, Evidence>,
  shown: Shown,
): void {
  const evidence = summary.runs.flatMap(({ runId }) => runs.get(runId) ?? []);
  if (evidence.length < summary.runs.length) {
    found.missing.push(
      `The verdicts: the files of ${
        summary.runs.length - evidence.length
      } of ${summary.runs.length} ` +
        `runs could not be read when the page was made.`,
    );
    return;
  }
  const targets = summary.targets.map((target) => judgeTarget(target, evidence));
  const claims = summary.claims.map((claim) =>
    judgeClaim({ ...claim, expect: claim.expected }, evidence)
  );
  targets.forEach((target, i) =>
    found.checks.push(judged("target", summary.targets[i]!, target, shown(`target-${i}`)))
  );
  claims.forEach((claim, i) =>
    found.checks.push(judged("claim", summary.claims[i]!, claim, shown(`claim-${i}`)))
  );
  const stated = { verdict: summary.verdict, reasons: summary.reasons };
  const computed = verdictOf(targets, claims);
  found.checks.push(compared("verdict", "the whole", stated, computed, shown("verdict")));
}

function checkSweep(
  found: Found,
  sweep: Sweep,
  runs: ReadonlyMap<string, Evidence>,
  shown: Shown,
): void {
  let unread = 0;
  sweep.cells.forEach((cell, i) => {
    const complete = cell.runs.filter(({ failure }) => failure === null);
    const evidence = complete.flatMap(({ runId }) => runs.get(runId) ?? []);
    if (evidence.length < complete.length) {
      unread += complete.length - evidence.length;
      return;
    }
    const targets = evidence.length === 0
      ? []
      : cell.targets.map((target) => judgeTarget(target, evidence));
    const whole = complete.length === cell.runs.length;
    const metrics = Object.keys(cell.metrics).filter((name) =>
      evidence.every(({ metrics }) => name in metrics)
    );
    const means = (of: (name: string) => unknown) =>
      Object.fromEntries(metrics.map((name) => [name, of(name)]));
    const verdict = whole ? verdictOf(targets, []).verdict : null;
    const stated = {
      verdict: cell.verdict,
      targets: cell.targets,
      metrics: means((name) => cell.metrics[name]),
    };
    const computed = {
      verdict,
      targets,
      metrics: means((name) => {
        const { mean, low, high } = meanInterval(evidence.map(({ metrics }) => metrics[name]!));
        return { mean, interval: { low, high } };
      }),
    };
    const place = shown(`cell-${i}`);
    found.checks.push(compared("cell", `cell ${i + 1}`, stated, computed, place));
  });
  if (unread > 0) {
    found.missing.push(
      `The cells of ${unread} runs whose files could not be read when the page was made.`,
    );
  }
}

function checkIndex(found: Found, { reports }: IndexDocument, shown: Shown): void {
  reports.forEach(({ experiment, profile, verdict, targets, claims }, i) => {
    const computed = { verdict: allHolds(targets, claims) ? "pass" : "fail" };
    const about = `${experiment}, ${profile}`;
    found.checks.push(compared("verdict", about, { verdict }, computed, shown(`report-${i}`)));
  });
}

/** From its mean and bounds; the page of its experiment computes these from the runs. */
function checkClaims(found: Found, { claims }: ClaimsDocument, shown: Shown): void {
  claims.forEach(({ says, verdict, value, interval, bound }, i) => {
    const side = value === null ? "undecided" : compare({ mean: value, ...interval }, bound);
    const computed = {
      verdict: ({ inside: "reproduced", outside: "refuted", undecided: "not testable" })[side],
    };
    found.checks.push(compared("claim", says, { verdict }, computed, shown(`claim-${i}`)));
  });
}

/** Stated and computed verdict of a target or a claim, and whatever else of it differs. */
function judged(
  kind: "target" | "claim",
  stated: JudgedTarget | Summary["claims"][number] | Summary["targets"][number],
  found: JudgedTarget | JudgedClaim,
  shown: string | null,
): Check {
  const about = "says" in found ? found.says : found.metric;
  return compared(kind, about, stated, found, shown);
}

/** Compares by JSON; what differs is named, else the verdict. A verdict shown must be the computed one. */
function compared(
  kind: Check["kind"],
  about: string,
  stated: { readonly verdict: string | null },
  found: { readonly verdict: string | null },
  shown: string | null,
): Check {
  const [one, other] = [stated, found] as unknown as Record<string, unknown>[];
  const names = [...new Set([...Object.keys(one!), ...Object.keys(other!)])].sort()
    .filter((name) => text(one![name]) !== text(other![name]));
  const wording = (of: Record<string, unknown>, beside: Record<string, unknown>) =>
    names.length === 0
      ? stated.verdict ?? "failed"
      : names.map((name) => `${name} ${readable(text(of[name]), text(beside[name]))}`).join("; ");
  const computed = found.verdict ?? "failed";
  if (names.length === 0 && shown !== null && shown !== computed) {
    return { kind, about, stated: `${shown} (as shown)`, found: computed, same: false };
  }
  return {
    kind,
    about,
    stated: wording(one!, other!),
    found: wording(other!, one!),
    same: names.length === 0,
  };
}

/** JSON for reading: without its brackets and quotes, numbers as long as it takes to tell it from another. */
function readable(json: string, other: string): string {
  for (let digits = 5;; digits++) {
    const [short, beside] = [json, other].map((text) =>
      text.replace(
        /-?\d+\.\d{5,}(?:e[-+]\d+)?/g,
        (number) => String(Number(Number(number).toPrecision(digits))),
      )
    );
    if (short === beside && digits < 17) continue;
    return short!.replace(/[{}[\]"]/g, "").replace(/:(?! )/g, " ").replace(/,(?! )/g, ", ") ||
      "none";
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : value === undefined ? "–" : canonicalJson(value);
}
