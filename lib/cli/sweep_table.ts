/**
 * A sweep as a table on the terminal.
 *
 * @module
 */

import { join, relative } from "@std/path";
import { cellName, type Sweep, type SweepCell, valueText } from "../run/sweep_schema.ts";
import { invocationFolder } from "./streams.ts";
import { alignTable, short, wrapParagraph } from "./text.ts";

/** One block of text: head line, the cells, their rounds, the best of them, failures, where the page is. */
export function sweepTable(sweep: Sweep, directory: string): string {
  const { experiment, profile, seeds, axes, cells, shown, best, drawn, halving } = sweep;
  const failed = cells.flatMap(({ values, runs }) =>
    runs.flatMap(({ seed, runId, failure }) =>
      failure === null
        ? []
        : [`failed: ${cellName(axes, values)} · seed ${seed} · run ${runId} · ${failure}`]
    )
  );
  const keys = [...halving ? ["cell", halving.key] : [], ...axes.map(({ key }) => key)];
  const head = [...keys, ...shown.flatMap((metric) => [metric, "95 % bounds"]), "targets met"];
  const right = keys.length + shown.length * 2;
  const page = join(directory, "sweep.html");
  const place = relative(invocationFolder(), page);
  const blocks = [
    `${experiment} · ${profile} · sweep ${sweep.sweepId} · ${cells.length} cells${
      drawn === undefined ? "" : ` drawn by seed ${drawn}`
    } · seed${seeds.length === 1 ? "" : "s"} ${seeds.join(", ")}`,
    alignTable(
      [head, ...cells.map((cell, i) => row(sweep, cell, i))],
      [...head.keys()].filter((column) =>
        column < right && (column < keys.length || (column - keys.length) % 2 === 0)
      ),
    ),
    roundLines(sweep).join("\n"),
    best.map(({ metric, cell }) => {
      const { values, metrics } = cells[cell]!;
      const { unit } = sweep.units[metric]!;
      return `best ${metric}: ${short(metrics[metric]!.mean)}${unit && ` ${unit}`} with ${
        cellName(axes, values)
      }`;
    }).join("\n"),
    cells.length > 1 ? best.slice(0, 1).map((one) => wrapParagraph(caution(one))).join() : "",
    failed.map((text) => wrapParagraph(text)).join("\n"),
    `page: ${place.startsWith("..") ? page : place}`,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** A line a round: its budget, who went on and why. */
function roundLines({ halving, cells }: Sweep): string[] {
  if (!halving) return [];
  const { key, metric, budgets, rounds } = halving;
  return rounds.map(({ budget, cells: own, kept }, i) => {
    const score = (place: number) => short(own.find(({ cell }) => cell === place)!.score!.mean);
    const names = kept.map((place) => `${place + 1} (${score(place)})`).join(", ");
    const ending = i < budgets.length - 1 ? `go on: ${names}` : `best: ${names}`;
    return wrapParagraph(
      `round ${i + 1} · ${key} ${budget} · ${own.length} of ${cells.length} cells · by ${metric} ${
        kept.length === 0 ? "none is complete, so there is no further round" : ending
      }`,
    );
  });
}

/** What the number of the best cell is worth. */
function caution({ metric, among = 0, interval, contenders }: Sweep["best"][number]): string {
  const bounds = interval === undefined
    ? ""
    : ` Bounds that hold for all ${among} at once: ${short(interval.low)} … ${
      short(interval.high)
    }.`;
  const may = contenders === undefined || contenders.length < 2
    ? ""
    : ` By these seeds ${contenders.length} of them may be the best.`;
  return `The best of ${among} cells by ${metric} was chosen by the number it is shown with, which flatters ` +
    `it.${bounds}${may} Run it again with other seeds before you believe it.`;
}

function row(
  { axes, shown, halving }: Sweep,
  { values, metrics, targets, verdict }: SweepCell,
  place: number,
): string[] {
  const last = halving?.rounds.findLast(({ cells }) => cells.some(({ cell }) => cell === place));
  const met = targets.filter(({ verdict }) => verdict === "pass").length;
  return [
    ...last === undefined ? [] : [`${place + 1}`, `${last.budget}`],
    ...axes.map(({ key }) => valueText(values[key])),
    ...shown.flatMap((metric) => {
      const found = metrics[metric];
      if (!found) return ["–", "–"];
      const { mean, interval: { low, high } } = found;
      return [short(mean), low === null ? "–" : `${short(low)} … ${short(high)}`];
    }),
    verdict === null ? "failed" : targets.length === 0 ? "none set" : `${met} of ${targets.length}`,
  ];
}
