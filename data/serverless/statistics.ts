/**
 * Prints the tables of this folder's README again: what the document's trace and its features measure,
 * what generated ones do.
 *
 * ```sh
 * deno task statistics
 * ```
 *
 * Five keys at full scale, about half a minute on one core; needs no permission.
 *
 * @module
 */

import { rootKey } from "assay";
import { documentFraming } from "./document_framing.ts";
import { DOCUMENTED_STATISTICS, HOUR_BECAUSE, HOUR_FACTOR } from "./documented_statistics.ts";
import { type Band, DOCUMENTED_FEATURES, featureStatistics } from "./feature_statistics.ts";
import { invocationTrace } from "./generate.ts";
import { DOCUMENTED_HOURS } from "./rhythm.ts";
import { hourShares, traceStatistics } from "./trace_statistics.ts";

/** Keys 1 … n. */
const KEYS = 5;

function main(): void {
  const keys = Array.from({ length: KEYS }, (_, i) => rootKey(i + 1));
  const traces = keys.map((key) => {
    const trace = invocationTrace(key.key("data"));
    const { series, train } = documentFraming(trace, key.key("framing"), {
      variant: "normalised",
      scaling: "twice",
    });
    const rows = { from: 0, to: train.starts.length + train.window };
    return {
      statistics: traceStatistics(trace),
      hours: hourShares(trace.endSeconds),
      features: featureStatistics(series, [rows]),
    };
  });
  const all = DOCUMENTED_HOURS.reduce((sum, value) => sum + value, 0);
  const ratios = traces.flatMap(({ hours }) =>
    [...hours].map((share, h) => share * all / DOCUMENTED_HOURS[h]!)
  );
  print(["statistic", "documented", `${KEYS} keys`, "within a factor", "because"], [
    ...DOCUMENTED_STATISTICS.map(({ name, documented, factor, because }) => [
      name,
      String(documented),
      range(traces.map(({ statistics }) => statistics[name]!)),
      String(factor),
      because,
    ]),
    ["an hour's share / documented", "1", range(ratios), String(HOUR_FACTOR), HOUR_BECAUSE],
  ]);
  const band = ([low, high]: Band) => `${low} to ${high}`;
  print(
    [
      "feature",
      "mean expected",
      "printed",
      `${KEYS} keys`,
      "sd expected",
      "printed",
      `${KEYS} keys`,
    ],
    DOCUMENTED_FEATURES.map((feature, c) => [
      feature.name,
      band(feature.expectedMean),
      String(feature.printedMean),
      range(traces.map(({ features }) => features[c]!.mean)),
      band(feature.expectedSd),
      String(feature.printedSd),
      range(traces.map(({ features }) => features[c]!.sd)),
    ]),
  );
}

function print(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const lines = [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
  // deno-lint-ignore no-console -- printing is what this command is for
  console.log(`${lines.join("\n")}\n`);
}

/** Mean and, in brackets, smallest and largest. */
function range(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const text = (value: number) => String(Number(value.toPrecision(3)));
  return `${text(mean)} (${text(Math.min(...values))} to ${text(Math.max(...values))})`;
}

if (import.meta.main) main();
