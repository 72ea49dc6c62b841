import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { atLeast, atMost, claim, experiment, target } from "../experiment/define.ts";
import type { Result } from "./schema.ts";
import { summarise } from "./summarise.ts";

const demo = experiment({
  name: "demo",
  title: "Demo",
  source: "a page",
  config: z.object({ deep: z.boolean().default(false) }),
  profiles: { quick: {}, full: {} },
  seeds: { quick: 2, full: 2 },
  targets: [
    target("r", atLeast(0.9), { because: "always" }),
    target("r", atLeast(0.99), { because: "at full only", profile: "full" }),
    target("deep/r", atLeast(0.5), { because: "only when deep", when: ({ deep }) => deep }),
  ],
  claims: [claim("r", atMost(0.5), { says: "r is low", source: "p. 1", expect: "refuted" })],
  run: () => Promise.resolve({ metrics: {} }),
});

const hex = "0".repeat(64);
const result = (seed: number, r: number, more: Partial<Result> = {}): Result => ({
  schema: "assay/result@1",
  experiment: "demo",
  profile: "quick",
  seed,
  runId: `00000000000${seed}`,
  contract: { promise: "exact", backend: "wasm", numerics: "wasm-strict", device: "WASM" },
  config: { deep: false },
  metrics: { r },
  units: { r: { unit: "", better: "higher" } },
  baselines: {},
  ceilings: {},
  findings: [],
  digests: { data: hex, weights: hex, history: hex },
  seconds: { total: 1, train: 1 },
  ...more,
});

Deno.test("`summarise()` judges the rules that apply to the profile and the config", () => {
  const quick = summarise(demo, [result(1, 0.95), result(2, 0.951)]);
  assertEquals([quick.verdict, quick.targets.length, quick.reasons], ["pass", 1, []]);
  assertEquals(quick.runs.map(({ seed }) => seed), [1, 2]);
  assertEquals([quick.source, quick.about], ["a page", undefined]);
  const full = summarise(demo, [result(1, 0.95, { profile: "full" })]);
  assertEquals(full.targets.map(({ verdict }) => verdict), ["pass", "fail"]);
  const deep = summarise(demo, [result(1, 0.95, { config: { deep: true } })]);
  assertEquals(deep.targets.map(({ verdict, value }) => [verdict, value]), [["pass", 0.95], [
    "fail",
    null,
  ]]);
});

Deno.test("`summarise()` fails with the reasons when a target is missed or a verdict changed", () => {
  const { verdict, reasons } = summarise(demo, [result(1, 0.4)]);
  assertEquals(verdict, "fail");
  assertEquals(reasons, [
    "target r ≥ 0.9: fail (found 0.4)",
    'claim "r is low": reproduced, on record as refuted',
  ]);
});

Deno.test("`summarise()` needs a result", () => {
  assertThrows(() => summarise(demo, []), RangeError, "there is no result");
});
