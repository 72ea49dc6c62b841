/**
 * Synthetic traces of a network link, one row a minute, with the 22 columns of the DWCP bandwidth
 * predictor's training data, and the ceiling of what can be predicted of them.
 *
 * | preset | what it is |
 * | --- | --- |
 * | `v1` | the documented generator field by field: a clock and white noise, nothing to learn but a 24 × 2 table |
 * | `lownoise` | `v1` with the four targets' noise times 0.10: easy by construction |
 * | `v2` | a link with dynamics: a day and a week, jobs, a wandering level, congestion episodes that announce themselves |
 *
 * Pure in (key, options): no clock, no zone but UTC. How `v2` was chosen, from ceilings and
 * baselines alone: `network_trace/README.md`.
 *
 * @module
 */

import { type Key, table } from "assay";
import { type LinkType, type NetworkTier, TRACE_TARGETS } from "./network_trace/columns.ts";
import { documentedColumns } from "./network_trace/documented.ts";
import { dynamicColumns } from "./network_trace/dynamic.ts";
import { DYNAMICS, type Dynamics, LINKS, TIER_CAPS } from "./network_trace/dynamics.ts";
import type { NetworkTrace, TracePreset } from "./network_trace/trace.ts";

export {
  ceilingMetrics,
  type CeilingOptions,
  type TraceCeiling,
  traceCeiling,
} from "./network_trace/ceiling.ts";
export {
  type LinkType,
  type NetworkTier,
  TRACE_COLUMNS,
  TRACE_FEATURES,
  TRACE_QUANTITIES,
  TRACE_TARGET_UNITS,
  TRACE_TARGETS,
  type TraceColumns,
} from "./network_trace/columns.ts";
export { baseThroughput } from "./network_trace/documented.ts";
export { DYNAMICS, type Dynamics } from "./network_trace/dynamics.ts";
export type { NetworkTrace, TracePreset } from "./network_trace/trace.ts";

/**
 * First row of each preset, Unix seconds.
 *
 * `v1` and `lownoise`: Monday 3 November 2025, 22:54 UTC, the hour, minute and weekday at which the
 * documented 15,000-row file begins in its own zone. `v2`: Wednesday 5 November 2025, 16:00 UTC, so
 * that of 15,000 rows split 70/15/15 in time the first part is a whole week and the last runs from
 * Friday noon into Sunday.
 */
export const TRACE_STARTS: Readonly<Record<TracePreset, number>> = {
  v1: 1_762_210_440,
  lownoise: 1_762_210_440,
  v2: 1_762_358_400,
};

/** Factor on the documented noise. */
const NOISE_FACTORS = { v1: 1, lownoise: 0.1 } as const;

/** What to generate. */
export interface NetworkTraceOptions {
  readonly preset: TracePreset;
  /** How many minutes. */
  readonly rows: number;
  /** Unix seconds of the first row, UTC. Default: the preset's own, {@linkcode TRACE_STARTS}. */
  readonly start?: number;
  /** Class of the one link of a `v2` trace. Default `metro`. */
  readonly link?: LinkType;
  /** Tier of that link. Default `Standard`. */
  readonly tier?: NetworkTier;
  /** Parameters of a `v2` trace that differ from {@linkcode DYNAMICS}. */
  readonly dynamics?: Partial<Dynamics>;
}

/**
 * Generates a trace. Every field draws from its own child of `key`, one draw a row: a longer trace
 * begins with a shorter one, and another field would move none of these.
 *
 * `time_of_day` is the whole hour in `v1` and `lownoise` (as documented) and hour + minute / 60 in
 * `v2`; `day_of_week` is 0 on Monday; both are UTC.
 *
 * @throws {RangeError} When `rows` is not a whole number from 1, `start` not a whole number of
 * minutes from 0, or preset, link or tier has another name; also when a `v2` option is given to
 * another preset.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { networkTrace } from "./network_trace.ts";
 *
 * const trace = networkTrace(rootKey(42).key("data"), { preset: "v2", rows: 100 });
 * assertEquals(trace.columns.link_type[0], "metro");
 * assertEquals(trace.columns.time_of_day[90], 17.5); // it begins at 16:00
 * const longer = networkTrace(rootKey(42).key("data"), { preset: "v2", rows: 200 });
 * assertEquals(longer.columns.rtt_ms.slice(0, 100), trace.columns.rtt_ms);
 * ```
 */
export function networkTrace(key: Key, options: NetworkTraceOptions): NetworkTrace {
  const { preset, rows, link = "metro", tier = "Standard", dynamics = {} } = options;
  oneOf("preset", preset, Object.keys(TRACE_STARTS));
  oneOf("link", link, Object.keys(LINKS));
  oneOf("tier", tier, Object.keys(TIER_CAPS));
  const start = options.start ?? TRACE_STARTS[preset];
  if (!Number.isSafeInteger(rows) || rows < 1) {
    throw new RangeError(
      `Cannot generate a trace of ${rows} rows: a whole number from 1 is needed`,
    );
  }
  if (!Number.isSafeInteger(start) || start < 0 || start % 60 !== 0) {
    throw new RangeError(
      `Cannot generate a trace from second ${start}: the start is a time in Unix seconds that ` +
        `falls on a full minute, such as ${TRACE_STARTS[preset]}`,
    );
  }
  const source = `network trace ${preset}`;
  if (preset === "v2") {
    const all = { ...DYNAMICS, ...dynamics };
    const { columns, hidden } = dynamicColumns(key, rows, start, link, tier, all);
    return {
      ...table(source, columns),
      preset,
      start,
      hidden: { kind: "dynamic", states: hidden },
    };
  }
  for (const name of ["link", "tier", "dynamics"] as const) {
    if (options[name] !== undefined) {
      throw new RangeError(
        `Cannot generate a ${preset} trace with the option "${name}": only v2 has it; in ${preset} ` +
          `links and tiers are drawn row by row and affect nothing`,
      );
    }
  }
  const noise = NOISE_FACTORS[preset];
  const columns = documentedColumns(key, rows, start, noise);
  return { ...table(source, columns), preset, start, hidden: { kind: "documented", noise } };
}

/**
 * The four targets at some rows.
 *
 * @returns `[rows, 4]` f64, row-major, in the order of `TRACE_TARGETS`.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { networkTrace, traceTargets } from "./network_trace.ts";
 *
 * const trace = networkTrace(rootKey(1), { preset: "v1", rows: 10 });
 * assertEquals(traceTargets(trace, [7])[1], trace.columns.rtt_ms[7]);
 * ```
 */
export function traceTargets(trace: NetworkTrace, rows: ArrayLike<number>): Float64Array {
  const values = new Float64Array(rows.length * TRACE_TARGETS.length);
  for (let i = 0; i < rows.length; i++) {
    TRACE_TARGETS.forEach((target, j) => {
      values[i * TRACE_TARGETS.length + j] = trace.columns[target][rows[i]!]!;
    });
  }
  return values;
}

function oneOf(what: string, value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  throw new RangeError(
    `Cannot generate a trace with ${what} "${value}": it is one of ${allowed.join(", ")}`,
  );
}
