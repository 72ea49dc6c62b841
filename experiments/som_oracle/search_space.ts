/**
 * Where the document's search looks for configurations: in its later version in ranges that follow from the data, in
 * that of January 2026 among listed values.
 *
 * @module
 */

import { type ConfigurationOf, type Genes, log, type SearchSpace, searchSpace } from "assay";
import { repaired, type SomConfiguration, usualSide, withProcessing } from "../../data/som.ts";

/** Configurations as a search sees them, and what they stand for. */
export interface SomSpace<C> {
  readonly space: SearchSpace<C>;
  /** All that a configuration says of a training, repaired. */
  readonly som: (configuration: C) => SomConfiguration;
}

const DROPS = ["linear-drop", "exp-drop", "log-drop", "step-down"] as const;
const GROWTHS = ["linear-growth", "exp-growth", "log-growth"] as const;

/** Sides of a map over the one that is usual for so many samples. */
const SIDES = { low: 0.7, high: 1.3 };
/** No side is below it, unless the largest is. */
const LEAST_SIDE = 8;
const STEEPNESSES = [10, 20, 30, 40] as const;

/**
 * What the later version searches on data of so many samples: hexagonal maps whose first neighbourhood is all of them,
 * their batches a walk through the data in one section.
 *
 * | gene | from |
 * | --- | --- |
 * | side | 0.7 to 1.3 times the usual one, at least 8 |
 * | learning rate | 0.5 to 1, to 0.001 to 0.2, on a logarithmic scale |
 * | batch | 0 to 5 %, to 1 to 15 % |
 * | iterations | {@linkcode lengthsFor} times the samples |
 * | choices | four drops twice, three growths, steepness 10, 20, 30 or 40 |
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assert } from "@std/assert";
 *
 * const { space, som } = laterSpace(400);
 * const { rows, columns } = som(space.configuration(space.sample(rootKey(1))));
 * assert(rows === columns && rows >= 8 && rows <= 13);
 * ```
 */
export function laterSpace(samples: number): SomSpace<ConfigurationOf<typeof genes>> {
  const usual = usualSide(samples);
  const widest = Math.max(2, Math.floor(SIDES.high * usual));
  const narrowest = Math.min(Math.max(LEAST_SIDE, Math.ceil(SIDES.low * usual)), widest);
  const genes = {
    side: { kind: "integer", low: narrowest, high: widest },
    startLearningRate: { kind: "real", low: 0.5, high: 1, scale: "log" },
    endLearningRate: { kind: "real", low: 0.001, high: 0.2, scale: "log" },
    learningRateSchedule: { kind: "choice", values: DROPS },
    radiusSchedule: { kind: "choice", values: DROPS },
    startBatchPercent: { kind: "real", low: 0, high: 5 },
    endBatchPercent: { kind: "real", low: 1, high: 15 },
    batchSchedule: { kind: "choice", values: GROWTHS },
    epochMultiplier: { kind: "real", ...lengthsFor(samples) },
    steepness: { kind: "choice", values: STEEPNESSES },
  } as const satisfies Genes;
  return {
    space: searchSpace(genes, (bred) => ({
      ...bred,
      startBatchPercent: Math.min(bred.startBatchPercent, bred.endBatchPercent),
      endBatchPercent: Math.max(bred.startBatchPercent, bred.endBatchPercent),
      steepness: bends(bred) ? bred.steepness : STEEPNESSES[0],
    })),
    som: ({ side, ...rest }) =>
      repaired({
        ...rest,
        topology: "hex",
        rows: side,
        columns: side,
        radiusRatio: 1,
        sampling: "reshuffle",
        sections: 1,
        normaliseWeights: false,
      }),
  };
}

/** The later version's bounds of iterations over samples, by the number of samples. */
const LENGTHS = [
  { samples: 100, low: 1, high: 5 },
  { samples: 500, low: 1, high: 5 },
  { samples: 5_000, low: 0.5, high: 3 },
  { samples: 20_000, low: 0.3, high: 1 },
  { samples: 50_000, low: 0.1, high: 0.3 },
] as const;

/**
 * Iterations over samples: between two of the later version's anchors straight in the logarithm of the samples, beyond
 * them as at the last.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * assertEquals(lengthsFor(300), { low: 1, high: 5 });
 * assertEquals(lengthsFor(100_000), { low: 0.1, high: 0.3 });
 * assertAlmostEquals(lengthsFor(10_000).high, 2);
 * ```
 */
export function lengthsFor(samples: number): { readonly low: number; readonly high: number } {
  const next = LENGTHS.findIndex((anchor) => samples <= anchor.samples);
  const after = LENGTHS.at(next)!, before = next > 0 ? LENGTHS[next - 1]! : after;
  const share = before === after
    ? 0
    : (log(samples) - log(before.samples)) / (log(after.samples) - log(before.samples));
  const between = (of: "low" | "high") => before[of] + (after[of] - before[of]) * share;
  return { low: between("low"), high: between("high") };
}

const JANUARY_STARTS = [0.025, 0.5, 1, 5, 10] as const;
const JANUARY_ENDS = [3, 5, 7.5, 10, 15] as const;

const januaryGenes = {
  side: { kind: "choice", values: [8, 10, 15] },
  topology: { kind: "choice", values: ["hex", "square"] },
  processing: { kind: "choice", values: ["stochastic", "deterministic", "hybrid"] },
  startLearningRate: { kind: "choice", values: [0.5, 0.6, 0.7, 0.8, 0.9] },
  endLearningRate: { kind: "choice", values: [0.01, 0.05, 0.1, 0.2] },
  learningRateSchedule: { kind: "choice", values: DROPS },
  radiusRatio: { kind: "choice", values: [0.1, 0.25, 0.5, 0.75, 1] },
  radiusSchedule: { kind: "choice", values: DROPS },
  startBatchPercent: { kind: "choice", values: JANUARY_STARTS },
  endBatchPercent: { kind: "choice", values: JANUARY_ENDS },
  batchSchedule: { kind: "choice", values: GROWTHS },
  epochMultiplier: { kind: "choice", values: [5, 10, 15] },
  steepness: { kind: "choice", values: [1, 5, 15, 25, 35] },
  sections: { kind: "choice", values: [1, 3, 5, 10, 20] },
  normaliseWeights: { kind: "choice", values: [false, true] },
} as const satisfies Genes;

/** A configuration of {@linkcode januarySpace}. */
export type JanuaryConfiguration = ConfigurationOf<typeof januaryGenes>;

/**
 * What the version of January 2026 searches, whatever the data. Batches are drawn at random, the only sampling it had.
 *
 * Its repair left the lists: it exchanged batches, and gave a steepness without effect the value 0. Here a first batch
 * above the last becomes the last, and the last before it, or the next on the list below that, the first; what has no
 * effect has the first value of its list.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const { space } = januarySpace();
 * const drawn = space.configuration(space.sample(rootKey(1)));
 * const bred = { ...drawn, processing: "hybrid", startBatchPercent: 10, endBatchPercent: 3 } as const;
 * const { startBatchPercent, endBatchPercent } = space.configuration(space.repaired(space.genome(bred)));
 * assertEquals([startBatchPercent, endBatchPercent], [1, 10]);
 * ```
 */
export function januarySpace(): SomSpace<JanuaryConfiguration> {
  return {
    space: searchSpace(januaryGenes, januaryRepair),
    som: ({ side, processing, ...rest }) =>
      repaired(withProcessing(
        { ...rest, rows: side, columns: side, sampling: "random" },
        processing,
      )),
  };
}

function januaryRepair(bred: JanuaryConfiguration): JanuaryConfiguration {
  const { startBatchPercent: start, endBatchPercent: end } = bred;
  const batch = bred.processing !== "hybrid"
    ? {
      startBatchPercent: JANUARY_STARTS[0],
      endBatchPercent: JANUARY_ENDS[0],
      batchSchedule: GROWTHS[0],
      sections: 1 as const,
    }
    : start > end
    ? {
      startBatchPercent: JANUARY_STARTS.findLast((percent) => percent <= end)!,
      endBatchPercent: JANUARY_ENDS.find((percent) => percent === start)!,
    }
    : {};
  const repaired = { ...bred, ...batch };
  return bends(repaired) ? repaired : { ...repaired, steepness: 1 };
}

/** Whether a schedule has a use for steepness. */
function bends(
  configuration: Pick<
    SomConfiguration,
    "learningRateSchedule" | "radiusSchedule" | "batchSchedule"
  >,
): boolean {
  const { learningRateSchedule, radiusSchedule, batchSchedule } = configuration;
  return [learningRateSchedule, radiusSchedule, batchSchedule]
    .some((schedule) => /^(exp|log)/.test(schedule));
}
