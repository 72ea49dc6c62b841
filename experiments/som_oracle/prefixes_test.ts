import { assertEquals, assertThrows } from "@std/assert";
import { InputError, rootKey } from "assay";
import {
  finalValues,
  type Histories,
  horizonValues,
  PREFIX_SHARES,
  prefixesOf,
  type RunHistory,
} from "./prefixes.ts";
import { fallingHistories } from "./testing.ts";

/** Checkpoint `c` of run `r` has the features (c, 10 r + c / 10): the target so far is the second. */
function countingHistories(runs: number, steps = 20): Histories {
  return {
    features: ["step", "quality"],
    context: ["size"],
    targets: ["quality"],
    current: [1],
    runs: Array.from({ length: runs }, (_, run): RunHistory => ({
      dataset: `set-${run}`,
      configuration: `${run}`,
      progress: Array.from({ length: steps + 1 }, (_, c) => c / steps),
      values: Array.from({ length: steps + 1 }, (_, c) => [c, 10 * run + c / 10]).flat(),
      context: [run],
      targets: [10 * run + 9],
    })),
  };
}

Deno.test("`prefixesOf()` cuts each run at every share", () => {
  const { run, share, steps } = prefixesOf(countingHistories(3), [2, 0]);
  assertEquals([...share], [...PREFIX_SHARES, ...PREFIX_SHARES]);
  // Checkpoint 0 stands before the run, one every 5 % after it.
  assertEquals([...steps.subarray(0, 8)], [2, 3, 5, 7, 9, 11, 13, 15]);
  assertEquals([...run], [...new Array(8).fill(2), ...new Array(8).fill(0)]);
  // The document's checkpoints begin at 1 %, and none is seen before it.
  const histories = countingHistories(1, 10);
  const late = { ...histories.runs[0]!, progress: [1, 12, 23, 34, 45, 56, 67, 78, 89, 90, 100] };
  const runs = [{ ...late, progress: late.progress.map((percent) => percent / 100) }];
  assertEquals([...prefixesOf({ ...histories, runs }, [0], [0.004, 0.05, 0.2]).steps], [1, 2]);
});

Deno.test("`prefixesOf()` and `horizonValues()` take a checkpoint that is half an iteration late for what it is", () => {
  // Of 110 iterations a 20th is 5.5, so every other checkpoint is late.
  const histories = countingHistories(1);
  const progress = histories.runs[0]!.progress as number[];
  const late = progress.map((share) => Math.round(110 * share) / 110);
  const runs = [{ ...histories.runs[0]!, progress: late }];
  const prefixes = prefixesOf({ ...histories, runs }, [0]);
  assertEquals([...prefixes.steps], [2, 3, 5, 7, 9, 11, 13, 15]);
  const after = (prefixes: Parameters<typeof horizonValues>[0]) =>
    horizonValues(prefixes, [0.05, 0.1]);
  assertEquals(after(prefixes), after(prefixesOf(histories, [0])));
});

Deno.test("`horizonValues()` looks ahead from the last checkpoint seen, and to the end", () => {
  const prefixes = prefixesOf(countingHistories(2), [1], [0.2, 0.7]);
  const { values, reached } = horizonValues(prefixes, [0, 0.1, 0.5]);
  assertEquals([...reached], [1, 1, 1, 1, 1, 1, 0, 1]);
  // A horizon of 0 is the identity: checkpoints 4 and 14.
  assertEquals([...values], [10.4, 10.6, 11.4, 19, 11.4, 11.6, 0, 19]);
  assertEquals([...finalValues(prefixes)], [19, 19]);
  assertEquals([...horizonValues(prefixes, []).values], [19, 19]);
});

Deno.test("`horizonValues()` is further from now the further it looks", () => {
  const histories = fallingHistories(rootKey(1), 100, 5);
  const ahead = [0, 0.1, 0.25, 0.5];
  const { values } = horizonValues(
    prefixesOf(histories, histories.runs.keys(), [0.3]),
    ahead,
  );
  const width = histories.targets.length, row = (ahead.length + 1) * width;
  const distances = [...ahead, 1].map((_, h) =>
    values.reduce(
      (sum, value, at) =>
        Math.floor(at % row / width) === h ? sum + Math.abs(value - values[at - h * width]!) : sum,
      0,
    )
  );
  assertEquals(distances[0], 0);
  assertEquals(distances, distances.toSorted((a, b) => a - b));
});

Deno.test("`prefixesOf()` refuses runs that do not fit, naming them", () => {
  const histories = countingHistories(1);
  const refused = (change: Partial<RunHistory>, text: string) => {
    const runs = [{ ...histories.runs[0]!, ...change }];
    assertThrows(() => prefixesOf({ ...histories, runs }, [0]), InputError, text);
  };
  refused(
    { values: [1, 2, 3] },
    'run 0 (data set "set-0", configuration "0"): values has 3 numbers',
  );
  refused({ targets: [NaN] }, "targets has the value NaN");
  refused({ context: [] }, "context has 0 numbers instead of 1");
  const progress = Array.from({ length: 21 }, (_, c) => c / 20);
  refused({ progress: progress.with(3, 0.1) }, "its progress at checkpoint 3 (from 0) is 0.1");
  refused({ progress: progress.with(20, 1.1) }, "at checkpoint 20 (from 0) is 1.1");
});
