import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { InputError } from "../../numeric/errors.ts";
import type { TraceRecord } from "../../train/trace.ts";
import { partingMeans } from "./text.ts";
import { readHistory, writeHistory } from "../history.ts";
import { firstParting, pairedHistories, partingOf } from "./parting.ts";

const STEPS = 16;

/** Fingerprints after a step, of `w` and `b`. */
type Row = (step: number) => [w: number, b: number];

/** A trace of 16 steps in which nothing is special. */
function trace(
  loss: (step: number) => number = (step) => 1 / step,
  row: Row = (step) => [100 + step, 200 + step],
  { every = 1, steps = STEPS }: { every?: number; steps?: number } = {},
): TraceRecord {
  const rows = Array.from({ length: Math.floor(steps / every) + 1 }, (_, i) => row(i * every));
  return {
    losses: Float32Array.from({ length: steps }, (_, i) => loss(i + 1)),
    gradientNorms: new Float32Array(steps).fill(NaN),
    groups: ["w", "b"],
    every,
    fingerprints: Uint32Array.from(rows.flat()),
  };
}

const usualLoss = (step: number) => 1 / step;
const usualRow: Row = (step) => [100 + step, 200 + step];
/** A loss that is another one from a step on. */
const lossFrom = (from: number) => (step: number) =>
  step >= from ? 2 * usualLoss(step) : usualLoss(step);
/** Both variables, or `w` alone, are others from after a step on. */
const rowFrom = (from: number, alone = false): Row => (step) => {
  const [w, b] = usualRow(step);
  return step >= from ? [w + 1, alone ? b : b + 1] : [w, b];
};

Deno.test("`partingOf()` finds no parting of the same bits", () => {
  assertEquals(partingOf(trace(), trace()), null);
  assertEquals(partingOf(trace(() => NaN), trace(() => NaN)), null);
});

Deno.test("`partingOf()` finds another learning rate: the weights differ first", () => {
  const parting = partingOf(trace(), trace(lossFrom(6), rowFrom(5)))!;
  assertEquals(parting, {
    step: 5,
    equalAfter: 4,
    groups: ["w", "b"],
    groupsStep: 5,
    loss: { step: 6, a: Math.fround(1 / 6), b: Math.fround(1 / 3) },
    steps: { a: STEPS, b: STEPS },
    cause: "update",
  });
  assertStringIncludes(partingMeans(parting, true), "learning rate");
});

Deno.test("`partingOf()` finds a swapped batch: the loss differs with the same weights", () => {
  const { step, equalAfter, cause } = partingOf(trace(), trace(lossFrom(7), rowFrom(7)))!;
  assertEquals([step, equalAfter, cause], [7, 6, "forward"]);
});

Deno.test("`partingOf()` finds losses that differ in a zero's sign", () => {
  const { loss, groups, groupsStep } = partingOf(trace(() => 0), trace(() => -0))!;
  assertEquals([loss, groups, groupsStep], [{ step: 1, a: 0, b: -0 }, [], null]);
});

Deno.test("`partingOf()` finds one flipped weight and names its variable alone", () => {
  const { step, groups, cause } = partingOf(trace(), trace(usualLoss, rowFrom(9, true)))!;
  assertEquals([step, groups, cause], [9, ["w"], "update"]);
});

Deno.test("`partingOf()` finds other weights before the first step, and other variables", () => {
  const start = partingOf(trace(), trace(lossFrom(1), rowFrom(0)))!;
  assertEquals([start.step, start.equalAfter, start.cause], [0, -1, "start"]);
  const others = partingOf(trace(), { ...trace(), groups: ["w", "bias"] })!;
  assertEquals([others.step, others.groups, others.cause], [0, ["b", "bias"], "variables"]);
});

Deno.test("`partingOf()` compares variables by name, in any order", () => {
  const turned = trace(usualLoss, (step) => [200 + step, 100 + step]);
  assertEquals(partingOf(trace(), { ...turned, groups: ["b", "w"] }), null);
});

Deno.test("`partingOf()` compares thinned fingerprints where both have some", () => {
  assertEquals(partingOf(trace(), trace(usualLoss, usualRow, { every: 4 })), null);
  const parting = partingOf(
    trace(usualLoss, usualRow, { every: 2 }),
    trace(lossFrom(11), rowFrom(10), { every: 4 }),
  )!;
  const { step, equalAfter, groupsStep, cause } = parting;
  assertEquals([step, equalAfter, groupsStep, cause], [11, 8, 12, "unseen"]);
  assertStringIncludes(partingMeans(parting, true), "from step 9 to the forward pass of step 11");
  const silent = partingOf(trace(), trace(usualLoss, rowFrom(10), { every: 4 }))!;
  assertEquals([silent.step, silent.equalAfter, silent.cause], [12, 8, "unseen"]);
  assertStringIncludes(partingMeans(silent, true), "from step 9 to the end of step 12");
});

Deno.test("`partingOf()` narrows thinned fingerprints down where they fall on the step before", () => {
  const { step, equalAfter, cause } = partingOf(
    trace(),
    trace(lossFrom(9), rowFrom(9), { every: 4 }),
  )!;
  assertEquals([step, equalAfter, cause], [9, 8, "forward"]);
});

Deno.test("`partingOf()` says which is longer when all common steps agree", () => {
  const longer = trace(usualLoss, usualRow, { steps: 20 });
  const { step, equalAfter, steps, cause } = partingOf(trace(), longer)!;
  assertEquals([step, equalAfter, steps, cause], [17, 16, { a: 16, b: 20 }, "length"]);
  const thinned = partingOf(trace(), trace(usualLoss, usualRow, { steps: 21, every: 16 }))!;
  assertEquals([thinned.step, thinned.equalAfter], [17, 16]);
});

Deno.test("`partingOf()` takes a NaN for no loss, or for another one", () => {
  const none = () => NaN;
  const silent = partingOf(trace(none), trace(none, rowFrom(3)))!;
  assertEquals([silent.step, silent.loss, silent.cause], [3, null, "step"]);
  const diverged = partingOf(trace(), trace((step) => step >= 5 ? NaN : usualLoss(step)))!;
  assertEquals([diverged.step, diverged.loss?.b, diverged.cause], [5, NaN, "forward"]);
});

Deno.test("`partingOf()` compares losses alone where no weights were watched", () => {
  const bare = (loss: (step: number) => number): TraceRecord => ({
    losses: trace(loss).losses,
    gradientNorms: trace(loss).gradientNorms,
    groups: [],
    every: 1,
    fingerprints: new Uint32Array(),
  });
  assertEquals(partingOf(bare(usualLoss), bare(usualLoss)), null);
  const parting = partingOf(bare(usualLoss), bare(lossFrom(4)))!;
  assertEquals([parting.step, parting.cause], [4, "unseen"]);
  assertStringIncludes(partingMeans(parting, true), "from step 1 to the forward pass of step 4");
});

/** Two run folders with histories of these loops, and what becomes of them. */
async function withFolders(
  loops: [a: Record<string, TraceRecord>, b: Record<string, TraceRecord>],
  action: (a: string, b: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const [a, b] = [`${folder}/a`, `${folder}/b`];
    for (const [path, own] of [[a, loops[0]], [b, loops[1]]] as const) {
      for (const [position, [loop, trace]] of Object.entries(own).entries()) {
        await writeHistory(path, loop, { position, trace, epochs: null });
      }
    }
    await action(a, b);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("`firstParting()` goes through the loops in the order in which they ran", () =>
  withFolders([
    { second: trace(), "a/first": trace() },
    { second: trace(lossFrom(5)), "a/first": trace(lossFrom(2)) },
  ], async (a, b) => {
    assertEquals(await firstParting(a, a), null);
    const parting = await firstParting(a, b);
    assertEquals([parting?.loop, parting?.step], ["second", 5]);
  }));

Deno.test("`firstParting()` refuses a loop that only one run has; `pairedHistories()` gives it", () =>
  withFolders([{ fit: trace() }, { fit: trace(), walk: trace() }], async (a, b) => {
    const error = await assertRejects(() => firstParting(a, b), InputError);
    assertStringIncludes(error.message, `${a} has none of the loop "walk"`);
    const pairs = await pairedHistories(a, b, readHistory);
    assertEquals(pairs.map(({ loop, a }) => [loop, a === null]), [["fit", false], ["walk", true]]);
  }));
