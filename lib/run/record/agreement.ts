/**
 * The answer to "is this the same result?": the same bits, parted, or what statistics say where no
 * contract promises the same bits.
 *
 * @module
 */

import type { Digests } from "../schema.ts";

/** How runs stand to the results they are compared with. */
export type Agreement = SameBits | Parted | NotLicensed;

/** The contract promises the same bits, and they are the same. */
export interface SameBits {
  readonly answer: "same bits";
  readonly numerics: string;
  readonly seeds: readonly number[];
}

/** The contract promises the same bits, and they are not the same. */
export interface Parted {
  readonly answer: "parted";
  readonly numerics: string;
  readonly runs: readonly PartedRun[];
  /** Seeds that came out the same. */
  readonly sameSeeds: readonly number[];
}

/** A run that came out differently. */
export interface PartedRun {
  readonly seed: number;
  /** Which digests differ. */
  readonly digests: readonly (keyof Digests)[];
  /** Metrics whose values differ; `null` for one that the run lacks. */
  readonly metrics: readonly {
    readonly metric: string;
    readonly expected: number;
    readonly found: number | null;
  }[];
  /** Loops whose histories part, in the order in which they ran. */
  readonly loops: readonly LoopParting[];
}

/** Where the histories of a loop part. */
export interface LoopParting {
  readonly loop: string;
  /** The last step up to which all is known to be the same; -1 when there is none. */
  readonly equalAfter: number;
  /** The first step by which something is known to differ; `null` when only the ends lie apart. */
  readonly partedBy: number | null;
  /** How many steps were expected and found; `null` where there is no such loop. */
  readonly steps: { readonly expected: number | null; readonly found: number | null };
}

/** No contract promises the same bits: statistics answer, as far as they can. */
export interface NotLicensed {
  readonly answer: "not licensed";
  /** Why not, as a clause: to follow "because". */
  readonly because: string;
  /** `null` where there is nothing to hold the values against. */
  readonly statistics: Statistics | null;
}

/** The judged metrics against the intervals of the results they are compared with. */
export interface Statistics {
  /** The numerics class whose values made the intervals. */
  readonly numerics: string;
  /** How many seeds the intervals were made from. */
  readonly seeds: number;
  /** `outside` when any metric is, else `cannot judge` when any metric is or none was judged. */
  readonly verdict: StatisticalVerdict;
  readonly metrics: readonly MetricStanding[];
}

/** How a value stands to an interval. */
export type StatisticalVerdict = "inside" | "outside" | "cannot judge";

/** A metric against its interval. */
export interface MetricStanding {
  readonly metric: string;
  /** Mean over the runs; `null` when one lacks the metric. */
  readonly value: number | null;
  /** `null` ends when the interval cannot be made. */
  readonly low: number | null;
  readonly high: number | null;
  readonly verdict: StatisticalVerdict;
}

/** Whether all that can be asked was answered well: the same bits, or every value inside. */
export function agrees(agreement: Agreement): boolean {
  if (agreement.answer === "not licensed") return agreement.statistics?.verdict === "inside";
  return agreement.answer === "same bits";
}

/**
 * An agreement in one paragraph.
 *
 * @param reference What the runs were compared with, such as "the record".
 */
export function agreementText(agreement: Agreement, reference: string): string {
  switch (agreement.answer) {
    case "same bits":
      return `Same bits as ${reference} on ${agreement.numerics}: data, weights and history of ` +
        `${seedsText(agreement.seeds)}.`;
    case "parted": {
      const same = agreement.sameSeeds.length > 0
        ? ` ${capital(seedsText(agreement.sameSeeds))} came out with the same bits.`
        : "";
      return `Parted from ${reference} on ${agreement.numerics}, which promises the same bits: ` +
        `${agreement.runs.map(partedText).join(" ")}${same}`;
    }
    case "not licensed":
      return `Bits are not compared with ${reference}, because ${agreement.because}. ` +
        statisticsText(agreement.statistics);
  }
}

function partedText({ seed, digests, metrics, loops }: PartedRun): string {
  const same = (["data", "history", "weights"] as const).filter((name) => !digests.includes(name));
  const parts = digests.length === 0
    ? ["the digests are the same, so what differs is the evaluation"]
    : [`${list(digests)} differ${isPlural(digests) ? "" : "s"}`];
  if (digests.length > 0 && same.length > 0) {
    parts.push(`${list(same)} ${isPlural(same) ? "are" : "is"} the same`);
  }
  parts.push(...loops.map(loopText));
  if (loops.length === 0 && digests.includes("history")) {
    parts.push("every step of every loop is the same, so the difference lies beside the steps");
  }
  if (metrics.length > 0) {
    const { metric, expected, found } = metrics[0]!;
    const more = metrics.length > 1 ? `, and ${metrics.length - 1} more metrics differ` : "";
    parts.push(`${metric} is ${found ?? "missing"} instead of ${expected}${more}`);
  }
  return `seed ${seed}: ${parts.join("; ")}.`;
}

function loopText({ loop, equalAfter, partedBy, steps: { expected, found } }: LoopParting): string {
  if (found === null) return `loop ${loop} did not run`;
  if (expected === null) return `loop ${loop} is new`;
  const lengths = expected === found ? "" : ` (${found} steps instead of ${expected})`;
  const by = partedBy === null ? "and ends elsewhere" : `and has parted by step ${partedBy}`;
  if (equalAfter >= 0) return `loop ${loop} is the same up to step ${equalAfter} ${by}${lengths}`;
  return partedBy === 0
    ? `loop ${loop} starts from other weights${lengths}`
    : `loop ${loop} parts at an unknown step${lengths}`;
}

function statisticsText(statistics: Statistics | null): string {
  if (statistics === null) return "Nor are values.";
  const { numerics, seeds, verdict, metrics } = statistics;
  const where = `the intervals of the ${seeds} seed${seeds === 1 ? "" : "s"} on ${numerics}`;
  if (verdict === "inside") {
    return `By statistics the results agree: ${metrics.length} of ${metrics.length} judged metrics lie ` +
      `within ${where}.`;
  }
  if (verdict === "cannot judge") {
    const reason = metrics.length === 0
      ? "no metric is judged"
      : `a single seed on ${numerics} shows no spread`;
    return `Nor can values be judged: ${reason}.`;
  }
  const outside = metrics.filter((metric) => metric.verdict === "outside");
  return `By statistics the results differ: of ${metrics.length} judged metrics ${outside.length} ` +
    `lie${outside.length === 1 ? "s" : ""} outside ${where}: ${
      outside.map(outsideText).join("; ")
    }.`;
}

function outsideText({ metric, value, low, high }: MetricStanding): string {
  if (value === null) return `${metric} is missing`;
  return `${metric} ${value}, expected ${low === high ? low : `${low} to ${high}`}`;
}

/** `seed 1`, `seeds 1 and 2`. */
function seedsText(seeds: readonly number[]): string {
  return `seed${seeds.length === 1 ? "" : "s"} ${list(seeds)}`;
}

function list(words: readonly (string | number)[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** Whether a verb after these words is plural. */
function isPlural(digests: readonly (keyof Digests)[]): boolean {
  return digests.length > 1 || digests[0] !== "history";
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}
