/**
 * A sweep as a table on the terminal.
 *
 * @module
 */

import { join, relative } from "@std/path";
import { cellName, type Sweep, type SweepCell, valueText } from "../run/sweep_schema.ts";
import { invocationFolder } from "./streams.ts";
import { alignTable, short, wrapParagraph } from "./text.ts";

/** One block of text: head line, the cells, the best of them, failures, where the page is. */
export function sweepTable(sweep: Sweep, directory: string): string {
  const { experiment, profile, seeds, axes, cells, shown, best } = sweep;
  const failed = cells.flatMap(({ values, runs }) =>
    runs.flatMap(({ seed, runId, failure }) =>
      failure === null
        ? []
        : [`failed: ${cellName(axes, values)} · seed ${seed} · run ${runId} · ${failure}`]
    )
  );
  const keys = axes.map(({ key }) => key);
  const head = [...keys, ...shown.flatMap((metric) => [metric, "95 % bounds"]), "targets met"];
  const right = keys.length + shown.length * 2;
  const page = join(directory, "sweep.html");
  const place = relative(invocationFolder(), page);
  const blocks = [
    `${experiment} · ${profile} · sweep ${sweep.sweepId} · ${cells.length} cells · seed${
      seeds.length === 1 ? "" : "s"
    } ${seeds.join(", ")}`,
    alignTable(
      [head, ...cells.map((cell) => row(sweep, cell))],
      [...head.keys()].filter((column) =>
        column < right && (column < keys.length || (column - keys.length) % 2 === 0)
      ),
    ),
    best.map(({ metric, cell }) => {
      const { values, metrics } = cells[cell]!;
      const { unit } = sweep.units[metric]!;
      return `best ${metric}: ${short(metrics[metric]!.mean)}${unit && ` ${unit}`} with ${
        cellName(axes, values)
      }`;
    }).join("\n"),
    best.length > 0 && cells.length > 1
      ? wrapParagraph(
        `The best of ${cells.length} cells was chosen by the number it is shown with, which flatters ` +
          `it: run it again with other seeds before you believe it.`,
      )
      : "",
    failed.map((text) => wrapParagraph(text)).join("\n"),
    `page: ${place.startsWith("..") ? page : place}`,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function row(
  { axes, shown }: Sweep,
  { values, metrics, targets, verdict }: SweepCell,
): string[] {
  const met = targets.filter(({ verdict }) => verdict === "pass").length;
  return [
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
