/**
 * Runs as the rows of a table.
 *
 * @module
 */

import { canonicalJson, type CsvTable, InputError, type Table, table } from "assay";
import { parseConfiguration } from "./configuration.ts";
import { type DataType, isSomRun, type RunRecord, type SomRun } from "./run_record.ts";
import { areCheckpoints, parseSequence, SEQUENCE_FEATURES, sequenceText } from "./sequence.ts";

const share = { kind: "number", atLeast: 0, atMost: 1 } as const;
const count = { kind: "integer", atLeast: 1, optional: true } as const;
const text = { kind: "text", optional: true } as const;

/** Columns of a file of runs. */
export const RUN_COLUMNS = {
  uid: { kind: "text" },
  final_mqe: { kind: "number", atLeast: 0 },
  final_topographic_error: share,
  final_dead_neuron_ratio: share,
  training_history: { kind: "text" },
  initial_mqe: { kind: "number", atLeast: 0, optional: true },
  data_type: text,
  dataset_id: text,
  samples: count,
  dimensions: count,
  config_json: text,
  seed: text,
} as const;

/** Columns that say where a run came from; a file has all of them or none. */
const ORIGIN = ["dataset_id", "samples", "dimensions", "config_json", "seed"] as const;

/** Columns that a predictor is to predict. */
export const TARGET_COLUMNS = [
  "final_mqe",
  "final_topographic_error",
  "final_dead_neuron_ratio",
] as const;

/** A file of runs in memory. */
export type RunTable = CsvTable<typeof RUN_COLUMNS>;

/** Ends the reading of a file with what was found. */
export type Refuse = (found: string) => never;

/** Refuses a file by its path. */
export function refuser(path: string): Refuse {
  return (found) => {
    throw new InputError(
      `Cannot use ${path} as a file of training histories: ${found}. Collect it anew, or correct it; ` +
        `data/som/run_files.ts says what it holds.`,
    );
  };
}

/** The table of runs that fit together. */
export function tableOf(runs: readonly RunRecord[], source: string): Table {
  const values = (of: (run: RunRecord) => number) => Float64Array.from(runs, of);
  return table(source, {
    uid: runs.map(({ uid }) => uid),
    final_mqe: values(({ final }) => final.mqe),
    final_topographic_error: values(({ final }) => final.topographicError),
    final_dead_neuron_ratio: values(({ final }) => final.deadNeuronRatio),
    training_history: runs.map(({ history }) => sequenceText(history)),
    initial_mqe: values(({ history }) => history[0]!.mqe),
    data_type: runs.map(({ dataType }) => dataType),
    ...runs.every(isSomRun) && originColumns(runs),
  });
}

function originColumns(runs: readonly SomRun[]) {
  return {
    dataset_id: runs.map(({ dataSetId }) => dataSetId),
    samples: Float64Array.from(runs, ({ samples }) => samples),
    dimensions: Float64Array.from(runs, ({ dimensions }) => dimensions),
    config_json: runs.map(({ configuration }) => canonicalJson(configuration)),
    seed: runs.map(({ seed }) => seed),
  };
}

/**
 * The runs of a table, checked.
 *
 * @param dataType What the file's metadata says they are.
 * @throws {InputError} When one of them is none, or they do not fit together.
 */
export function runsOf({ rows, columns }: RunTable, path: string, dataType: DataType): RunRecord[] {
  const refuse = refuser(path);
  const has = ORIGIN.filter((name) => columns[name] !== undefined);
  if (has.length > 0 && has.length < ORIGIN.length) {
    refuse(
      `of the columns ${ORIGIN.join(", ")} it has only ${has.join(", ")}; it needs all or none`,
    );
  }
  if (has.length > 0 && dataType === "simulated") {
    refuse("its runs are simulated, yet it says how they were trained");
  }
  const runs = Array.from({ length: rows }, (_, i) => {
    const run = plainRun(columns, i, path, dataType);
    return has.length === 0 ? run : withOrigin(run, columns, i, path);
  });
  const mixed = mixture(runs);
  return mixed === null ? runs : refuse(mixed);
}

/** Names of the lists of a run's history that predictors can read. */
export function featuresOf({ history }: RunRecord): string[] {
  return SEQUENCE_FEATURES.slice(0, areCheckpoints(history) ? 6 : 3);
}

/** Why runs do not belong in one file, `null` when they do. */
export function mixture(runs: readonly RunRecord[]): string | null {
  const first = runs[0]!, rows = new Map<string, number>();
  for (const [i, run] of runs.entries()) {
    const twin = rows.get(run.uid);
    if (twin !== undefined) return `rows ${twin + 1} and ${i + 1} both have the uid "${run.uid}"`;
    rows.set(run.uid, i);
    const differs = (what: string, here: unknown, there: unknown) =>
      here === there ? null : `${what} of row ${i + 1} is ${here}, that of row 1 is ${there}`;
    const fault = differs("the length of the history", run.history.length, first.history.length) ??
      differs("the data type", run.dataType, first.dataType) ??
      differs("what is logged", `${featuresOf(run)}`, `${featuresOf(first)}`) ??
      differs("whether the origin is known", isSomRun(run), isSomRun(first));
    if (fault !== null) return fault;
  }
  return null;
}

function plainRun(
  columns: RunTable["columns"],
  i: number,
  path: string,
  dataType: DataType,
): RunRecord {
  const refuse = refuser(path);
  const place = `the training_history in row ${i + 1} of ${path}`;
  const history = parseSequence(columns.training_history[i]!, place);
  const ownType = columns.data_type?.[i] ?? dataType;
  if (ownType !== dataType) {
    refuse(`its metadata says data_type "${dataType}", but row ${i + 1} says "${ownType}"`);
  }
  const first = history[0]!.mqe, initial = columns.initial_mqe?.[i] ?? first;
  if (initial !== first) {
    refuse(`row ${i + 1} has initial_mqe ${initial}, but its history begins with ${first}`);
  }
  const final = {
    mqe: columns.final_mqe[i]!,
    topographicError: columns.final_topographic_error[i]!,
    deadNeuronRatio: columns.final_dead_neuron_ratio[i]!,
  };
  return { uid: columns.uid[i]!, dataType, final, history };
}

function withOrigin(
  { uid, final, history }: RunRecord,
  columns: RunTable["columns"],
  i: number,
  path: string,
): SomRun {
  const refuse = refuser(path);
  if (!areCheckpoints(history)) return refuse(`the history of row ${i + 1} lacks its schedules`);
  const last = history.at(-1)!;
  for (const name of ["mqe", "topographicError", "deadNeuronRatio"] as const) {
    if (final[name] === last[name]) continue;
    refuse(`row ${i + 1} ends with ${name} ${final[name]}, but its history with ${last[name]}`);
  }
  return {
    uid,
    dataType: "real",
    final,
    history,
    dataSetId: columns.dataset_id![i]!,
    samples: columns.samples![i]!,
    dimensions: columns.dimensions![i]!,
    configuration: configurationOf(columns.config_json![i]!, `row ${i + 1} of ${path}`, refuse),
    seed: columns.seed![i]!,
  };
}

function configurationOf(text: string, place: string, refuse: Refuse) {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse(`config_json in ${place} is no JSON: ${(error as Error).message}`);
  }
  return parseConfiguration(value, `config_json in ${place}`);
}
