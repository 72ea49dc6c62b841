/**
 * Verdicts: how the evidence of a profile's seeds stands to targets and claims.
 *
 * A mean over seeds has a one-sided 95 % bound on either side (Student t). It satisfies a bound when
 * the pessimistic end does, contradicts it when the optimistic end does not, and is undecided
 * otherwise. A single seed is judged by its value.
 *
 * @module
 */

import { type MeanInterval, meanInterval, seedsToDecide } from "../metrics/stats/mean_interval.ts";
import type { Direction } from "../metrics/types.ts";
import type { Bound, Claim, ClaimVerdict, Target, TargetVerdict } from "./types.ts";

/** What one seed's run found, as far as judging needs it. */
export interface Evidence {
  readonly metrics: Readonly<Record<string, number>>;
  readonly units: Readonly<Record<string, { unit: string; better: Direction }>>;
  readonly baselines: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly ceilings: Readonly<Record<string, number>>;
}

/** A metric over the seeds, with the references it is read against. */
export interface Standing {
  readonly metric: string;
  readonly unit: string;
  /** Mean over the seeds; `null` when a run lacks the metric. */
  readonly value: number | null;
  /** One-sided 95 % bounds of the mean; `null` ends with a single seed. */
  readonly interval: { readonly low: number | null; readonly high: number | null };
  readonly seeds: number;
  /** Mean ceiling over the seeds. */
  readonly ceiling: number | null;
  /** The baseline with the best mean over the seeds. */
  readonly bestBaseline: { readonly name: string; readonly value: number } | null;
}

/** A judged target. */
export interface JudgedTarget extends Standing {
  readonly bound: Bound;
  readonly because: string;
  readonly verdict: TargetVerdict;
  /** With *not enough evidence*: how many seeds would decide at this spread. */
  readonly seedsToDecide: number | null;
}

/** A judged claim. */
export interface JudgedClaim extends Omit<Standing, "seeds"> {
  readonly bound: Bound;
  readonly says: string;
  readonly source: string;
  readonly verdict: ClaimVerdict;
  readonly expected: ClaimVerdict;
  /** One sentence that says why. */
  readonly evidence: string;
}

/**
 * Judges a target. A metric that no run reports fails it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { atLeast, judgeTarget, target } from "assay";
 *
 * const evidence = [0.991, 0.992, 0.990].map((r) => ({
 *   metrics: { r },
 *   units: { r: { unit: "", better: "higher" as const } },
 *   baselines: {},
 *   ceilings: {},
 * }));
 * assertEquals(judgeTarget(target("r", atLeast(0.98), { because: "" }), evidence).verdict, "pass");
 * ```
 */
export function judgeTarget(
  target: Pick<Target, "metric" | "bound" | "because">,
  runs: readonly Evidence[],
): JudgedTarget {
  const { standing, spread } = stand(target.metric, runs);
  const { bound, because } = target;
  if (spread === null) return { ...standing, bound, because, verdict: "fail", seedsToDecide: null };
  const side = compare(spread, bound);
  return {
    ...standing,
    bound,
    because,
    verdict: side === "inside" ? "pass" : side === "outside" ? "fail" : "not enough evidence",
    seedsToDecide: side === "undecided" ? seedsNeeded(spread, bound) : null,
  };
}

/**
 * Judges a claim: reproduced, refuted, or not testable when the runs lack the metric or the seeds
 * do not decide. A ceiling on the wrong side of the bound is named as the reason of a refutation.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { atLeast, claim, judgeClaim } from "assay";
 *
 * const run = {
 *   metrics: { r: 0.777 },
 *   units: { r: { unit: "", better: "higher" as const } },
 *   baselines: {},
 *   ceilings: { r: 0.782 },
 * };
 * const said = claim("r", atLeast(0.98), { says: "0.99", source: "guide", expect: "refuted" });
 * assertEquals(judgeClaim(said, [run]).verdict, "refuted");
 * ```
 */
export function judgeClaim(
  claim: Omit<Claim, "when" | "profile">,
  runs: readonly Evidence[],
): JudgedClaim {
  const { standing: { seeds, ...standing }, spread } = stand(claim.metric, runs);
  const { bound, says, source, expect: expected } = claim;
  const judged = { ...standing, bound, says, source, expected };
  if (spread === null) {
    return { ...judged, verdict: "not testable", evidence: `No run reports ${claim.metric}.` };
  }
  const side = compare(spread, bound);
  const measured = `Measured ${short(spread.mean)}${standing.unit && ` ${standing.unit}`} over ` +
    `${seeds} seed${seeds === 1 ? "" : "s"}`;
  if (side === "inside") return { ...judged, verdict: "reproduced", evidence: `${measured}.` };
  if (side === "undecided") {
    return { ...judged, verdict: "not testable", evidence: `${measured}, too few to decide.` };
  }
  const { ceiling } = standing;
  const impossible = ceiling !== null && !contains(bound, ceiling) &&
    beyond(bound, ceiling) === beyond(bound, spread.mean);
  return {
    ...judged,
    verdict: "refuted",
    evidence: impossible
      ? `${measured}; no predictor can do better than ${short(ceiling)} on this data.`
      : `${measured}.`,
  };
}

/**
 * A bound in words: `≥ 0.98`, `≤ 5`, `0.305 to 0.325`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { atLeast, boundText } from "assay";
 *
 * assertEquals(boundText(atLeast(0.98)), "≥ 0.98");
 * ```
 */
export function boundText({ atLeast: low, atMost: high }: Bound): string {
  if (low !== undefined && high !== undefined) return `${low} to ${high}`;
  return low !== undefined ? `≥ ${low}` : `≤ ${high}`;
}

function stand(metric: string, runs: readonly Evidence[]): {
  standing: Standing;
  spread: MeanInterval | null;
} {
  const values = valuesOf(runs.map((run) => run.metrics[metric]));
  const { unit, better } = runs[0]?.units[metric] ?? { unit: "", better: "higher" as const };
  const spread = values === null ? null : meanInterval(values);
  const ceilings = valuesOf(runs.map((run) => run.ceilings[metric]));
  return {
    standing: {
      metric,
      unit,
      value: spread?.mean ?? null,
      interval: { low: spread?.low ?? null, high: spread?.high ?? null },
      seeds: runs.length,
      ceiling: ceilings && meanInterval(ceilings).mean,
      bestBaseline: bestBaseline(metric, better, runs),
    },
    spread,
  };
}

function bestBaseline(
  metric: string,
  better: Direction,
  runs: readonly Evidence[],
): Standing["bestBaseline"] {
  let best: { name: string; value: number } | null = null;
  for (const name of Object.keys(runs[0]?.baselines ?? {}).sort()) {
    const values = valuesOf(runs.map((run) => run.baselines[name]?.[metric]));
    if (values === null) continue;
    const value = meanInterval(values).mean;
    const ahead = best === null || (better === "higher" ? value > best.value : value < best.value);
    if (ahead) best = { name, value };
  }
  return best;
}

/** The values when every run has one, else `null`. */
function valuesOf(values: readonly (number | undefined)[]): number[] | null {
  const present = values.filter((value) => value !== undefined);
  return present.length === values.length && present.length > 0 ? present : null;
}

/**
 * Where a mean with its one-sided bounds lies: inside a bound, outside, or on both sides. A single value has no
 * bounds and is taken as it is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { atLeast } from "assay";
 *
 * assertEquals(compare({ mean: 5, low: 4, high: 6 }, atLeast(4.5)), "undecided");
 * assertEquals(compare({ mean: 5, low: null, high: null }, atLeast(4.5)), "inside");
 * ```
 */
export function compare(
  spread: Pick<MeanInterval, "mean" | "low" | "high">,
  bound: Bound,
): "inside" | "outside" | "undecided" {
  const low = spread.low ?? spread.mean;
  const high = spread.high ?? spread.mean;
  if (contains(bound, low) && contains(bound, high)) return "inside";
  if (bound.atMost === undefined && contains(bound, low)) return "inside";
  if (bound.atLeast === undefined && contains(bound, high)) return "inside";
  const above = bound.atMost !== undefined && low > bound.atMost;
  const below = bound.atLeast !== undefined && high < bound.atLeast;
  return above || below ? "outside" : "undecided";
}

/**
 * Whether a value lies in a bound, its ends included; NaN does not.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { atMost } from "assay";
 *
 * assertEquals([5, 5.1, NaN].map((value) => contains(atMost(5), value)), [true, false, false]);
 * ```
 */
export function contains(
  { atLeast = -Infinity, atMost = Infinity }: Bound,
  value: number,
): boolean {
  return value >= atLeast && value <= atMost;
}

function beyond({ atLeast = -Infinity }: Bound, value: number): "below" | "above" {
  return value < atLeast ? "below" : "above";
}

function seedsNeeded({ mean, sd }: MeanInterval, { atLeast, atMost }: Bound): number | null {
  const needed = [atLeast, atMost].filter((end) => end !== undefined)
    .map((end) => seedsToDecide(mean, sd, end));
  return needed.every(Number.isFinite) ? Math.max(...needed) : null;
}

function short(value: number): string {
  return Number.isInteger(value) ? String(value) : Number(value.toPrecision(4)).toString();
}
