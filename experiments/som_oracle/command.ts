/**
 * `deno task oracle`: how a training of a self-organising map will end, foretold from its first checkpoints by a
 * predictor that a run of som-oracle left, and whether to go on with it.
 *
 * @module
 */

import { canonicalJson, closeDevice, InputError, openDevice } from "assay";
import {
  exitStatus,
  exitWith,
  findRun,
  type IndexedRun,
  invocationFolder,
  isAltered,
  parseArguments,
  reportsFolder,
  type Streams,
} from "assay/cli";
import { resolve } from "@std/path";
import { predictionOf } from "./command_prediction.ts";
import { readPartialSequence } from "./command_sequence.ts";
import { predictionText } from "./command_text.ts";
import { filesOf, loadPredictor, savedNames, type SavedPredictor } from "./saved_predictor.ts";

const usage = `Usage: deno task oracle --model RUN --sequence FILE.json [--name NAME] [--json]
  --model RUN      a run of som-oracle: its id, its first digits (4 or more), or its folder
  --name NAME      which of its predictors, where it left several: model/NAME_metadata.json
  --sequence FILE  the training so far, lists of equal length, one value for each checkpoint: epochs, mqe,
                   topographic_error, dead_neuron_ratio; progress (shares of the training that are done), or
                   total_epochs; and, for a predictor that reads them, learning_rate and radius, samples,
                   dimensions and configuration
  --json           one JSON document on stdout, of the form som-oracle/prediction@1
  --out DIR        reports folder in which RUN is looked up (default reports/)
Exit status 0: a prediction, whatever it recommends; 2: bad input, or a training of another kind than those
the predictor has learned from.`;

/** Runs the command. */
export async function oracleCommand(args: string[], streams: Streams): Promise<number> {
  const parsed = parseArguments("oracle", args, {
    flags: ["json", "debug", "help"],
    values: ["model", "name", "sequence", "out"],
    lists: [],
    usage,
  });
  if (parsed.flag("help")) {
    streams.out(usage);
    return exitStatus.ok;
  }
  const [model, file] = ["model", "sequence"].map((name) => {
    const value = parsed.value(name);
    if (value === undefined) throw new InputError(`Cannot predict: --${name} is missing. ${usage}`);
    return value;
  }) as [string, string];
  const sequence = await readPartialSequence(resolve(invocationFolder(), file));
  const reports = reportsFolder(parsed.value("out"));
  const run = await findRun(reports, model, invocationFolder(), streams.err);
  const name = await chosen(run, parsed.value("name"));
  await openDevice({ backend: "wasm" });
  try {
    const predictor = await loadPredictor(run.directory, name);
    checkOrigin(predictor, run);
    const prediction = await predictionOf(predictor, sequence);
    for (const note of prediction.notes) streams.err(note);
    streams.out(
      parsed.flag("json")
        ? canonicalJson(prediction, { indent: 2 })
        : predictionText(prediction, predictor.facts),
    );
    return exitStatus.ok;
  } finally {
    await closeDevice();
  }
}

/** The name of the run's only predictor, or of the one that is asked for. */
async function chosen(
  { directory, experiment, runId }: IndexedRun,
  name: string | undefined,
): Promise<string> {
  const refuse = (found: string): never => {
    throw new InputError(`Cannot take a predictor of run ${runId} in ${directory}: ${found}`);
  };
  if (experiment !== "som-oracle") {
    refuse(`it is a run of ${experiment}. Give one of som-oracle; deno task list names them.`);
  }
  const names = savedNames(directory);
  if (names.length === 0) {
    refuse(
      "it left none. Run som-oracle again with what trains one; deno task list names its runs.",
    );
  }
  if (name === undefined && names.length > 1) {
    refuse(`it left ${names.length}, ${names.join(", ")}. Say which with --name.`);
  }
  const own = name ?? names[0]!;
  if (!names.includes(own)) refuse(`it has no "${own}", but ${names.join(", ")}.`);
  for (const file of filesOf(own)) {
    if (await isAltered(directory, file)) {
      refuse(
        `${file} was altered after the run. Get the folder again from where it came, or run the experiment again.`,
      );
    }
  }
  return own;
}

function checkOrigin({ facts: { name, run } }: SavedPredictor, { directory, runId }: IndexedRun) {
  if (run.id === runId) return;
  throw new InputError(
    `Cannot take the predictor "${name}" in ${directory}: it is of run ${run.id}. Put the files of run ${runId} ` +
      `there again, or give that run's folder.`,
  );
}

if (import.meta.main) await exitWith(oracleCommand);
