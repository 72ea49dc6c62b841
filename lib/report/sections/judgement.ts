/**
 * What an experiment comes to: the verdict at the head, the targets, the claims.
 *
 * @module
 */

import type { Summary } from "../../run/schema.ts";
import { count } from "../format.ts";
import { type Html, markup } from "../html.ts";
import {
  badge,
  baseline,
  boundText,
  cards,
  icon,
  mean,
  metricName,
  noCeiling,
  number,
  section,
  tone,
  type Verdict,
} from "./marks.ts";

/** The verdict, why, and the figures of the case. `contract` says on what it ran. */
export function verdictHead(summary: Summary, contract: string): Html {
  const { targets, claims, runs, verdict, reasons } = summary;
  const met = targets.filter(({ verdict }) => verdict === "pass").length;
  const facts: [string, string][] = [
    ["Targets met", targets.length === 0 ? "none set" : `${met} of ${targets.length}`],
    ["Claims", claims.length === 0 ? "none on trial" : claimCounts(claims)],
    ["Seeds", runs.map(({ seed }) => seed).join(", ") || "none"],
    ["Contract", contract],
  ];
  return markup`<section class="verdict ${tone(verdict)}" aria-labelledby="verdict">
<h2 id="verdict">${icon(verdict)}<span data-place="verdict">${
    verdict === "pass" ? "Pass" : "Fail"
  }</span></h2>
<div>
<p>${sentence(summary, met)}</p>
${
    reasons.length > 0 &&
    markup`<ul class="reasons">${reasons.map((reason) => markup`<li>${reason}</li>`)}</ul>`
  }
</div>
<dl class="facts">${
    facts.map(([term, value]) => markup`<div><dt>${term}</dt><dd>${value}</dd></div>`)
  }</dl>
</section>
`;
}

function sentence({ targets, claims, runs, verdict }: Summary, met: number): string {
  const over = `over ${count(runs.length, "seed")}`;
  const goals = targets.length === 0
    ? `No target is set; ${count(runs.length, "seed")} ran.`
    : met === targets.length
    ? `${targets.length === 1 ? "The target is" : `All ${targets.length} targets are`} met ${over}.`
    : `${met} of ${targets.length} targets are met ${over}.`;
  if (claims.length === 0) return goals;
  const changed = claims.filter((claim) => claim.verdict !== claim.expected).length;
  const record = changed === 0
    ? "every verdict as on record"
    : `${count(changed, "verdict")} changed against the record`;
  const about = `Of ${count(claims.length, "claim")} on trial, ${claimCounts(claims)}; ${record}.`;
  return `${goals} ${about}${
    verdict === "pass" && claims.some((claim) => claim.verdict === "refuted")
      ? " A refuted claim is a finding, not a failure."
      : ""
  }`;
}

/** Such as `1 reproduced, 22 refuted, 1 not testable`. */
export function claimCounts(claims: Summary["claims"]): string {
  return (["reproduced", "refuted", "not testable"] as const)
    .map((verdict) =>
      [claims.filter((claim) => claim.verdict === verdict).length, verdict] as const
    )
    .filter(([number]) => number > 0)
    .map(([number, verdict]) => `${number} ${verdict}`)
    .join(", ");
}

/** The table of targets. */
export function targetsSection({ targets, runs }: Summary): Html | null {
  if (targets.length === 0) return null;
  return section(
    "targets",
    "Targets",
    markup`<p class="note">Bounds that must hold.${
      runs.length > 1
        ? " Values are means over the seeds; ± reaches their one-sided 95 % bounds (Student t), and a target passes " +
          "when the pessimistic end keeps the bound."
        : ""
    }</p>`,
    cards(
      "Targets",
      ["Metric and reason", "Measured", "Bound", "Ceiling", "Best baseline", "Verdict"],
      targets.map((target, i) => [
        markup`${metricName(target.metric)}<span class="sub">${target.because}</span>`,
        mean(target.value, target.interval, target.unit),
        markup`<span class="num">${boundText(target.bound, target.unit)}</span>`,
        number(target.ceiling, target.unit, noCeiling),
        baseline(target.bestBaseline, target.unit),
        markup`${badge(target.verdict, `target-${i}`)}${
          target.seedsToDecide !== null &&
          markup`<span class="sub">${
            count(target.seedsToDecide, "seed")
          } would decide at this spread</span>`
        }`,
      ]),
    ),
  );
}

/** The table of claims, in the document's words. */
export function claimsSection({ claims }: Summary, source: string | undefined): Html | null {
  if (claims.length === 0) return null;
  return section(
    "claims",
    "Claims",
    markup`<p class="note">Statements ${
      source !== undefined && markup`of <cite>${source}</cite>`
    } put to the test: ${claimCounts(claims)}.</p>`,
    cards(
      "Claims",
      ["Statement", "Claimed", "Measured", "Ceiling", "Best baseline", "Verdict and evidence"],
      claims.map((claim, i) => [
        markup`<q>${claim.says}</q><span class="sub">${claim.source}</span>${
          metricName(claim.metric)
        }`,
        markup`<span class="num">${boundText(claim.bound, claim.unit)}</span>`,
        mean(claim.value, claim.interval, claim.unit),
        number(claim.ceiling, claim.unit, noCeiling),
        baseline(claim.bestBaseline, claim.unit),
        markup`${badge(claim.verdict, `claim-${i}`)}${
          changed(claim)
        }<span class="sub">${claim.evidence}</span>`,
      ]),
    ),
  );
}

function changed({ verdict, expected }: { verdict: Verdict; expected: Verdict }): Html | null {
  if (verdict === expected) return null;
  return markup`<strong class="changed">On record: ${expected}. The verdict changed.</strong>`;
}
