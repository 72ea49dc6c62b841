import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { z } from "zod";
import { experiment, isExperiment, seedList, within } from "./define.ts";
import type { Experiment } from "./types.ts";

const valid: Experiment = {
  name: "demo",
  title: "Demo",
  config: z.object({ epochs: z.number().default(1) }),
  profiles: { quick: {}, full: {} },
  seeds: { quick: 3, full: [42, 7] },
  targets: [],
  claims: [],
  run: () => Promise.resolve({ metrics: {} }),
};

Deno.test("`experiment()` brands what it returns", () => {
  assertEquals(isExperiment(experiment(valid)), true);
  assertEquals([isExperiment(valid), isExperiment(null), isExperiment("demo")], [
    false,
    false,
    false,
  ]);
});

Deno.test("`experiment()` refuses names, fields and seeds that cannot work", () => {
  const refused = (change: Partial<Experiment>) =>
    assertThrows(() => experiment({ ...valid, ...change }), TypeError).message;
  assertStringIncludes(refused({ name: "Bad Name" }), "lower-case words");
  assertStringIncludes(refused({ name: "../up" }), "lower-case words");
  assertStringIncludes(
    refused({ config: z.object({ open: z.number() }) }),
    'config field "open" needs a default',
  );
  assertStringIncludes(refused({ seeds: { quick: 0, full: 1 } }), 'seeds of profile "quick"');
  assertStringIncludes(refused({ seeds: { quick: 1, full: [-1] } }), 'seeds of profile "full"');
});

Deno.test("`seedList()` counts from one", () => {
  assertEquals([seedList(3), seedList([42, 7])], [[1, 2, 3], [42, 7]]);
});

Deno.test("`within()` refuses crossed or non-finite ends", () => {
  assertThrows(() => within(2, 1), RangeError, "above the high end");
  assertThrows(() => within(NaN, 1), RangeError, "finite");
});
