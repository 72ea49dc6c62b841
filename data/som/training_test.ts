import { digestArrays, type Key, readState, rootKey, savedState } from "assay";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { buildMapModule, mapModulePath } from "../../tools/build_wasm.ts";
import { type SomConfiguration, withProcessing } from "./configuration.ts";
import { dataSet, sampleDataSet } from "./data_sets.ts";
import { linearCheckpoints, logCheckpoints } from "./history.ts";
import { sampleConfiguration } from "./sample_configuration.ts";
import { missingCells, type ScaledData, scaledData } from "./scaled_data.ts";
import { plainTraining } from "./testing.ts";
import { SomTraining } from "./training.ts";

const key = rootKey(1);

function trained(key: Key, data: ScaledData, configuration: SomConfiguration): SomTraining {
  const training = new SomTraining(key, data, configuration);
  while (!training.finished) training.advance();
  return training;
}

/** Data with a share of its cells missing, though never a whole row, and all of column 1. */
function holey(key: Key, share: number): ScaledData {
  const { values, dimensions } = dataSet(key, { kind: "plane", samples: 60, dimensions: 5 });
  const holes = Float64Array.from(values, (value, at) => {
    const column = at % dimensions;
    return column === 1 || (column !== at % 3 + 2 && at * 7919 % 100 < 100 * share) ? NaN : value;
  });
  return scaledData(holes, dimensions, { mask: missingCells(holes) });
}

const small = dataSet(key, { kind: "blobs", samples: 60, dimensions: 4 });
const usual = sampleConfiguration(key, 60);
const cases: Readonly<Record<string, [ScaledData, Partial<SomConfiguration>]>> = {
  "as drawn": [small, {}],
  "on a square sheet": [small, { topology: "square" }],
  "on a hexagonal sheet": [small, { topology: "hex", rows: 6, columns: 5 }],
  "on a long sheet": [small, { topology: "hex", rows: 2, columns: 9 }],
  "on two units": [small, { rows: 1, columns: 2 }],
  "with all samples at once": [small, withProcessing(usual, "deterministic")],
  "with one sample at a time": [small, withProcessing(usual, "stochastic")],
  "in sections": [small, { sections: 7, sampling: "random" }],
  "with more sections than samples": [small, { sections: 70 }],
  "with weights of length 1": [small, { normaliseWeights: true }],
  "with a radius that reaches few": [small, { radiusRatio: 0.01, rows: 15, columns: 15 }],
  "with missing cells": [holey(key, 0.3), {}],
  "with missing cells and weights of length 1": [holey(key, 0.3), { normaliseWeights: true }],
  "of a single sample": [scaledData([3, 1, 4], 3), {}],
  "of one column": [scaledData([3, 1, 4, 1, 5], 1), {}],
  "of two iterations": [small, { epochMultiplier: 0.04 }],
};
for (const [name, [data, changes]] of Object.entries(cases)) {
  Deno.test(`\`SomTraining\` equals the plain training in every bit, ${name}`, () => {
    const configuration = { ...usual, ...changes };
    const { history, weights } = trained(key, data, configuration);
    const plain = plainTraining(key, data, configuration);
    assertEquals(weights, plain.weights);
    assertEquals(history, plain.history);
    assert(weights.every(Number.isFinite));
  });
}

Deno.test("`SomTraining` equals the plain training in every bit, twelve drawn ones", () => {
  for (let i = 0; i < 12; i++) {
    const data = sampleDataSet(key.key("data").at(i));
    const configuration = {
      ...sampleConfiguration(key.key("configuration").at(i), data.samples),
      epochMultiplier: 0.2,
    };
    assertEquals(
      trained(key.at(i), data, configuration).history,
      plainTraining(key.at(i), data, configuration).history,
    );
  }
});

Deno.test("`buildMapModule()` gives the committed binary byte for byte", async () => {
  assertEquals(
    Deno.readTextFileSync(mapModulePath),
    await buildMapModule(),
    "data/som/kernel_binary.ts is not what assembly/ compiles to: run deno task build:wasm",
  );
});

Deno.test("`SomTraining` is pure in its key", () => {
  const first = trained(rootKey(7), small, usual), again = trained(rootKey(7), small, usual);
  assertEquals(again.history, first.history);
  assertEquals(again.weights, first.weights);
  const other = trained(rootKey(8), small, usual);
  assertNotEquals(other.history, first.history);
});

Deno.test("`SomTraining` has the same bits on every machine", () => {
  const { weights, history } = trained(rootKey(7), small, usual);
  const mqe = Float64Array.from(history, (step) => step.mqe);
  // Another digest after a change that was not meant to change results is a bug; find the cause.
  assertEquals(digestArrays({ weights, mqe }).slice(0, 16), "7a17993dfe475b5f");
});

Deno.test("`SomTraining`s that take turns do not disturb each other", () => {
  const large = { ...usual, rows: 30, columns: 30 };
  const one = new SomTraining(key, small, usual), other = new SomTraining(key, small, large);
  while (!one.finished) {
    one.advance();
    other.advance();
  }
  assertEquals(one.history, trained(key, small, usual).history);
  assertEquals(other.history, trained(key, small, large).history);
});

Deno.test("`SomTraining` goes on from its state with the same bits", async () => {
  for (const sampling of ["random", "reshuffle"] as const) {
    const configuration = { ...usual, sampling };
    const whole = trained(key, small, configuration);
    for (const steps of [0, 1, 10, 21]) {
      const begun = new SomTraining(key, small, configuration);
      for (let i = 0; i < steps; i++) begun.advance();
      const saved = await savedState(begun, "here");
      const continued = new SomTraining(key, small, configuration);
      continued.restore(saved);
      assertEquals(continued.finished, steps === 21);
      while (!continued.finished) continued.advance();
      assertEquals(continued.history, whole.history);
      assertEquals(continued.weights, whole.weights);
    }
  }
  const larger = new SomTraining(key, small, { ...usual, rows: 3, columns: 3 });
  const state = await savedState(larger, "elsewhere");
  assertThrows(() => new SomTraining(key, small, usual).restore(state), RangeError, "36 weights");
  assert((await readState(larger.state())).has("batches/order"));
});

Deno.test("`SomTraining` is looked at where it is asked for, and that changes nothing", () => {
  const fine = trained(key, small, usual);
  const placements = [[1], [0.5, 1], linearCheckpoints(3), logCheckpoints(6, 0.01)];
  for (const checkpoints of placements) {
    const training = new SomTraining(key, small, usual, { checkpoints });
    while (!training.finished) training.advance();
    const { history, weights, iterations } = training;
    assertEquals(weights, fine.weights);
    assertEquals(history.at(-1), fine.history.at(-1));
    assertEquals(
      history.map(({ epoch }) => epoch),
      checkpoints.map((p) => Math.round(p * iterations)),
    );
    assertThrows(() => training.advance(), RangeError, "it is finished");
  }
  for (const checkpoints of [[], [0.5], [0, 0, 1], [-0.1, 1], [0, 1, 1.5], [NaN, 1]]) {
    const begin = () => new SomTraining(key, small, usual, { checkpoints });
    assertThrows(begin, RangeError, "shares of it are needed that rise");
  }
});

Deno.test("`SomTraining` logs progress, cost and courses", () => {
  const { history, iterations } = trained(key, small, {
    ...usual,
    rows: 8,
    columns: 8,
    startLearningRate: 0.8,
    endLearningRate: 0.1,
    learningRateSchedule: "exp-drop",
    radiusRatio: 0.5,
    radiusSchedule: "linear-drop",
    startBatchPercent: 10,
    endBatchPercent: 10,
    epochMultiplier: 3,
  });
  assertEquals(iterations, 180);
  assertEquals(history.map(({ epoch }) => epoch), Array.from({ length: 21 }, (_, i) => 9 * i));
  assertEquals(history.map(({ updates }) => updates), Array.from({ length: 21 }, (_, i) => 54 * i));
  const [first, last] = [history[0]!, history.at(-1)!];
  assertEquals([first.progress, first.learningRate, first.radius], [0, 0.8, 4]);
  assertEquals([last.progress, last.learningRate, last.radius], [1, 0.1, 1]);
});

Deno.test("`SomTraining` has weight 0 in a column that is masked everywhere", () => {
  const training = trained(key, holey(key, 0.1), usual);
  assert(training.weights.every((weight, at) => (weight === 0) === (at % 5 === 1)));
});

Deno.test("`SomTraining` sees no more of a masked cell than of none", () => {
  // Column 1 masked for all is as if there were no column 1; weights are drawn for both, so compare errors.
  const values = Float64Array.from(small.values), mask = new Uint8Array(values.length);
  for (let at = 0; at < values.length; at += 4) mask[at] = 1;
  const masked = scaledData(values, 4, { mask });
  const filled = scaledData(values.map((value, at) => mask[at] ? 1e9 * at : value), 4, { mask });
  assertEquals(filled.id, masked.id);
  assertEquals(trained(key, filled, usual).history, trained(key, masked, usual).history);
});

Deno.test("`SomTraining` learns: the error falls, on a plane the sheet unfolds", () => {
  const data = dataSet(key, { kind: "plane", samples: 400, dimensions: 5 });
  const configuration: SomConfiguration = {
    ...sampleConfiguration(key, 400),
    topology: "hex",
    rows: 10,
    columns: 10,
    startLearningRate: 0.5,
    endLearningRate: 0.02,
    learningRateSchedule: "linear-drop",
    radiusRatio: 0.5,
    radiusSchedule: "linear-drop",
    startBatchPercent: 1,
    endBatchPercent: 2,
    epochMultiplier: 5,
  };
  const training = trained(key, data, configuration);
  const [first, last] = [training.history[0]!, training.history.at(-1)!];
  assert(last.mqe < 0.4 * first.mqe, `${last.mqe} of ${first.mqe}`);
  assert(last.topographicError < 0.1, `${last.topographicError}`);
  const begun = new SomTraining(key, data, configuration);
  assert(Math.abs(begun.quality().topologicalCorrelation) < 0.1);
  assert(training.quality().topologicalCorrelation > 0.6);
});

Deno.test("`SomTraining` refuses what is no configuration", () => {
  const refused: [Partial<SomConfiguration>, string][] = [
    [{ rows: 0 }, "rows"],
    [{ rows: 1, columns: 1 }, "two units"],
    [{ startLearningRate: 0.1, endLearningRate: 0.2 }, "endLearningRate: is above"],
    [{ startBatchPercent: 5, endBatchPercent: 2 }, "endBatchPercent: is below"],
    [{ startLearningRate: NaN }, "startLearningRate"],
    [{ epochMultiplier: 0 }, "epochMultiplier"],
    [{ sections: 0.5 }, "sections"],
  ];
  for (const [changes, message] of refused) {
    assertThrows(() => new SomTraining(key, small, { ...usual, ...changes }), RangeError, message);
  }
});
