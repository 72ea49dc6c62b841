import { assertEquals, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { type Identity, lockedClosure, runId } from "./identity.ts";
import { moduleGraph, specifiersOf } from "./modules.ts";

const identity: Identity = {
  experiment: "demo",
  modules: { "experiments/demo.ts": "0".repeat(64) },
  dependencies: { "zod@4.6.7": "sha512-x" },
  config: { epochs: 1, hidden: [2, 3] },
  seed: 42,
  backend: "wasm",
  numerics: "wasm-strict",
};

Deno.test("`runId()` depends on every part and not on the order of keys", () => {
  // As computed by another language: SHA-256 of the sorted, compact JSON.
  assertEquals(runId(identity), "b105029e1fd0");
  const changed: Identity[] = [
    { ...identity, seed: 43 },
    { ...identity, config: { ...identity.config, epochs: 2 } },
    { ...identity, modules: { "experiments/demo.ts": "1".repeat(64) } },
    { ...identity, dependencies: {} },
    { ...identity, backend: "cpu" },
    { ...identity, numerics: "wasm-fma" },
  ];
  for (const other of changed) assertNotEquals(runId(other), runId(identity));
  const reordered = { ...identity, config: { hidden: [2, 3], epochs: 1 } };
  assertEquals(runId(reordered), runId(identity));
});

Deno.test("`specifiersOf()` finds static, re-exported, type and literal dynamic imports only", () => {
  const source = `
    import a, { b } from "./a.ts"; // import "./not.ts"
    import type { C } from './c.ts';
    export * from "./d.ts";
    export { e } from "npm:e@1";
    const f = await import("./f.ts");
    const g = await import(name);
    const text = 'import "./no.ts"';
    using h = <T>(x: T) => x;`;
  assertEquals(specifiersOf(source), ["./a.ts", "./c.ts", "./d.ts", "npm:e@1", "./f.ts"]);
});

Deno.test("`moduleGraph()` follows circles and the import map, and digests each module once", async () => {
  const root = await Deno.makeTempDir();
  await Deno.mkdir(join(root, "lib"));
  await Deno.writeTextFile(
    join(root, "a.ts"),
    'import "assay"; import "./lib/b.ts"; import "zod";',
  );
  await Deno.writeTextFile(join(root, "mod.ts"), 'export * from "./lib/b.ts";');
  await Deno.writeTextFile(join(root, "lib", "b.ts"), 'import "../a.ts";');
  const graph = moduleGraph(join(root, "a.ts"), root, { assay: "./mod.ts", zod: "npm:zod@4.6.7" });
  assertEquals(Object.keys(graph.digests), ["a.ts", "lib/b.ts", "mod.ts"]);
  assertEquals(graph.packages, ["npm:zod@4.6.7"]);
  assertEquals(graph.imports["a.ts"], ["lib/b.ts", "mod.ts"]);
  await Deno.remove(root, { recursive: true });
});

Deno.test("`lockedClosure()` follows dependencies, with one or several versions of a name", () => {
  const entry = (integrity: string, ...dependencies: string[]) => ({ integrity, dependencies });
  const lock = {
    specifiers: {
      "npm:@t/core@1.0.0": "1.0.0",
      "npm:std@2.0.0": "2.0.0",
      "npm:other@1.0.0": "1.0.0",
    },
    npm: {
      "@t/core@1.0.0": entry("c", "long", "twice@2.0.0"),
      "long@5.0.0": entry("l"),
      "twice@1.0.0": entry("t1"),
      "twice@2.0.0": entry("t2"),
      "std@2.0.0": entry("s"),
      "other@1.0.0": entry("o"),
    },
  };
  assertEquals(lockedClosure(["npm:@t/core@1.0.0", "npm:std@2.0.0/csv/mod.js"], lock), {
    "@t/core@1.0.0": "c",
    "twice@2.0.0": "t2",
    "long@5.0.0": "l",
    "std@2.0.0": "s",
  });
});
