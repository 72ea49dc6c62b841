/**
 * Predictors that a run leaves: read back they foretell the same bits, and `deno task oracle` asks them, in a process
 * of its own with its own permissions, and refuses what it cannot answer.
 */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import {
  canonicalJson,
  closeDevice,
  InputError,
  openDevice,
  readOnnx,
  rootKey,
  sha256Hex,
} from "assay";
import { runCommand } from "assay/cli";
import { collectedTraining, sequenceText, simulatedRuns, somRun } from "../data/som.ts";
import { oracleCommand } from "../experiments/som_oracle/command.ts";
import { mapHistories } from "../experiments/som_oracle/histories.ts";
import { prefixesOf } from "../experiments/som_oracle/prefixes.ts";
import { loadPredictor, savedNames } from "../experiments/som_oracle/saved_predictor.ts";
import { root } from "../lib/cli/streams.ts";
import { namesIn } from "../lib/run/files.ts";
import { idOf, writeResult } from "../lib/run/index/testing.ts";
import { asProcess, type Ended, inProcess } from "./command_line.ts";
import { historiesFor } from "./testdata/som_oracle.ts";

const experiment = join(root, "tests", "testdata", "som_oracle.ts");
const reports = await Deno.makeTempDir();
addEventListener("unload", () => Deno.removeSync(reports, { recursive: true }));

/** Runs the small Oracle and returns the run's folder. */
async function train(...predictors: string[]): Promise<string> {
  const folder = join(reports, "som-oracle", "quick");
  const ids = () => namesIn(folder, ({ name }) => /^[0-9a-f]{12}$/.test(name));
  const before = ids();
  const settings = predictors.length > 0 ? ["--set", `predictors=${predictors.join(",")}`] : [];
  const options = ["--backend", "wasm", "--out", reports];
  const { status, err } = await inProcess("experiment", experiment, ...settings, ...options);
  assertEquals(status, 0, err);
  return join(folder, ids().find((id) => !before.includes(id))!);
}

const run = await train("planned", "document");
const runId = run.slice(-12);

/** A training that no predictor has seen, as far as 25 % of it, and whole. */
const training = collectedTraining(rootKey(9), 1, { runsPerDataSet: 1 });
while (training.history.length < 6) training.advance();
const partial = {
  ...JSON.parse(sequenceText(training.history)),
  samples: training.data.samples,
  dimensions: training.data.dimensions,
  configuration: training.configuration,
};
while (!training.finished) training.advance();
const simulated = simulatedRuns(rootKey(9), 1);

let files = 0;
async function file(contents: object | string): Promise<string> {
  const path = join(reports, `${++files}.json`);
  const text = typeof contents === "string" ? contents : JSON.stringify(contents);
  await Deno.writeTextFile(path, text);
  return path;
}

async function oracle(...args: string[]): Promise<Ended> {
  const out: string[] = [], err: string[] = [];
  const streams = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    terminal: false,
  };
  const status = await runCommand(oracleCommand, [...args, "--out", reports], streams);
  return { status, out: out.join("\n"), err: err.join("\n") };
}

async function refuses(args: string[], ...says: string[]): Promise<void> {
  const { status, out, err } = await oracle(...args);
  assertEquals([status, out], [2, ""], err);
  const text = err.replaceAll("\n", " ");
  for (const part of says) assertStringIncludes(text, part);
  assertEquals(text.includes("    at "), false);
}

Deno.test("a predictor read back foretells what the trained one did, bit for bit", async () => {
  assertEquals(savedNames(run), ["document", "planned"]);
  await openDevice({ backend: "wasm" });
  for (const name of ["planned", "document"] as const) {
    const histories = historiesFor(rootKey(1).key("runs"), name);
    const trained = JSON.parse(await Deno.readTextFile(join(run, `${name}.json`)));
    const prefixes = prefixesOf(histories, trained.test);
    const best = await loadPredictor(run, name);
    assertEquals([...await best.foretell(prefixes)], trained.foretold);
    const final = await loadPredictor(run, name, "final");
    const { done, best: bestEpoch } = best.facts.training.epochs;
    const foretold = await final.foretell(prefixes);
    assertEquals([...foretold].join() === trained.foretold.join(), done === bestEpoch);

    const { facts } = best;
    assertEquals(facts.run, { id: runId, profile: "quick", seed: 1 });
    assertEquals(facts.splits.test.prefixes, prefixes.run.length);
    assertEquals(facts.shares, [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
    const path = join(run, "model", `${name}.onnx`);
    const { inputs, metadata } = readOnnx(await Deno.readFile(path), path);
    const known = name === "planned" ? [{ name: "context", shape: ["batch", 21] }] : [];
    assertEquals(inputs.map(({ name }) => name).slice(0, 2), ["prefix", "mask"]);
    assertEquals(inputs.slice(2), known as typeof inputs);
    assertEquals([metadata["run_id"], metadata["predictor"]], [runId, canonicalJson(facts)]);
    best.dispose();
    final.dispose();
  }
  await closeDevice();
});

Deno.test("`oracle` foretells the end of a training that goes on, in a process of its own", async () => {
  const sequence = await file(partial);
  const args = ["--model", runId.slice(0, 8), "--name", "planned", "--sequence", sequence];
  const { status, out, err } = await asProcess(reports, ["oracle", ...args, "--json"]);
  assertEquals(status, 0, err);
  const found = JSON.parse(out);
  assertEquals(canonicalJson(found, { indent: 2 }), out.trimEnd());
  assertEquals([found.schema, found.sequence.checkpoints], ["som-oracle/prediction@1", 6]);
  assertEquals(found.sequence.sha256, sha256Hex(await Deno.readTextFile(sequence)));

  // What the predictor says of the whole run, cut off there; the last three numbers are of the end.
  await openDevice({ backend: "wasm" });
  const predictor = await loadPredictor(run, "planned");
  const histories = mapHistories([somRun(training)], { features: 6, context: "plan" });
  const prefixes = prefixesOf(histories, [0], [0.2, 0.25]);
  const foretold = await predictor.foretell(prefixes);
  const [ratio, topographic, dead] = foretold.subarray(-3);
  assertEquals(found.predicted, {
    mqe: ratio! * partial.mqe[0],
    mqe_ratio: ratio,
    topographic_error: topographic,
    dead_neuron_ratio: dead,
  });
  assertEquals(found.score.value, ratio! + topographic! + 0.5 * dead!);
  const [before] = foretold.subarray(3);
  assertEquals(found.score.before, before! + foretold[4]! + 0.5 * foretold[5]!);
  const { byShare } = predictor.facts.test;
  assertEquals([found.test.share, found.test.mae.mqe_ratio], [0.2, byShare[2]!.mae[0]]);
  predictor.dispose();
  await closeDevice();

  const text = await oracle(...args);
  assertStringIncludes(text.out, "Read 6 of 21 checkpoints, 24.98 % of the training");
  assert(new RegExp(`^mqe over its first +${Number(ratio!.toPrecision(4))} `, "m").test(text.out));
  assertStringIncludes(text.out.replaceAll("\n", " "), found.recommendation.because);
  assertEquals(text.err.split("\n").filter(Boolean), found.notes);
});

Deno.test("`oracle` reads the document's own file where the predictor learned from such", async () => {
  const { history } = simulated[0]!;
  const lists = await file(sequenceText(history.slice(0, 4)));
  const args = ["--model", run, "--name", "document", "--sequence", lists, "--json"];
  const { predicted, score, recommendation } = JSON.parse((await oracle(...args)).out);
  assertEquals([score.of, score.rule.kind], ["mqe", "document"]);
  assertEquals(predicted.mqe_ratio, predicted.mqe / history[0]!.mqe);
  assertStringIncludes(recommendation.because, "the score foretold is ");

  const example = await file({
    epochs: [10, 50, 100],
    mqe: [0.5, 0.3, 0.25],
    topographic_error: [0.1, 0.09, 0.08],
    dead_neuron_ratio: [0.2, 0.15, 0.12],
  });
  await refuses(
    ["--model", run, "--name", "document", "--sequence", example],
    "its checkpoint 2 (epoch 50) comes at 5 % of the training, where one at 12 % belongs",
    "accepts the first 1 to 7 of 10 checkpoints",
  );
});

Deno.test("`oracle` refuses options, files and trainings that it cannot use", async () => {
  const sequence = await file(partial);
  const model = ["--model", run, "--name", "planned"];
  await refuses(["--sequence", sequence], "--model is missing");
  await refuses(model, "--sequence is missing");
  await refuses([...model, "--sequense", sequence], 'Did you mean "--sequence"?');
  await refuses([...model, "--sequence", join(reports, "no.json")], "no.json", "cannot be opened");
  await refuses([...model, "--sequence", await file("{")], "it is no JSON");
  const nan = await file(JSON.stringify(partial).replace(/"mqe":\[[^,]+/, '"mqe":[NaN'));
  await refuses([...model, "--sequence", nan], "NaN and Infinity are none");
  const { radius: _, ...bare } = partial;
  await refuses([...model, "--sequence", await file(bare)], "it lacks radius", "accepts the first");
  await refuses(
    [...model, "--sequence", await file({ ...partial, progress: partial.epochs.map(() => 0) })],
    "its checkpoint 2",
    "comes at 0 % of the training, where one at 5",
  );
  const whole = { ...partial, ...JSON.parse(sequenceText(training.history)) };
  await refuses([...model, "--sequence", await file(whole)], "it has 21 checkpoints, up to 100 %");
});

Deno.test("`oracle` refuses runs without a predictor, and damaged ones", async () => {
  const sequence = ["--sequence", await file(partial)];
  await refuses(["--model", "0123abcd", ...sequence], 'Cannot find run "0123abcd"');
  await refuses(["--model", run, ...sequence], "it left 2, document, planned", "--name");
  await refuses(["--model", run, "--name", "best", ...sequence], 'has no "best", but document');
  const empty = await train();
  await refuses(["--model", empty, ...sequence], "it left none");
  writeResult(reports, { seed: 2 });
  await refuses(["--model", idOf(2), ...sequence], "it is a run of demo");
  // Files of a run in the folder of another.
  writeResult(reports, { seed: 3, experiment: "som-oracle" });
  const other = join(reports, "som-oracle", "quick", idOf(3));
  await copyModel(run, other);
  await refuses(["--model", other, "--name", "planned", ...sequence], `it is of run ${runId}`);
  // A byte in a weight, a digit in the metadata.
  const copy = join(reports, "copy");
  await copyModel(run, copy);
  for (const name of ["result.json", "SHA256SUMS"]) {
    await Deno.copyFile(join(run, name), join(copy, name));
  }
  const ask = ["--model", copy, "--name", "planned", ...sequence];
  assertEquals((await oracle(...ask)).status, 0);
  for (const name of ["planned.safetensors", "planned_metadata.json"]) {
    const path = join(copy, "model", name), bytes = await Deno.readFile(path);
    await Deno.writeFile(path, bytes.with(bytes.length - 9, bytes.at(-9)! ^ 1));
    await refuses(ask, `model/${name} was altered after the run`);
    await Deno.writeFile(path, bytes);
  }
});

Deno.test("`loadPredictor()` refuses files that do not belong together", async () => {
  await openDevice({ backend: "wasm" });
  const folder = join(reports, "model-only");
  await copyModel(run, folder);
  const path = (name: string) => join(folder, "model", name);
  const metadata = await Deno.readTextFile(path("planned_metadata.json"));
  const refuses = async (name: string, contents: string | Uint8Array, says: string) => {
    const whole = await Deno.readFile(path(name));
    await Deno.writeFile(
      path(name),
      typeof contents === "string" ? new TextEncoder().encode(contents) : contents,
    );
    await assertRejects(() => loadPredictor(folder, "planned"), InputError, says);
    await Deno.writeFile(path(name), whole);
  };
  const weights = await Deno.readFile(path("planned.safetensors"));
  await refuses("planned.safetensors", weights.subarray(0, 99), "is not the file that model/");
  const edited = (edit: (facts: Record<string, Record<string, unknown>>) => void) => {
    const facts = JSON.parse(metadata);
    edit(facts);
    return JSON.stringify(facts);
  };
  for (
    const [contents, says] of [
      [metadata.slice(0, 99), "planned_metadata.json is no JSON"],
      ["{}", "schema is wrong"],
      [edited(({ network }) => network!["name"] = "huge"), "network.name is wrong"],
      [edited(({ network }) => network!["name"] = "standard"), "parameters instead of"],
      [edited(({ standardisation }) => standardisation!["targets"] = null), "scaler"],
      [
        edited(({ standardisation: own }) => own!["features"] = own!["context"]),
        "its features are 6, but scaled as z-score of 21",
      ],
    ] as const
  ) await refuses("planned_metadata.json", contents, says);
  await assertRejects(() => loadPredictor(folder, "absent"), InputError, "cannot be read");
  (await loadPredictor(folder, "planned")).dispose();
  await closeDevice();
});

async function copyModel(from: string, to: string): Promise<void> {
  await Deno.mkdir(join(to, "model"), { recursive: true });
  for (const name of namesIn(join(from, "model"), () => true)) {
    await Deno.copyFile(join(from, "model", name), join(to, "model", name));
  }
}
