import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InputError, rootKey } from "assay";
import {
  collectRuns,
  CONTEXT_FEATURES,
  PLAN_FEATURES,
  simulatedRuns,
  type SomRun,
} from "../../data/som.ts";
import { asErrors, asRatios, mapHistories } from "./histories.ts";
import { horizonValues, prefixesOf } from "./prefixes.ts";

const real = [...collectRuns(rootKey(1), { dataSets: 2, runsPerDataSet: 2 })];
const made = simulatedRuns(rootKey(1), 3);

Deno.test("`mapHistories()` has errors over their first, or as they are", () => {
  const six = mapHistories(real, { features: 6, context: "plan" });
  const three = mapHistories(real, { features: 3, context: "none" });
  const { final, history } = real[1]!;
  assertEquals([six.isRatio, three.isRatio], [true, false]);
  assertEquals(three.runs[1]!.targets, [
    final.mqe,
    final.topographicError,
    final.deadNeuronRatio,
  ]);
  assertEquals(six.runs[1]!.targets, [
    final.mqe / history[0]!.mqe,
    final.topographicError,
    final.deadNeuronRatio,
  ]);
  const { context, runs } = six;
  assertEquals([runs[1]!.context.length, context.length], [
    CONTEXT_FEATURES.length + PLAN_FEATURES.length,
    CONTEXT_FEATURES.length + PLAN_FEATURES.length,
  ]);
  // Runs on one data set stay together, and so do trainings of one configuration.
  const names = runs.map(({ dataset }) => dataset);
  assertEquals([names[0] === names[1], names[1] === names[2]], [true, false]);
  // The last checkpoint is the end.
  for (const histories of [six, three]) {
    const { values } = horizonValues(prefixesOf(histories, [1], [1]), [0]);
    for (let t = 0; t < 3; t++) assertAlmostEquals(values[t]!, values[3 + t]!, 1e-6);
  }
});

Deno.test("`asRatios()` and `asErrors()` undo each other", () => {
  const six = mapHistories(real, { features: 6, context: "none" });
  const three = mapHistories(real, { features: 3, context: "none" });
  const run = [0, 3], values = [0.5, 0.1, 0.2, 0.25, 0.3, 0.4];
  assertEquals([...asRatios(six, run, values)], values);
  assertEquals([...asErrors(three, run, values)], values);
  const errors = asErrors(six, run, values);
  assertAlmostEquals(errors[3]!, 0.25 * real[3]!.history[0]!.mqe, 1e-12);
  assertAlmostEquals(asRatios(three, run, errors)[3]!, 0.25, 1e-12);
});

Deno.test("`mapHistories()` takes simulated runs, each a data set of its own, their progress by epochs", () => {
  const { runs } = mapHistories(made, { features: 3, context: "none" });
  assertEquals(new Set(runs.map(({ dataset }) => dataset)).size, 3);
  assertEquals([runs[0]!.progress[0], runs[0]!.progress[9]], [0.01, 1]);
});

Deno.test("`mapHistories()` leaves out checkpoints of very short runs that say the same twice", () => {
  const { history, ...run } = real[0]!;
  const twice: SomRun = { ...run, history: history.flatMap((step) => [step, step]) };
  const [once] = mapHistories([real[0]!], { features: 6, context: "none" }).runs;
  assertEquals(mapHistories([twice], { features: 6, context: "none" }).runs[0], once);
});

Deno.test("`mapHistories()` refuses to take what runs do not have", () => {
  const take = (features: 3 | 6, context: "none" | "map") => () =>
    mapHistories(made, { features, context });
  assertThrows(take(6, "none"), InputError, "neither progress nor schedules");
  assertThrows(take(3, "map"), InputError, "has no origin");
});
