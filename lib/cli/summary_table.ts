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

/** One block of text: head line, targets, claims, reasons of failure, where the page is. */
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
  const page = join(directory, "report.html");
  const shown = relative(invocationFolder(), page);
  blocks.push(`page: ${shown.startsWith("..") ? page : shown}`);
  return `${blocks.join("\n\n")}\n`;
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
