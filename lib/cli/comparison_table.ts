/**
 * A comparison as tables on the terminal.
 *
 * @module
 */

import { relative } from "@std/path";
import { groupNames, shortValue } from "../report/sections/comparison.ts";
import { bisectionText } from "../run/compare/bisect.ts";
import type { Bisection, Comparison, TensorPair } from "../run/compare/comparison.ts";
import { headline, judgement } from "../run/compare/text.ts";
import { invocationFolder } from "./streams.ts";
import { alignTable, short, wrapParagraph } from "./text.ts";

/** Rows of a table at most; the page has all of them. */
const mostRows = 12;
/** Characters of a value at most. */
const widest = 40;

/** One block of text: the outcome, what it points to, what differs, where the page is. */
export function comparisonTable(comparison: Comparison, page: string): string {
  const { experiment, runs: { a, b }, parting, altered, loops, metrics } = comparison;
  const blocks = [
    `${experiment} · A ${a.runId}, seed ${a.seed} · B ${b.runId}, seed ${b.seed} · ${
      headline(comparison)
    }`,
    wrapParagraph([parting?.means ?? "", judgement(comparison)].join(" ").trim()),
  ];
  if (parting !== null) blocks.push(partingLines(parting));
  if (comparison.bisection !== null) blocks.push(...bisectionBlocks(comparison.bisection));
  const damage = [
    ...altered.a.map((what) => `A: ${what}`),
    ...altered.b.map((what) => `B: ${what}`),
  ];
  if (damage.length > 0) blocks.push(damage.map((what) => `warning: ${what}`).join("\n"));
  blocks.push(
    ...block(["different", "A", "B"], changeRows(comparison)),
    ...block(
      ["loop", "steps A", "steps B", "parts at", "last loss A", "last loss B", "weights apart by"],
      comparison.same ? [] : loops.map(loopRow),
    ),
    ...block(
      ["metric", "A", "B", "B - A"],
      metrics.filter(({ difference }) => difference !== 0)
        .map(({ metric, unit, a, b, difference }) => [
          metric,
          withUnit(a, unit),
          withUnit(b, unit),
          short(difference),
        ]),
    ),
  );
  const shown = relative(invocationFolder(), page);
  blocks.push(`page: ${shown.startsWith("..") ? page : shown}`);
  return `${blocks.join("\n\n")}\n`;
}

function partingLines({ loss, groups, groupsStep }: NonNullable<Comparison["parting"]>): string {
  const lines: string[] = [];
  if (loss !== null) {
    lines.push(
      `loss of step ${loss.step}: ${short(loss.a)} and ${short(loss.b)}, apart by ${
        short(loss.difference)
      } (relative ${short(loss.relative)})`,
    );
  }
  if (groupsStep !== null) {
    const when = groupsStep === 0 ? "before step 1" : `after step ${groupsStep}`;
    lines.push(`weights that differ ${when}: ${groupNames(groups)}`);
  }
  return lines.join("\n");
}

function bisectionBlocks(bisection: Bisection): string[] {
  const rows = (kind: string, pairs: readonly TensorPair[]) =>
    pairs.map(({ name, shape, a, b }) => [
      `${kind} ${name}`,
      `[${shape}]`,
      a?.slice(0, 12) ?? "–",
      a === b ? "the same" : b?.slice(0, 12) ?? "–",
    ]);
  return [
    wrapParagraph(bisectionText(bisection)),
    ...(bisection.parting === null ? [] : [
      alignTable([
        ["tensor", "shape", "SHA-256 in A", "in B"],
        ...rows("input", bisection.parting.inputs),
        ...rows("output", bisection.parting.outputs),
      ]),
    ]),
  ];
}

function changeRows({ identity, environment }: Comparison): string[][] {
  const { settings, config, modules, dependencies } = identity;
  return [
    ...settings.map((change) => ["", change] as const),
    ...config.map((change) => ["config ", change] as const),
    ...modules.map((change) => ["", change] as const),
    ...dependencies.map((change) => ["", change] as const),
    ...environment.map((change) => ["", change] as const),
  ].map(([kind, { name, a, b }]) => [kind + name, valueText(a), valueText(b)]);
}

function valueText(value: unknown): string {
  const text = value === null ? "–" : shortValue(value);
  return text.length > widest ? `${text.slice(0, widest)}…` : text;
}

function loopRow({ loop, steps, parting, lastLoss, weights }: Comparison["loops"][number]) {
  const apart = weights.filter(({ differing }) => differing !== 0);
  const [most] = apart.toSorted((one, other) => (other.largest ?? 0) - (one.largest ?? 0));
  return [
    loop,
    short(steps.a),
    short(steps.b),
    parting === null ? "–" : parting.step === 0 ? "start" : String(parting.step),
    short(lastLoss.a),
    short(lastLoss.b),
    most === undefined ? "–" : `${short(most.largest)} ${most.group}`,
  ];
}

/** A table with its head, nothing when it has no rows. */
function block(head: string[], rows: string[][]): string[] {
  if (rows.length === 0) return [];
  const more = rows.length - mostRows;
  const table = alignTable([head, ...rows.slice(0, mostRows)]);
  return [more > 0 ? `${table}\nand ${more} more, on the page` : table];
}

function withUnit(value: number | null, unit: string): string {
  return `${short(value)}${unit && ` ${unit}`}`;
}
