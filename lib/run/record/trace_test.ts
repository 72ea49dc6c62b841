import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { markedSteps, recordedParting, recordTrace } from "./trace.ts";
import { madeTrace, withLossChanged } from "./testing.ts";

Deno.test("`markedSteps()` are at most 17, evenly spaced, from 0 to the last", () => {
  assertEquals(markedSteps(32), [...Array(17).keys()].map((i) => 2 * i));
  assertEquals(markedSteps(0), [0]);
  assertEquals(markedSteps(3), [0, 1, 2, 3]);
  for (const steps of [1, 7, 16, 17, 100, 12_345]) {
    const marks = markedSteps(steps);
    assertEquals([marks[0], marks.at(-1)], [0, steps]);
    const gaps = marks.slice(1).map((mark, i) => mark - marks[i]!);
    assert(Math.max(...gaps) - Math.min(...gaps) <= 1 && marks.length <= 17, `${steps}`);
  }
});

Deno.test("`recordTrace()` digests what lies before a step and nothing after it", () => {
  const { steps, every, digests } = recordTrace(madeTrace(32, 1));
  assertEquals([steps, every, digests.length], [32, 1, 17]);
  assertEquals(recordTrace(madeTrace(32, 1)).digests, digests);
  const changed = recordTrace(withLossChanged(madeTrace(32, 1), 9)).digests;
  assertEquals(changed.slice(0, 5), digests.slice(0, 5)); // steps 0 to 8
  for (let i = 5; i < 17; i++) assertNotEquals(changed[i], digests[i]);
});

Deno.test("`recordedParting()` finds any changed bit between the right two steps", () => {
  const trace = madeTrace(100, 3, 4);
  const recorded = recordTrace(trace);
  const marks = markedSteps(100);
  assertEquals(recordedParting(recorded, trace), null);
  const between = (step: number) => {
    const by = marks.find((mark) => mark >= step)!;
    return { equalAfter: marks[marks.indexOf(by) - 1] ?? -1, partedBy: by };
  };
  for (let step = 1; step <= 100; step++) {
    assertEquals(recordedParting(recorded, withLossChanged(trace, step)), between(step));
  }
  for (let i = 0; i < trace.fingerprints.length; i++) {
    const fingerprints = trace.fingerprints.slice();
    fingerprints[i]! ^= 1;
    const step = Math.floor(i / 2) * 4;
    assertEquals(recordedParting(recorded, { ...trace, fingerprints }), between(step));
  }
  const renamed = { ...trace, groups: ["a", "c"] };
  assertEquals(recordedParting(recorded, renamed), { equalAfter: -1, partedBy: 0 });
});

Deno.test("`recordedParting()` compares what both have of trainings of different length", () => {
  const long = madeTrace(64, 1);
  const short = {
    ...long,
    losses: long.losses.subarray(0, 30),
    fingerprints: long.fingerprints.subarray(0, 62),
  };
  assertEquals(recordedParting(recordTrace(long), short), { equalAfter: 28, partedBy: null });
  assertEquals(recordedParting(recordTrace(short), long), { equalAfter: 30, partedBy: null });
});

Deno.test("`recordedParting()` thins the fingerprints of a shorter training, and invents none", () => {
  const dense = madeTrace(64, 1);
  const sparse = {
    ...dense,
    every: 4,
    fingerprints: dense.fingerprints.filter((_, i) => Math.floor(i / 2) % 4 === 0),
  };
  assertEquals(recordedParting(recordTrace(sparse), dense), null);
  assertEquals(recordedParting(recordTrace(dense), sparse), { equalAfter: -1, partedBy: null });
});
