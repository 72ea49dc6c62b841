import { rootKey } from "assay";
import { assert, assertEquals } from "@std/assert";
import { collectedTraining, collectRuns } from "./collect.ts";
import { configurationFault } from "./configuration.ts";
import {
  documentFeatures,
  qualityScore,
  ratioTargets,
  runContext,
  stepFeatures,
} from "./features.ts";
import { trainingNotes } from "./notes.ts";
import { somRun } from "./run_record.ts";

const options = { dataSets: 12, runsPerDataSet: 4 };
const runs = [...collectRuns(rootKey(1), options)];

Deno.test("`collectRuns()` is pure, and a run depends on its number alone", () => {
  assertEquals([...collectRuns(rootKey(1), options)], runs);
  for (const i of [0, 7, 47]) {
    const training = collectedTraining(rootKey(1), i, options);
    while (!training.finished) training.advance();
    assertEquals(somRun(training), runs[i]);
  }
  assertEquals(new Set(runs.map(({ uid }) => uid)).size, runs.length);
  assertEquals(new Set(runs.map(({ dataSetId }) => dataSetId)).size, options.dataSets);
  const [other] = collectRuns(rootKey(2), options);
  assert(other!.uid !== runs[0]!.uid);
});

Deno.test("`collectRuns()` keeps to the ranges it draws from", () => {
  for (const { configuration, samples, dimensions } of runs) {
    assertEquals(configurationFault(configuration), null);
    const { rows, columns, startLearningRate, endLearningRate } = configuration;
    assertEquals(rows, columns);
    assert(samples >= 200 && samples <= 600 && dimensions >= 3 && dimensions <= 10);
    const side = Math.sqrt(5 * Math.sqrt(samples));
    assert(rows >= Math.round(0.5 * side) && rows <= Math.round(1.6 * side));
    assert(endLearningRate <= startLearningRate && startLearningRate <= 1);
  }
  assertEquals(new Set(runs.map(({ configuration }) => configuration.topology)).size, 2);
});

Deno.test("what predictors read of a run is finite and begins at 1", () => {
  for (const run of runs) {
    const six = stepFeatures(run.history), three = documentFeatures(run.history);
    assertEquals([six.length, three.length], [21 * 6, 21 * 3]);
    assertEquals([six[0], six[1], six[4], six[5]], [0, 1, 1, 1]);
    assertEquals(six[20 * 6], 1);
    assert([...six, ...three, ...runContext(run)].every(Number.isFinite));
    assertEquals(Math.fround(ratioTargets(run).mqe), six[20 * 6 + 1]);
  }
});

Deno.test("`qualityScore()` is lower for a map that was trained than for the same untrained", () => {
  const scores = runs.map(({ history }) =>
    [history[0]!, history.at(-1)!].map((step) =>
      qualityScore(ratioTargets({ ...runs[0]!, history: [history[0]!], final: step }))
    )
  );
  // A run that converged: its error fell to less than half.
  const converged = scores.filter((_, i) => ratioTargets(runs[i]!).mqe < 0.5);
  assert(converged.length >= 10);
  for (const [untrained, trained] of converged) assert(trained! < untrained!);
});

Deno.test("`trainingNotes()` speaks of large maps and short trainings only where there are some", () => {
  for (let i = 0; i < 20; i++) {
    const { data, configuration } = collectedTraining(rootKey(1), i, options);
    const usual = Math.sqrt(5 * Math.sqrt(data.samples));
    const notes = trainingNotes(data, configuration);
    assertEquals(notes.length, configuration.rows > 1.3 * usual ? 1 : 0);
    const short = trainingNotes(data, { ...configuration, epochMultiplier: 0.01 });
    assert(short.at(-1)!.includes("iterations are fewer than"));
  }
});
