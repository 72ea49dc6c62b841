/**
 * A summary as a table on the terminal.
 *
 * @module
 */

import { join, relative } from "@std/path";
import { boundText } from "../experiment/judge.ts";
import type { Summary } from "../run/schema.ts";
import { invocationFolder } from "./streams.ts";
import { alignTable, short } from "./text.ts";

type Target = Summary["targets"][number];
type Claim = Summary["claims"][number];

const severities = ["error", "warning", "info"] as const;

/** One block of text: head line, targets, claims, reasons of failure, findings, where the page is. */
export function summaryTable(summary: Summary, directory: string): string {
  const { experiment, profile, verdict, runs, targets, claims, reasons } = summary;
  const seeds = runs.map(({ seed }) => seed).join(", ");
  const blocks = [
    `${experiment} · ${profile} · seed${
      runs.length === 1 ? "" : "s"
    } ${seeds} · ${verdict.toUpperCase()}`,
  ];
  if (targets.length > 0) {
    const head = ["target", "bound", "value", "95 % bounds", "ceiling", "best baseline", "verdict"];
    blocks.push(alignTable([head, ...targets.map(targetRow)], [2, 4]));
  }
  if (claims.length > 0) {
    const head = ["claim", "as a bound", "measured", "ceiling", "verdict"];
    blocks.push(alignTable([head, ...claims.map(claimRow)], [2, 3]));
  }
  if (reasons.length > 0) blocks.push(reasons.map((reason) => `not met: ${reason}`).join("\n"));
  blocks.push(findingsOf(runs));
  const page = join(directory, "report.html");
  const shown = relative(invocationFolder(), page);
  blocks.push(`page: ${shown.startsWith("..") ? page : shown}`);
  return `${blocks.join("\n\n")}\n`;
}

/** How many findings there are of each severity, and a line for each error and warning. */
function findingsOf(runs: Summary["runs"]): string {
  const all = runs.flatMap(({ seed, findings }) => findings.map((found) => ({ seed, ...found })));
  const groups = severities.map((wanted) => all.filter(({ severity }) => severity === wanted));
  const counts = groups.flatMap(({ length }, i) =>
    length === 0 ? [] : [`${length} ${severities[i]}`]
  );
  const lines = groups.slice(0, 2).flat().map(({ seed, severity, rule, evidence }) =>
    `${severity}: seed ${seed} · ${rule} · ${evidence}`
  );
  return [`findings: ${counts.join(", ") || "none"}`, ...lines].join("\n");
}

function targetRow(
  { metric, bound, value, unit, interval, ceiling, bestBaseline, verdict }: Target,
): string[] {
  const bounds = interval.low === null ? "–" : `${short(interval.low)} … ${short(interval.high)}`;
  const baseline = bestBaseline ? `${short(bestBaseline.value)} ${bestBaseline.name}` : "–";
  return [
    metric,
    boundText(bound),
    `${short(value)}${unit && ` ${unit}`}`,
    bounds,
    short(ceiling),
    baseline,
    verdict,
  ];
}

function claimRow(
  { says, metric, bound, value, unit, ceiling, verdict, expected }: Claim,
): string[] {
  const changed = verdict === expected ? "" : ` (on record: ${expected})`;
  return [
    says,
    `${metric} ${boundText(bound)}`,
    `${short(value)}${unit && ` ${unit}`}`,
    short(ceiling),
    verdict + changed,
  ];
}
