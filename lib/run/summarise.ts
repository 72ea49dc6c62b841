/**
 * From the results of a profile's seeds to its summary: targets and claims judged, one verdict.
 *
 * @module
 */

import {
  boundText,
  judgeClaim,
  type JudgedClaim,
  type JudgedTarget,
  judgeTarget,
} from "../experiment/judge.ts";
import type { Experiment } from "../experiment/types.ts";
import type { Result, Summary } from "./schema.ts";

/**
 * Judges an experiment's targets and claims over the results of its seeds. The verdict is `fail` when
 * a target is not met or a claim's verdict is not the one on record.
 *
 * @param results One result a seed, all of one experiment, profile and config.
 */
export function summarise(experiment: Experiment, results: readonly Result[]): Summary {
  const [first] = results;
  if (!first) throw new RangeError("Cannot summarise: there is no result");
  const { profile } = first;
  const rules = rulesFor(experiment, first);
  const targets = rules.targets.map((target) => judgeTarget(target, results));
  const claims = rules.claims.map((claim) => judgeClaim(claim, results));
  return {
    schema: "assay/summary@1",
    experiment: experiment.name,
    title: experiment.title,
    ...(experiment.source === undefined ? {} : { source: experiment.source }),
    ...(experiment.summary === undefined ? {} : { about: experiment.summary }),
    profile,
    ...verdictOf(targets, claims),
    targets,
    claims,
    runs: results.map(({ seed, runId, digests, findings }) => ({ seed, runId, digests, findings })),
  };
}

/** The targets and claims of an experiment that apply at a profile and to a configuration. */
export function rulesFor(
  experiment: Experiment,
  { profile, config }: Pick<Result, "profile" | "config">,
): Pick<Experiment, "targets" | "claims"> {
  const applies = (rule: { profile?: string; when?: (config: never) => boolean }) =>
    (rule.profile ?? profile) === profile && (rule.when?.(config as never) ?? true);
  return {
    targets: experiment.targets.filter(applies),
    claims: experiment.claims.filter(applies),
  };
}

/** The one verdict over judged targets and claims, and each reason why it is `fail`. */
export function verdictOf(
  targets: readonly JudgedTarget[],
  claims: readonly JudgedClaim[],
): Pick<Summary, "verdict" | "reasons"> {
  const reasons = [
    ...targets.filter(({ verdict }) => verdict !== "pass").map((target) => {
      const value = target.value === null ? "no run reports it" : `found ${target.value}`;
      const more = target.seedsToDecide === null
        ? ""
        : `, ${target.seedsToDecide} seeds would decide`;
      return `target ${target.metric} ${
        boundText(target.bound)
      }: ${target.verdict} (${value}${more})`;
    }),
    ...claims.filter(({ verdict, expected }) => verdict !== expected).map((claim) =>
      `claim "${claim.says}": ${claim.verdict}, on record as ${claim.expected}`
    ),
  ];
  return { verdict: allHolds(targets, claims) ? "pass" : "fail", reasons };
}

/** Whether every target is met and every claim has the verdict on record, in which case the verdict is `pass`. */
export function allHolds(
  targets: readonly { readonly verdict: string }[],
  claims: readonly { readonly verdict: string; readonly expected: string }[],
): boolean {
  return targets.every(({ verdict }) => verdict === "pass") &&
    claims.every(({ verdict, expected }) => verdict === expected);
}
