/**
 * Prints how collected trainings end, beside what the facts measured on 1,800 runs of a prototype:
 *
 * ```sh
 * deno run data/som/calibration.ts
 * ```
 *
 * 1,800 runs, some twenty seconds on one core; needs no permission.
 *
 * @module
 */

import { rootKey } from "assay";
import { collectedTraining } from "./collect.ts";
import { DATA_KINDS } from "./data_sets.ts";
import { ratioTargets } from "./features.ts";
import { type SomRun, somRun } from "./run_record.ts";

const DATA_SETS = 360;
const OPTIONS = { runsPerDataSet: 5 };

function main(): void {
  const byKind = new Map<string, SomRun[]>(DATA_KINDS.map((kind) => [kind, []]));
  for (let i = 0; i < DATA_SETS * OPTIONS.runsPerDataSet; i++) {
    const training = collectedTraining(rootKey(1), i, OPTIONS);
    while (!training.finished) training.advance();
    byKind.get(training.data.name)!.push(somRun(training));
  }
  const all = [...byKind.values()].flat();
  const rows = [["all", all] as const, ...byKind].map(([name, runs]) => {
    const targets = runs.map(ratioTargets);
    return [
      name,
      String(runs.length),
      quantiles(targets.map(({ mqe }) => mqe)),
      quantiles(targets.map(({ topographicError }) => topographicError)),
      quantiles(targets.map(({ deadNeuronRatio }) => deadNeuronRatio)),
      `${Math.round(100 * runs.filter(rises).length / runs.length)} %`,
    ];
  });
  const head = ["data", "runs", "MQE ratio", "topographic error", "dead units", "with an MQE rise"];
  const prototype = ["prototype", "1800", "0.23 / 0.64 / 1.15", "0 / 0.023 / 0.13"];
  const table = [head, head.map(() => "---"), [...prototype, "0 / 0.14 / 0.48", "86 %"], ...rows];
  // deno-lint-ignore no-console -- printing is what this command is for
  console.log(table.map((row) => `| ${row.join(" | ")} |`).join("\n"));
}

/** Whether the error is higher at a step than at the one before. */
function rises({ history }: SomRun): boolean {
  return history.some(({ mqe }, i) => i > 0 && mqe > history[i - 1]!.mqe);
}

/** The 5th, 50th and 95th percentile, the nearest values of the sample. */
function quantiles(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return [0.05, 0.5, 0.95]
    .map((share) => String(Number(sorted[Math.round(share * (sorted.length - 1))]!.toPrecision(2))))
    .join(" / ");
}

if (import.meta.main) main();
