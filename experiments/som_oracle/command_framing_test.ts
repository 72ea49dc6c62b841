import { InputError, rootKey } from "assay";
import { assertEquals, assertThrows } from "@std/assert";
import {
  type Checkpoint,
  collectRuns,
  CONTEXT_FEATURES,
  DOCUMENT_FEATURES,
  PLAN_FEATURES,
  STEP_FEATURES,
} from "../../data/som.ts";
import type { Learned } from "./command_accepted.ts";
import { framedSequence } from "./command_framing.ts";
import type { FurtherKeys, PartialSequence } from "./command_sequence.ts";
import { mapHistories, TARGETS } from "./histories.ts";

/** Learned from runs with a checkpoint each 10 %, half a percent early or late, and from 20 % to 50 % of them. */
const places = Array.from({ length: 11 }, (_, i) => i / 10);
const late = places.map((share) => share > 0 && share < 1 ? 0.005 : 0);
const anything = (count: number) => ({
  least: Array(count).fill(-1e9),
  most: Array(count).fill(1e9),
});
const document: Learned = {
  name: "oracle",
  run: { id: "0123456789ab", profile: "quick", seed: 1 },
  features: [...DOCUMENT_FEATURES],
  context: [],
  targets: [...TARGETS],
  current: [0, 1, 2],
  isRatio: false,
  checkpoints: {
    least: places.map((share, i) => share - late[i]!),
    most: places.map((share, i) => share + late[i]!),
  },
  steps: { least: 3, most: 6 },
  totalEpochs: null,
  ranges: { features: anything(3), context: anything(0) },
};
const full: Learned = {
  ...document,
  features: [...STEP_FEATURES],
  context: [...CONTEXT_FEATURES, ...PLAN_FEATURES],
  current: [1, 2, 3],
  isRatio: true,
  ranges: { features: anything(6), context: anything(21) },
};
const map: Learned = { ...full, context: [...CONTEXT_FEATURES] };

const [run] = collectRuns(rootKey(1), { dataSets: 1, runsPerDataSet: 1, checkpoints: places });
const { samples, dimensions, configuration } = run!;

/** The first checkpoints of the run. */
function sequence(count: number, further: FurtherKeys = {}): PartialSequence {
  return { source: "a.json", sha256: "", steps: run!.history.slice(0, count), further };
}

/** What the six features need, of as many checkpoints. */
function schedules(count: number): FurtherKeys {
  const own = (of: (checkpoint: Checkpoint) => number) => run!.history.slice(0, count).map(of);
  return {
    progress: own(({ progress }) => progress),
    learning_rate: own(({ learningRate }) => learningRate),
    radius: own(({ radius }) => radius),
  };
}

const told = { samples, dimensions, configuration: { ...configuration } };

Deno.test("`framedSequence()` takes of a training under way what is taken of whole runs to learn from", () => {
  for (
    const [learned, options, further] of [
      [document, { features: 3, context: "none" }, {
        progress: schedules(4).progress,
      }],
      [map, { features: 6, context: "map" }, { ...schedules(4), ...told }],
      [full, { features: 6, context: "plan" }, { ...schedules(4), ...told }],
    ] as const
  ) {
    const { maps, prefixes, progress, notes } = framedSequence(sequence(4, further), learned);
    const { runs: [whole], ...wanted } = mapHistories([run!], options);
    const { runs: [framed], ...about } = maps;
    assertEquals(about, wanted);
    assertEquals([...framed!.context as number[]], [...whole!.context as number[]]);
    const read = 4 * maps.features.length;
    assertEquals(Array.from(framed!.values), Array.from(whole!.values).slice(0, read));
    // As it is, and a checkpoint before.
    assertEquals([...prefixes.steps], [3, 4]);
    assertEquals([progress, notes], [run!.history[3]!.progress, []]);
  }
  // The shortest that was learned has none before it; the epochs say the progress where the whole is known.
  const total = run!.history.at(-1)!.epoch;
  const { prefixes } = framedSequence(sequence(3, { total_epochs: total }), document);
  assertEquals([...prefixes.steps], [3]);
  assertEquals(
    framedSequence(sequence(3), { ...document, totalEpochs: total }).prefixes,
    prefixes,
  );
});

Deno.test("`framedSequence()` needs of a configuration what is read of it", () => {
  const { rows, columns, topology } = configuration;
  const bare = { ...schedules(4), samples, dimensions, configuration: { rows, columns, topology } };
  framedSequence(sequence(4, bare), map);
  assertThrows(
    () => framedSequence(sequence(4, bare), full),
    InputError,
    "configuration in a.json says: startLearningRate: ",
  );
  assertThrows(
    () => framedSequence(sequence(4, { ...bare, configuration: { rows, columns } }), map),
    InputError,
    "configuration.topology: ",
  );
});

Deno.test("`framedSequence()` notes what lies outside of what was learned from", () => {
  const ranges = {
    features: { least: [0, 0, 0], most: [0.01, 1, 1] },
    context: anything(0),
  };
  const { notes } = framedSequence(sequence(4, { progress: schedules(4).progress! }), {
    ...document,
    ranges,
  });
  assertEquals(notes.length, 1);
  assertEquals(/^mqe is [\d.]+; it learned from 0 to 0\.01 only\.$/.test(notes[0]!), true);
});

Deno.test("`framedSequence()` refuses what was not learned from, and says what is", () => {
  const accepts =
    'The predictor "oracle" of run 0123456789ab accepts the first 3 to 6 of 11 checkpoints, ' +
    "every 10 % from 0 % to 50 % of a training: the lists ";
  const refused: [Learned, number, FurtherKeys, string][] = [
    [document, 4, {}, "it has neither progress nor total_epochs"],
    [document, 4, { total_epochs: 1 }, "of a training of 1"],
    [document, 2, { progress: [0, 0.1] }, "it has 2 checkpoints, up to 10 % of the training"],
    [document, 7, schedules(7), "it has 7 checkpoints, up to "],
    // Twice as far apart; not from the beginning on; nearly right, and too far from it.
    [document, 3, { progress: [0, 0.2, 0.4] }, "comes at 20 % of the training, where one at 10 %"],
    [document, 3, { progress: [0.1, 0.2, 0.3] }, "its checkpoint 1 (epoch 0) comes at 10 %"],
    [document, 3, { progress: [0, 0.1, 0.184] }, "its checkpoint 3"],
    [map, 4, { ...schedules(4), radius: undefined, ...told }, "it lacks radius"],
    [map, 4, { progress: schedules(4).progress }, "it lacks learning_rate and radius"],
    [map, 4, schedules(4), "it lacks samples, dimensions and configuration"],
    [{ ...document, features: ["a"] }, 4, schedules(4), "reads a, and not a map's errors"],
    [{ ...document, context: ["a"] }, 4, schedules(4), "is told a, and not of a map"],
  ];
  for (const [learned, count, further, message] of refused) {
    const ask = () => framedSequence(sequence(count, further), learned);
    assertThrows(ask, InputError, `Cannot predict how the training in a.json will end: `);
    assertThrows(ask, InputError, message);
    assertThrows(ask, InputError, accepts);
  }
  framedSequence(sequence(3, { progress: [0, 0.1, 0.186] }), document);
  const { steps, ...rest } = sequence(4, { progress: schedules(4).progress! });
  const huge = { ...rest, steps: steps.map((step) => ({ ...step, mqe: 1e300 })) };
  assertThrows(() => framedSequence(huge, document), InputError, "beyond single precision");
  const learned = { ...rest, steps: steps.map((step) => ({ ...step, mqe: 0 })) };
  assertThrows(() => framedSequence(learned, document), InputError, "its first mqe is 0");
});
