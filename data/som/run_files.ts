/**
 * Histories on disk: a CSV file with a row a run, and a JSON file beside it that says what is in it.
 *
 * The columns are the document's, `uid`, `final_mqe`, `final_topographic_error`,
 * `final_dead_neuron_ratio` and `training_history` (a history as JSON), and ours: `initial_mqe`,
 * `data_type` and, of real runs, `dataset_id`, `samples`, `dimensions`, `config_json` and `seed`.
 *
 * @module
 */

import { canonicalJson, readCsv, writeCsv, writeParts, z } from "assay";
import type { DataType, RunRecord } from "./run_record.ts";
import {
  featuresOf,
  mixture,
  type Refuse,
  refuser,
  RUN_COLUMNS,
  runsOf,
  tableOf,
  TARGET_COLUMNS,
} from "./run_table.ts";

const metadataSchema = z.object({
  num_sequences: z.int(),
  num_checkpoints: z.int(),
  features: z.array(z.string()),
  targets: z.array(z.string()),
  data_type: z.enum(["simulated", "real"]),
  note: z.string().default(""),
});

type Metadata = z.output<typeof metadataSchema>;

/** What a file of histories holds. */
export interface RunFile {
  readonly dataType: DataType;
  /** Steps of each history. */
  readonly checkpoints: number;
  /** Names of the lists of each history that predictors can read. */
  readonly features: readonly string[];
  readonly note: string;
  /** `SomRun`s, all or none: see `isSomRun`. */
  readonly runs: readonly RunRecord[];
}

/**
 * The JSON file beside a CSV file of histories.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(metadataPath("a/runs.csv"), "a/runs_metadata.json");
 * ```
 */
export function metadataPath(path: string): string {
  return `${path.replace(/\.csv$/, "")}_metadata.json`;
}

/**
 * Writes runs and what they are, each file whole or not at all. {@linkcode readRuns} gives them back
 * unchanged.
 *
 * @param path Of the CSV file.
 * @param runs At least one, all of one type and with histories of one length.
 * @param options `note`: what else should be said of them.
 * @throws {InputError} When the place cannot be written.
 * @throws {RangeError} When runs are mixed or two have the same uid.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { simulatedRuns } from "./simulated.ts";
 *
 * const path = `${await Deno.makeTempDir()}/runs.csv`;
 * await writeRuns(path, simulatedRuns(rootKey(1), 3), { note: "an example" });
 * const { runs, features } = await readRuns(path);
 * assertEquals(runs, simulatedRuns(rootKey(1), 3));
 * assertEquals(features, ["mqe", "topographic_error", "dead_neuron_ratio"]);
 * ```
 */
export async function writeRuns(
  path: string,
  runs: readonly RunRecord[],
  { note = "" }: { readonly note?: string } = {},
): Promise<void> {
  const source = `the runs of ${path}`;
  const fault = runs.length === 0 ? "there is none" : mixture(runs);
  if (fault !== null) throw new RangeError(`Cannot write ${source}: ${fault}`);
  await writeCsv(path, tableOf(runs, source));
  const metadata: z.input<typeof metadataSchema> = {
    num_sequences: runs.length,
    num_checkpoints: runs[0]!.history.length,
    features: featuresOf(runs[0]!),
    targets: [...TARGET_COLUMNS],
    data_type: runs[0]!.dataType,
    note,
  };
  const text = `${canonicalJson(metadata, { indent: 2 })}\n`;
  await writeParts(metadataPath(path), [new TextEncoder().encode(text)]);
}

/**
 * Reads runs and checks that they fit together and to what the JSON file beside them says.
 *
 * @param path Of the CSV file, in our format or the document's.
 * @throws {InputError} When a file is missing or cannot be read, a uid stands there twice, a value is NaN or
 * out of bounds, histories differ in length, a real run does not end with its last step, or the JSON file
 * says something else.
 *
 * @example
 * ```ts
 * import { InputError } from "assay";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(() => readRuns("no/such.csv"), InputError, "no/such_metadata.json");
 * ```
 */
export async function readRuns(path: string): Promise<RunFile> {
  const refuse = refuser(path);
  const metadata = await readMetadata(path, refuse);
  const runs = runsOf(await readCsv(path, RUN_COLUMNS), path, metadata.data_type);
  const file: RunFile = {
    dataType: metadata.data_type,
    checkpoints: runs[0]!.history.length,
    features: featuresOf(runs[0]!),
    note: metadata.note,
    runs,
  };
  checkMetadata(metadata, file, refuse);
  return file;
}

async function readMetadata(path: string, refuse: Refuse): Promise<Metadata> {
  const beside = metadataPath(path);
  let value: unknown;
  try {
    value = JSON.parse(await Deno.readTextFile(beside));
  } catch (error) {
    return refuse(
      `${beside}, which says what it holds, cannot be read: ${(error as Error).message}`,
    );
  }
  const { data, error } = metadataSchema.safeParse(value);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  return refuse(`in ${beside}, ${issue!.path.join(".") || "all"} is wrong: ${issue!.message}`);
}

function checkMetadata(metadata: Metadata, file: RunFile, refuse: Refuse): void {
  const differ = (name: string, said: unknown, found: unknown) => {
    if (said !== found) refuse(`its metadata says ${name} ${said}, but it has ${found}`);
  };
  differ("num_sequences", metadata.num_sequences, file.runs.length);
  differ("num_checkpoints", metadata.num_checkpoints, file.checkpoints);
  differ("targets", metadata.targets.join(", "), TARGET_COLUMNS.join(", "));
  const absent = metadata.features.filter((name) => !file.features.includes(name));
  if (absent.length > 0) {
    refuse(`its metadata names the features ${absent.join(", ")}, but no history has them`);
  }
}
