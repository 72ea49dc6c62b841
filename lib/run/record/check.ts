/**
 * Runs against a record: bits where the contract promises them, else the metrics by statistics.
 *
 * @module
 */

import { predictionInterval } from "../../metrics/stats/prediction_interval.ts";
import type {
  Agreement,
  LoopParting,
  MetricStanding,
  NotLicensed,
  PartedRun,
  Statistics,
} from "./agreement.ts";
import {
  type ExperimentRecord,
  loopsOf,
  type RecordableRun,
  recordCommand,
  type RecordedClass,
  sameSubject,
} from "./record.ts";
import { recordedParting } from "./trace.ts";
import type { Result } from "../schema.ts";

/** Probability that runs of an unchanged experiment are found outside in any metric. */
const FALSE_ALARM = 0.01;
/** Values that lie closer together, relatively, are equal: the last bits of an evaluation say nothing. */
const TOLERANCE = 1e-6;

type RecordedRun = RecordedClass["runs"][number];

/**
 * Compares runs with a record.
 *
 * @param runs One a seed, all of one experiment, profile, config and numerics class.
 * @throws {InputError} When digests differ and the history of a run cannot be read.
 */
export async function compareWithRecord(
  record: ExperimentRecord,
  runs: readonly RecordableRun[],
): Promise<Agreement> {
  const [first] = runs;
  if (!first) throw new RangeError("Cannot compare with a record: there is no run");
  const because = unlicensed(record, runs);
  if (because !== null) return { answer: "not licensed", ...because };
  const { numerics } = first.result.contract;
  const { runs: recorded } = classOf(record, numerics)!;
  const parted: PartedRun[] = [];
  for (const run of runs) {
    const found = await partedRun(recorded.find(({ seed }) => seed === run.result.seed)!, run);
    if (found !== null) parted.push(found);
  }
  const seeds = runs.map(({ result }) => result.seed);
  if (parted.length === 0) return { answer: "same bits", numerics, seeds };
  const sameSeeds = seeds.filter((seed) => parted.every((run) => run.seed !== seed));
  return { answer: "parted", numerics, runs: parted, sameSeeds };
}

/** Why the bits are not promised to be those of the record; `null` when they are. */
function unlicensed(
  record: ExperimentRecord,
  runs: readonly RecordableRun[],
): Omit<NotLicensed, "answer"> | null {
  const results = runs.map(({ result }) => result);
  const { contract } = results[0]!;
  if (!sameSubject(record, results[0]!)) {
    return {
      because: `the configuration is not the recorded one; ${recordCommand(record)} records it`,
      statistics: null,
    };
  }
  const own = classOf(record, contract.numerics);
  const against = (because: string) => ({
    because,
    statistics: statisticsOf(own ?? bestClass(record), results),
  });
  if (own === null) {
    const names = record.classes.map(({ contract }) => contract.numerics);
    return against(`the runs are of ${contract.numerics}, and it holds ${names.join(", ")}`);
  }
  if (contract.backend === "cpu") {
    return against(
      "plain JavaScript promises them on one machine only, and a record does not say on which",
    );
  }
  const recorded = new Set(own.runs.map(({ seed }) => seed));
  const missing = results.map(({ seed }) => seed).filter((seed) => !recorded.has(seed));
  if (missing.length === 0) return null;
  return against(
    `it lacks seed${missing.length === 1 ? "" : "s"} ${missing.join(", ")} on ${contract.numerics}`,
  );
}

function classOf(record: ExperimentRecord, numerics: string): RecordedClass | null {
  return record.classes.find(({ contract }) => contract.numerics === numerics) ?? null;
}

/** The class whose values speak for the others: an exact one before one device's, then the most seeds. */
function bestClass({ classes }: ExperimentRecord): RecordedClass {
  const rank = ({ contract }: RecordedClass) => contract.promise === "exact" ? 0 : 1;
  return classes.toSorted((a, b) => rank(a) - rank(b) || b.runs.length - a.runs.length)[0]!;
}

async function partedRun(
  recorded: RecordedRun,
  { directory, result }: RecordableRun,
): Promise<PartedRun | null> {
  const digests = (["data", "history", "weights"] as const)
    .filter((name) => recorded.digests[name] !== result.digests[name]);
  const metrics = Object.entries(recorded.metrics)
    .map(([metric, expected]) => ({ metric, expected, found: result.metrics[metric] ?? null }))
    .filter(({ expected, found }) => found === null || !within(found, expected, expected));
  if (digests.length === 0 && metrics.length === 0) return null;
  const loops = digests.length === 0 ? [] : await partedLoops(recorded, directory);
  return { seed: result.seed, digests, metrics, loops };
}

async function partedLoops(recorded: RecordedRun, directory: string): Promise<LoopParting[]> {
  const found = await loopsOf(directory);
  const traces = new Map(found.map(({ name, trace }) => [name, trace]));
  const parted: LoopParting[] = [];
  for (const loop of recorded.loops) {
    const trace = traces.get(loop.name);
    const parting = trace ? recordedParting(loop, trace) : { equalAfter: -1, partedBy: null };
    if (parting === null) continue;
    const steps = { expected: loop.steps, found: trace?.losses.length ?? null };
    parted.push({ loop: loop.name, ...parting, steps });
  }
  const known = new Set(recorded.loops.map(({ name }) => name));
  for (const { name, trace } of found.filter(({ name }) => !known.has(name))) {
    const steps = { expected: null, found: trace.losses.length };
    parted.push({ loop: name, equalAfter: -1, partedBy: null, steps });
  }
  return parted;
}

/**
 * The mean of each recorded metric over the results, against the prediction interval that the recorded
 * seeds give. Results of the recorded seeds share data and initial weights with them, which makes them
 * lie closer than the interval allows for.
 */
function statisticsOf(
  { contract: { numerics }, runs }: RecordedClass,
  results: readonly Result[],
): Statistics {
  const names = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)))].sort();
  const confidence = 1 - FALSE_ALARM / names.length;
  const metrics = names.map((metric): MetricStanding => {
    const recorded = present(runs.map(({ metrics }) => metrics[metric]));
    const values = present(results.map(({ metrics }) => metrics[metric]));
    const complete = values.length === results.length;
    const value = complete ? values.reduce((a, b) => a + b) / values.length : null;
    const { low, high } = predictionInterval(recorded, { confidence, further: results.length });
    const verdict = value === null
      ? "outside"
      : low === null || high === null
      ? "cannot judge"
      : within(value, low, high)
      ? "inside"
      : "outside";
    return { metric, value, low, high, verdict };
  });
  const has = (verdict: string) => metrics.some((metric) => metric.verdict === verdict);
  const verdict = has("outside")
    ? "outside"
    : has("cannot judge") || metrics.length === 0
    ? "cannot judge"
    : "inside";
  return { numerics, seeds: runs.length, verdict, metrics };
}

/** Whether a value lies between two, give or take the tolerance. */
function within(value: number, low: number, high: number): boolean {
  const slack = TOLERANCE * Math.max(Math.abs(low), Math.abs(high));
  return value >= low - slack && value <= high + slack;
}

function present(values: readonly (number | undefined)[]): number[] {
  return values.filter((value) => value !== undefined);
}
