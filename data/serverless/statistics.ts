/**
 * Prints the table of this folder's README again: what the document's trace measures, what generated
 * ones do.
 *
 * ```sh
 * deno task statistics
 * ```
 *
 * Five keys at full scale, half a minute on one core; needs no permission.
 *
 * @module
 */

import { rootKey } from "assay";
import { DOCUMENTED_STATISTICS, HOUR_FACTOR } from "./documented_statistics.ts";
import { invocationTrace } from "./generate.ts";
import { DOCUMENTED_HOURS } from "./rhythm.ts";
import { hourShares, traceStatistics } from "./trace_statistics.ts";

/** Keys 1 … n. */
const KEYS = 5;

function main(): void {
  const traces = Array.from({ length: KEYS }, (_, i) => {
    const trace = invocationTrace(rootKey(i + 1).key("data"));
    return { statistics: traceStatistics(trace), hours: hourShares(trace.endSeconds) };
  });
  const rows = DOCUMENTED_STATISTICS.map(({ name, documented, factor, because }) => [
    name,
    String(documented),
    range(traces.map(({ statistics }) => statistics[name]!)),
    `${factor}`,
    because,
  ]);
  const all = DOCUMENTED_HOURS.reduce((sum, value) => sum + value, 0);
  const ratios = traces.flatMap(({ hours }) =>
    [...hours].map((share, h) => share * all / DOCUMENTED_HOURS[h]!)
  );
  rows.push([
    "each hour's share, over the documented",
    "1",
    range(ratios),
    `${HOUR_FACTOR}`,
    "sessions of the busiest functions; the figure was read to ± 2 %",
  ]);
  const head = ["statistic", "documented", `${KEYS} keys`, "within a factor", "because"];
  for (const row of [head, head.map(() => "---"), ...rows]) {
    // deno-lint-ignore no-console -- printing is what this command is for
    console.log(`| ${row.join(" | ")} |`);
  }
}

/** Mean and, in brackets, smallest and largest. */
function range(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const text = (value: number) => String(Number(value.toPrecision(3)));
  return `${text(mean)} (${text(Math.min(...values))} to ${text(Math.max(...values))})`;
}

if (import.meta.main) main();
