/**
 * The exported model that a person means: a file, or one of a run's.
 *
 * @module
 */

import { join } from "@std/path";
import { InputError } from "../numeric/errors.ts";
import { readOnnx } from "../onnx/read.ts";
import { isAltered } from "../run/checksums.ts";
import { namesIn } from "../run/files.ts";
import type { IndexedRun } from "../run/index/run_index.ts";

/**
 * Reads a model's file.
 *
 * @throws {InputError} When it cannot be read.
 */
export async function readModelFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw new InputError(
      `Cannot read the model ${path}: ${
        (error as Error).message
      }. Give --model a file that a run ` +
        `exported, such as reports/<experiment>/<profile>/<run>/model/<name>.onnx.`,
    );
  }
}

/** A run's exported model. */
export interface RunsModel {
  readonly path: string;
  readonly file: Uint8Array<ArrayBuffer>;
}

/**
 * Reads the model that a run exported.
 *
 * @param name Its file's name without `.onnx`; may be left out where the run has one.
 * @throws {InputError} When the run has none, none of that name or several, or its file is not the one that
 * it wrote.
 */
export async function readRunsModel(
  { directory, runId }: IndexedRun,
  name: string | undefined,
): Promise<RunsModel> {
  const names = namesIn(join(directory, "model"), (entry) => entry.name.endsWith(".onnx"))
    .map((each) => each.slice(0, -".onnx".length));
  const refuse = (found: string) => {
    throw new InputError(`Cannot take a model of run ${runId} in ${directory}: ${found}`);
  };
  if (names.length === 0) {
    refuse("it exported none. Give a run of an experiment that does, such as bandwidth-predictor.");
  }
  if (name === undefined && names.length > 1) {
    refuse(`it exported ${names.length}, ${names.join(", ")}. Say which with --name.`);
  }
  const chosen = name ?? names[0]!;
  if (!names.includes(chosen)) refuse(`it has no "${chosen}", but ${names.join(", ")}.`);
  const relative = `model/${chosen}.onnx`;
  if (await isAltered(directory, relative)) {
    refuse(
      `${relative} was altered after the run. Get the folder again from where it came, or run the ` +
        `experiment again.`,
    );
  }
  const path = join(directory, relative);
  const file = await readModelFile(path);
  const from = readOnnx(file, path).metadata["run_id"];
  if (from !== runId) {
    refuse(
      `${relative} is ${
        from === undefined ? "of no run" : `of run ${from}`
      }. Put the file of this run ` +
        `there again, or give that one with --model.`,
    );
  }
  return { path, file };
}
