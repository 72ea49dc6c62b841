/**
 * Records: small committed documents with an experiment's reference results at a profile, for each
 * numerics class that was recorded. Later runs are compared with them.
 *
 * @module
 */

import { join } from "@std/path";
import { z } from "zod";
import { canonicalJson } from "../../numeric/canonical_json.ts";
import { InputError } from "../../numeric/errors.ts";
import type { FinishedRun } from "../execute.ts";
import { alteredFiles } from "../checksums.ts";
import { readJson } from "../files.ts";
import { historiesIn, type History, readHistory } from "../history.ts";
import { markedSteps, recordTrace } from "./trace.ts";
import { contractSchema, digestsSchema } from "../schema.ts";

const loopSchema = z.strictObject({
  name: z.string(),
  steps: z.number().int().min(0),
  every: z.number().int().min(1),
  digests: z.array(z.string().regex(/^[0-9a-f]{16}$/)),
}).refine(({ steps, digests }) => digests.length === markedSteps(steps).length, {
  message: "the number of digests is not that of the steps",
});

const runSchema = z.strictObject({
  seed: z.number().int(),
  digests: digestsSchema,
  /** Values of the judged metrics, without those of the machine. */
  metrics: z.record(z.string(), z.number()),
  /** In the order in which they ran. */
  loops: z.array(loopSchema),
});

const classSchema = z.strictObject({ contract: contractSchema, runs: z.array(runSchema).min(1) });

/** `reports/records/<experiment>.<profile>.json`. */
export const recordSchema = z.strictObject({
  schema: z.literal("assay/record@1"),
  experiment: z.string(),
  profile: z.string(),
  config: z.record(z.string(), z.unknown()),
  /** One for each numerics class, by its name. */
  classes: z.array(classSchema).min(1),
});

/** What was recorded on one numerics class. */
export type RecordedClass = z.infer<typeof classSchema>;
/** A record as a document. */
export type ExperimentRecord = z.infer<typeof recordSchema>;

/** A complete run, as far as records need it. */
export type RecordableRun = Pick<FinishedRun, "directory" | "result">;

/** Where the record of an experiment at a profile stands under a reports folder. */
export function recordPath(reports: string, experiment: string, profile: string): string {
  return join(reports, "records", `${experiment}.${profile}.json`);
}

/**
 * Reads a record; `null` when there is none.
 *
 * @throws {InputError} When it is damaged.
 */
export async function readRecord(
  reports: string,
  experiment: string,
  profile: string,
): Promise<ExperimentRecord | null> {
  return await readJson(recordPath(reports, experiment, profile), recordSchema);
}

/**
 * Reads a record that has to be there.
 *
 * @throws {InputError} When it is missing, with the command that makes it, or damaged.
 */
export async function requireRecord(
  reports: string,
  experiment: string,
  profile: string,
): Promise<ExperimentRecord> {
  const record = await readRecord(reports, experiment, profile);
  if (record !== null) return record;
  throw new InputError(
    `Cannot compare ${experiment} at ${profile} with its record: there is no ` +
      `${
        recordPath(reports, experiment, profile)
      }. A record holds the results that later runs are ` +
      `compared with; make it with ${recordCommand({ experiment, profile })} and commit it.`,
  );
}

/** The command that records an experiment at a profile. */
export function recordCommand(
  { experiment, profile }: Pick<ExperimentRecord, "experiment" | "profile">,
): string {
  return `deno task record ${experiment}${profile === "quick" ? "" : ` --profile ${profile}`}`;
}

/**
 * What to record of the runs of an experiment's seeds on one device.
 *
 * @param runs One a seed, all of one experiment, profile, config and numerics class.
 * @param judged Names of the metrics that targets and claims are about.
 * @throws {InputError} When the files of a run are not those that it wrote.
 */
export async function recordRuns(
  runs: readonly RecordableRun[],
  judged: Iterable<string>,
): Promise<ExperimentRecord> {
  const [first] = runs;
  if (!first) throw new RangeError("Cannot record: there is no run");
  const { experiment, profile, config, contract } = first.result;
  const names = new Set(judged);
  const recorded = [];
  for (const run of runs) recorded.push(await recordRun(run, names));
  return {
    schema: "assay/record@1",
    experiment,
    profile,
    config,
    classes: [{ contract, runs: recorded }],
  };
}

async function recordRun(
  { directory, result: { seed, digests, metrics, units } }: RecordableRun,
  judged: ReadonlySet<string>,
): Promise<RecordedClass["runs"][number]> {
  const altered = await alteredFiles(directory);
  if (altered.length > 0) {
    throw new InputError(
      `Cannot record the run in ${directory}: ${
        altered.join(", ")
      }. A record is made of what a run ` +
        `wrote; give the command again with --rerun.`,
    );
  }
  const loops = await loopsOf(directory);
  return {
    seed,
    digests,
    metrics: Object.fromEntries(
      Object.entries(metrics).filter(([name]) => judged.has(name) && !units[name]?.machine),
    ),
    loops: loops.map(({ name, trace }) => ({ name, ...recordTrace(trace) })),
  };
}

/**
 * A record with the classes that an earlier one has beside it, as far as they still hold.
 *
 * @returns The record, and the names of the classes that were dropped: they are of another configuration.
 */
export function mergeRecords(
  record: ExperimentRecord,
  earlier: ExperimentRecord | null,
): { readonly record: ExperimentRecord; readonly dropped: readonly string[] } {
  const own = new Set(record.classes.map(({ contract }) => contract.numerics));
  const others = (earlier?.classes ?? []).filter(({ contract }) => !own.has(contract.numerics));
  if (earlier !== null && !sameSubject(record, earlier)) {
    return { record, dropped: others.map(({ contract }) => contract.numerics) };
  }
  const classes = [...record.classes, ...others].sort((a, b) =>
    a.contract.numerics < b.contract.numerics ? -1 : 1
  );
  return { record: { ...record, classes }, dropped: [] };
}

/** Whether two documents are about the same experiment, profile and config. */
export function sameSubject(
  a: Pick<ExperimentRecord, "experiment" | "profile" | "config">,
  b: Pick<ExperimentRecord, "experiment" | "profile" | "config">,
): boolean {
  const subject = ({ experiment, profile, config }: typeof a) =>
    canonicalJson([experiment, profile, config]);
  return subject(a) === subject(b);
}

/**
 * The histories in a run's folder, in the order in which the loops ran.
 *
 * @throws {InputError} When one is damaged.
 */
export async function loopsOf(directory: string): Promise<({ readonly name: string } & History)[]> {
  const loops = await Promise.all(
    historiesIn(directory).map(async (name) => ({ name, ...await readHistory(directory, name) })),
  );
  return loops.sort((a, b) => a.position - b.position);
}
