import { assert, assertEquals, assertThrows } from "@std/assert";
import { rootKey, sin } from "assay";
import {
  allStreams,
  assignmentRows,
  mixedSignal,
  oneStreamEach,
  streamArrays,
} from "../mixed_signal.ts";

const signal = mixedSignal(rootKey(1), { mode: "sequence", count: 32, seconds: 1 });

Deno.test("`oneStreamEach()` hears every sequence once and asks for all frequencies equally", () => {
  const asked = new Set<string>();
  for (const turn of [0, 1, 2, 3]) {
    const streams = oneStreamEach(signal, turn);
    assertEquals(streams.map(({ sequence }) => sequence), [...Array(32).keys()]);
    for (const i of [0, 1, 2, 3]) {
      assertEquals(streams.filter(({ frequency }) => frequency === i).length, 8);
    }
    for (const { sequence, frequency } of streams) asked.add(`${sequence}/${frequency}`);
  }
  assertEquals(asked.size, 128);
});

Deno.test("`streamArrays()` of `allStreams()` has targets in the order of the components", () => {
  const { inputs, targets } = streamArrays(signal, allStreams(signal));
  assertEquals(targets, signal.components);
  assertEquals(inputs.length, 128 * 100 * 5);
  for (const [sequence, frequency, k] of [[0, 0, 0], [7, 2, 41], [31, 3, 99]] as const) {
    const at = ((4 * sequence + frequency) * 100 + k) * 5;
    const oneHot = [0, 1, 2, 3].map((i) => i === frequency ? 1 : 0);
    assertEquals([...inputs.subarray(at, at + 5)], [
      signal.mixture[100 * sequence + k],
      ...oneHot,
    ]);
  }
});

Deno.test("`streamArrays()` refuses sequences and frequencies that are not there", () => {
  const attempt = (sequence: number, frequency: number) => () =>
    streamArrays(signal, [{ sequence, frequency }]);
  assertThrows(attempt(32, 0), RangeError, "sequences 0 to 31");
  assertThrows(attempt(0, 4), RangeError, "frequencies 0 to 3");
  assertThrows(attempt(0.5, 0), RangeError, "sequence 0.5");
});

Deno.test("`assignmentRows()` repeats one mixture in four blocks, frequency by frequency", () => {
  const { inputs, targets, rows, block } = assignmentRows(rootKey(1).key("train"));
  assertEquals([rows, block, inputs.length], [40_000, 10_000, 200_000]);
  for (const k of [0, 1, 4321, 9999]) {
    [1, 3, 5, 7].forEach((frequency, j) => {
      const at = 5 * (j * block + k);
      assertEquals(inputs[at], inputs[5 * k]);
      assertEquals([...inputs.subarray(at + 1, at + 5)], [0, 1, 2, 3].map((i) => i === j ? 1 : 0));
      const clean = sin(2 * Math.PI * frequency * (k / 1000));
      assertEquals(targets[j * block + k], Math.fround(clean));
    });
  }
});

Deno.test("`assignmentRows()` of train and test have the same targets and other noise", () => {
  const train = assignmentRows(rootKey(1).key("train"));
  const test = assignmentRows(rootKey(1).key("test"));
  assertEquals(train.targets, test.targets);
  let same = 0;
  for (let k = 0; k < 10_000; k++) if (train.inputs[5 * k] === test.inputs[5 * k]) same++;
  assert(same < 10, `${same}`);
});

Deno.test("`assignmentRows()` at 999.9 samples a second ends on 10 s, as the project's axis does", () => {
  const { targets, rows } = assignmentRows(rootKey(1), 999.9);
  assertEquals(rows, 40_000);
  const last = sin(2 * Math.PI * (9999 / 999.9));
  assertEquals(targets[9999], Math.fround(last));
  assert(Math.abs(last) < 1e-13);
});
