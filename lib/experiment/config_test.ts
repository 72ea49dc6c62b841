import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { z } from "zod";
import { InputError } from "../numeric/errors.ts";
import { inputFile, inputFileKeys, resolveConfig } from "./config.ts";
import { experiment } from "./define.ts";

const demo = experiment({
  name: "demo",
  title: "Demo",
  config: z.object({
    epochs: z.number().int().min(1).max(500).default(100).describe("passes over the data"),
    hidden: z.array(z.number().int().min(1)).default([256, 64]).describe("units of each layer"),
    note: z.string().default("").describe("free text"),
    data: inputFile("a CSV file"),
    source: inputFile("where runs come from, or a file of them", ["real", "simulated"]),
    traces: z.array(z.enum(["v1", "v2"])).default(["v1", "v2"]),
    rate: z.number().positive().default(1e-3),
    deep: z.boolean().default(false),
  }),
  profiles: { quick: { epochs: 8, hidden: [32] }, full: {} },
  seeds: { quick: 3, full: 5 },
  targets: [],
  claims: [],
  run: () => Promise.resolve({ metrics: {} }),
});

const refused = (...overrides: string[]) =>
  assertThrows(() => resolveConfig(demo, "quick", overrides), InputError).message;

Deno.test("`resolveConfig()` lays the profile over the defaults and overrides over both", () => {
  assertEquals(resolveConfig(demo, "full"), {
    epochs: 100,
    hidden: [256, 64],
    note: "",
    data: "",
    source: "real",
    traces: ["v1", "v2"],
    rate: 1e-3,
    deep: false,
  });
  const quick = resolveConfig(demo, "quick", ["epochs=2", "rate=3e-4"]);
  assertEquals([quick.epochs, quick.hidden, quick.rate], [2, [32], 3e-4]);
});

Deno.test("`resolveConfig()` reads values as JSON, text or comma-separated lists", () => {
  const config = resolveConfig(demo, "full", [
    "hidden=8,4",
    "note=a=b",
    "traces=v2",
    "deep=true",
  ]);
  assertEquals([config.hidden, config.note, config.traces, config.deep], [
    [8, 4],
    "a=b",
    ["v2"],
    true,
  ]);
  assertEquals(resolveConfig(demo, "full", ["hidden=[3]", "note=12"]).note, "12");
});

Deno.test("`resolveConfig()` refuses an unknown profile", () => {
  const { message } = assertThrows(() => resolveConfig(demo, "fast"), InputError);
  assertStringIncludes(message, 'no profile "fast". Profiles are quick and full');
});

Deno.test("`resolveConfig()` refuses an unknown key and names the nearest", () => {
  assertStringIncludes(refused("epoch=3"), 'Did you mean "epochs"?');
  assertStringIncludes(refused("toString=3"), "it has no such key");
});

Deno.test("`resolveConfig()` refuses a malformed override", () => {
  for (const bad of ["epochs", "=3", ""]) assertStringIncludes(refused(bad), "KEY=VALUE");
});

Deno.test("`resolveConfig()` says what a value must be", () => {
  assertStringIncludes(
    refused("epochs=0"),
    "an integer at least 1 and at most 500; default 100; passes over",
  );
  assertStringIncludes(refused("epochs=abc"), "epochs=abc");
  assertStringIncludes(refused("traces=v3"), 'each one of "v1", "v2"');
  assertStringIncludes(refused("rate=-1"), "a number above 0");
  assertStringIncludes(refused("rate=NaN"), "a number above 0");
});

Deno.test("`resolveConfig()` resolves input files from where the command was given", () => {
  const config = resolveConfig(demo, "quick", [], "/home/me");
  assertEquals(inputFileKeys(demo.config, config), []);
  assertEquals(inputFileKeys(demo.config, { ...config, data: "a.csv" }), ["data"]);
  assertEquals(resolveConfig(demo, "quick", ["data=a.csv"], "/home/me").data, "/home/me/a.csv");
  assertEquals(resolveConfig(demo, "quick", ["data="], "/home/me").data, "");
  const source = (value: string) => resolveConfig(demo, "quick", [`source=${value}`], "/home/me");
  assertEquals(source("simulated").source, "simulated");
  assertEquals(inputFileKeys(demo.config, source("simulated")), []);
  assertEquals(source("./real").source, "/home/me/real");
  assertEquals(inputFileKeys(demo.config, source("./real")), ["source"]);
});
