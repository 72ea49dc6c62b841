/**
 * `v1` against the file that the documented generator's authors committed: 15,000 rows from a Monday at 22:54,
 * its statistics as measured (facts §2.5). The file is one draw, so each of its statistics is held against
 * those of {@linkcode KEYS} draws of ours, of as many rows from the same minute: it has to lie within
 * {@linkcode DEVIATIONS} standard deviations over the keys, as one more draw would (one in 1,300 does not),
 * and half a unit of its last printed digit. What no noise reaches, such as the clock, has only the latter.
 */

import { assert, assertAlmostEquals } from "@std/assert";
import { rootKey } from "assay";
import { networkTrace } from "../network_trace.ts";
import { baseThroughput } from "./documented.ts";

const KEYS = 20;
const DEVIATIONS = 4;
const ROWS = 15_000;

const STATISTICS = ["mean", "sd", "min", "median", "p95", "max"] as const;

/** The committed file's, in the order of {@linkcode STATISTICS}, as printed. */
// deno-fmt-ignore
const committed = {
  throughput_mbps:   ["553.36",  "186.25",  "87.97",     "551.83",  "893.93",  "1000"],
  rtt_ms:            ["47.318",  "10.596",  "11.21",     "47.44",   "64.26",   "77.79"],
  packet_loss:       ["0.02333", "0.00935", "0.0000035", "0.02347", "0.03770", "0.04864"],
  jitter_ms:         ["6.721",   "2.235",   "1.206",     "6.354",   "10.88",   "20"],
  congestion_window: ["1105.7",  "384.4",   "100",       "1105",    "1792",    "2000"],
  queue_depth:       ["54.19",   "21.23",   "0",         "54",      "88",      "158"],
  retransmits:       ["27.84",   "9.60",    "1",         "28",      "43",      "57"],
  time_of_day:       ["11.28",   "6.98",    "0",         "11",      "22",      "23"],
  day_of_week:       ["2.73",    "1.78",    "0",         "3",       "6",       "6"],
} as const;

type Field = keyof typeof committed;
const fields = Object.keys(committed) as Field[];

/** Percent of the rows at the upper bound. */
const clipped = { throughput_mbps: ["1000", "0.83"], jitter_ms: ["20", "0.06"] } as const;

/** Pearson's r of two fields in the same row. */
const correlations: readonly [Field, Field, string][] = [
  ["throughput_mbps", "packet_loss", "-0.994"],
  ["throughput_mbps", "congestion_window", "0.966"],
  ["throughput_mbps", "retransmits", "-0.966"],
  ["throughput_mbps", "rtt_ms", "-0.883"],
  ["throughput_mbps", "queue_depth", "-0.879"],
  ["throughput_mbps", "jitter_ms", "-0.420"],
  ["rtt_ms", "jitter_ms", "0.467"],
];

const draws = Array.from(
  { length: KEYS },
  (_, i) => networkTrace(rootKey(i + 1), { preset: "v1", rows: ROWS }).columns,
);
type Columns = typeof draws[number];

/** Fails unless the committed value is what one more draw could give. */
function assertFits(name: string, printed: string, statistic: (columns: Columns) => number): void {
  const { mean, sd } = moments(Float64Array.from(draws, statistic));
  const digits = printed.split(".")[1]?.length ?? 0;
  // The deviation of a sample, and of one more draw from the sample's mean.
  const deviation = sd * Math.sqrt(KEYS / (KEYS - 1)) * Math.sqrt(1 + 1 / KEYS);
  const tolerance = DEVIATIONS * deviation + 0.5 / 10 ** digits;
  assertAlmostEquals(Number(printed), mean, tolerance, `${name}: ${printed}, ours ${mean}`);
}

Deno.test("`documentedColumns()` has the committed file's moments, quantiles and extremes", () => {
  const described = new Map(draws.map((columns) => [columns, describe(columns)]));
  for (const field of fields) {
    STATISTICS.forEach((statistic, i) => {
      const of = (columns: Columns) => described.get(columns)![field][i]!;
      assertFits(`${statistic} of ${field}`, committed[field][i]!, of);
    });
  }
});

Deno.test("`documentedColumns()` clips the committed file's share of rows", () => {
  for (const field of ["throughput_mbps", "jitter_ms"] as const) {
    const [bound, percent] = clipped[field];
    const share = (columns: Columns) =>
      100 * columns[field].filter((value) => value === Number(bound)).length / ROWS;
    assertFits(`percent of ${field} clipped`, percent, share);
  }
  // Bounds that the committed file never reaches.
  for (const { throughput_mbps, rtt_ms, packet_loss } of draws) {
    assert(throughput_mbps.every((value) => value > 10));
    assert(rtt_ms.every((value) => value > 5 && value < 150));
    assert(packet_loss.every((value) => value < 0.1));
  }
});

Deno.test("`documentedColumns()` relates the fields as the committed file does", () => {
  for (const [one, other, r] of correlations) {
    assertFits(`${one} with ${other}`, r, (columns) => correlation(columns[one], columns[other]));
  }
});

Deno.test("`documentedColumns()` draws white noise, as in the committed file", () => {
  for (const field of ["throughput_mbps", "rtt_ms", "packet_loss", "jitter_ms"] as const) {
    assertFits(`lag 1 of ${field}`, "-0.01", (columns) => {
      const residual = withoutLevels(columns, columns[field]);
      return correlation(residual.subarray(0, -1), residual.subarray(1));
    });
  }
  const [first] = draws;
  const { throughput_mbps, time_of_day, day_of_week } = first!;
  const shocks = throughput_mbps.map((t, i) =>
    t - baseThroughput(time_of_day[i]!, day_of_week[i]!)
  );
  const lagged = correlation(shocks.subarray(0, -1), shocks.subarray(1));
  assertAlmostEquals(lagged, 0, 4 / Math.sqrt(ROWS));
});

/** {@linkcode STATISTICS} of every field; quantiles are linear between neighbours. */
function describe(columns: Columns): Record<Field, number[]> {
  return Object.fromEntries(fields.map((field) => {
    const sorted = columns[field].toSorted();
    const { mean, sd } = moments(sorted);
    const quantile = (share: number) => {
      const at = share * (ROWS - 1), low = Math.floor(at);
      return sorted[low]! + (at - low) * (sorted[low + 1]! - sorted[low]!);
    };
    return [field, [mean, sd, sorted[0]!, quantile(0.5), quantile(0.95), sorted.at(-1)!]];
  })) as Record<Field, number[]>;
}

/** Values less their mean in each hour of weekdays and of weekends. */
function withoutLevels({ time_of_day, day_of_week }: Columns, values: Float64Array): Float64Array {
  const level = (i: number) => time_of_day[i]! + (day_of_week[i]! >= 5 ? 24 : 0);
  const sums = new Float64Array(48), counts = new Float64Array(48);
  values.forEach((value, i) => {
    sums[level(i)]! += value;
    counts[level(i)]!++;
  });
  return values.map((value, i) => value - sums[level(i)]! / counts[level(i)]!);
}

function moments(values: Float64Array): { mean: number; sd: number } {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  return { mean, sd: Math.sqrt(variance) };
}

function correlation(a: Float64Array, b: Float64Array): number {
  const { mean: ma, sd: sa } = moments(a);
  const { mean: mb, sd: sb } = moments(b);
  return a.reduce((sum, v, i) => sum + (v - ma) * (b[i]! - mb), 0) / a.length / sa / sb;
}
