import { neverStops, type RunStopper } from "assay";
import { assertEquals } from "@std/assert";
import { type SomRun, stepFeatures } from "../../data/som.ts";
import {
  type Oracle,
  oracleOf,
  type SomSoFar,
  stopAbove,
  stopWorst,
  trainWithOracle,
} from "./oracle_stopping.ts";
import type { Prefixes } from "./prefixes.ts";
import { checkpoints } from "./search_testing.ts";

/** Trainings under way whose errors, and so their scores, are as given. */
const under = (uid: string, ...errors: number[]): SomSoFar => ({
  uid,
  dataType: "real",
  dataSetId: "0",
  samples: 60,
  dimensions: 3,
  seed: "0",
  configuration: {} as SomRun["configuration"],
  history: checkpoints(21, errors),
});

/** The last error is that of the end. */
const byLast: Oracle = (runs) =>
  Promise.resolve(
    runs.map(({ history }) => ({
      mqe: history.at(-1)!.mqe,
      topographicError: 0,
      deadNeuronRatio: 0,
    })),
  );

const ones = (count: number) => Array<number>(count).fill(1);

Deno.test("`oracleOf()` reads what there is of each training, and the end last", async () => {
  const asked: Prefixes[] = [];
  const oracle = oracleOf((runs) => ({
    features: ["a", "b", "c", "d", "e", "f"],
    context: [],
    targets: ["mqe", "te", "dead"],
    current: [1, 2, 3],
    runs: runs.map(({ uid, history, final }) => ({
      dataset: "",
      configuration: uid,
      progress: history.map(({ progress }) => progress),
      values: stepFeatures(history),
      context: [],
      targets: [final.mqe, final.topographicError, final.deadNeuronRatio],
    })),
  }), (prefixes) => {
    asked.push(prefixes);
    // Two horizons; the error that is foretold is the run's number of checkpoints.
    return Float64Array.from([...prefixes.steps].flatMap((steps) => [9, 9, 9, steps, 0.5, 0.25]));
  });
  const runs = [under("a", 4, 3, 2), under("b", 4)];
  const foretold = await oracle(runs);
  assertEquals(foretold.map(({ mqe }) => mqe), [3, 1]);
  assertEquals(foretold[0], { mqe: 3, topographicError: 0.5, deadNeuronRatio: 0.25 });
  assertEquals(asked[0]!.histories.runs[0]!.targets, [2, 0, 0]);
  // What was said is remembered, until there is more of the training.
  await oracle(runs);
  assertEquals(asked.length, 1);
  await oracle([under("a", 4, 3, 2, 1), ...runs]);
  assertEquals([...asked[1]!.steps], [4]);
});

Deno.test("`stopAbove()` stops at the second check running, the first at 20 %, the last at 70 %", async () => {
  const stops = async (...errors: number[]) =>
    (await stopAbove(byLast, 0.5)([under("a", ...errors)], []))[0];
  for (let length = 1; length <= 21; length++) {
    // At progress 0.25 two checks have been made; behind 0.7 there is none.
    assertEquals(await stops(...ones(length)), length >= 6 && length <= 15, `${length}`);
  }
  assertEquals(await stops(...ones(5), 0.4), false);
  assertEquals(await stops(...ones(5), 0.4, 1), false);
  assertEquals(await stops(...ones(5), 0.4, 1, 1), true);
});

Deno.test("`stopWorst()` compares with what was foretold at the first check of all that was begun", async () => {
  const stopper = stopWorst(byLast, 0.5);
  const runs = [1, 2, 3, 4, 5].map((error) => under(`${error}`, ...Array<number>(6).fill(error)));
  assertEquals(await stopper(runs, []), [false, false, false, true, true]);
  // Better ones before them, whatever became of those later.
  const before = [under("b", ...ones(5), 99), under("c", ...ones(5)), under("d", ...ones(21))];
  assertEquals(await stopper(runs, before), [false, true, true, true, true]);
  assertEquals(await stopper(runs.slice(3), before), [true, true]);
});

Deno.test("`trainWithOracle()` advances each training until it is finished or stopped", async () => {
  const training = (name: string, length: number) => {
    let soFar = under(name);
    return {
      get soFar() {
        return soFar;
      },
      get finished() {
        return soFar.history.length === length;
      },
      advance() {
        soFar = under(name, ...ones(soFar.history.length + 1));
      },
    };
  };
  const asked: string[] = [];
  const stopper: RunStopper<SomSoFar> = (runs, others) => {
    const names = (of: readonly SomSoFar[]) =>
      of.map(({ uid, history }) => uid + history.length).join(" ");
    asked.push(`${names(runs)} | ${names(others)}`);
    return Promise.resolve(runs.map(({ uid, history }) => uid === "b" && history.length === 2));
  };
  const trainings = [training("a", 4), training("b", 4), training("c", 2)];
  assertEquals(await trainWithOracle(trainings, stopper, [under("z", 1)]), [false, true, false]);
  assertEquals(trainings.map(({ soFar }) => soFar.history.length), [4, 2, 2]);
  assertEquals(asked, ["a1 b1 c1 | z1", "a2 b2 | z1 c2", "a3 | z1 b2 c2", " | z1 a4 b2 c2"]);
  assertEquals(await trainWithOracle([training("a", 3)], neverStops), [false]);
});
