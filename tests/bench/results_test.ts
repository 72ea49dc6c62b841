import { assertEquals } from "@std/assert";
import {
  bestSetting,
  markdownTable,
  type Result,
  summarise,
  tableRows,
  withSection,
} from "./results.ts";
import type { Entry, SystemName } from "./systems.ts";

const one: Entry = { system: "assay", backend: "wasm", threads: 1 };

function result(system: SystemName, threads: number | null, ms: number): Result {
  return {
    case: "lstm",
    system,
    backend: "wasm",
    threads,
    median_ms: ms,
    p10_ms: ms / 2,
    p90_ms: ms * 2,
  };
}

Deno.test("`bestSetting()` is the one with the lowest median", () => {
  const times = new Map([["1 thread", [3, 3, 3]], ["2 threads", [1, 2, 90]], ["4 threads", [
    1,
    9,
    9,
  ]]]);
  assertEquals(bestSetting(times), "2 threads");
});

Deno.test("`summarise()` is a JSON line of issue 3's shape", () => {
  assertEquals(
    JSON.stringify(summarise("lstm", one, [1, 2, 3.000000004])),
    '{"case":"lstm","system":"assay","backend":"wasm","threads":1,"median_ms":2,"p10_ms":1.2,"p90_ms":2.8}',
  );
});

Deno.test("`tableRows()` compares with a system's only figure in every row", () => {
  const rows = tableRows([
    result("assay", 1, 2),
    result("assay", 4, 1),
    result("tfjs", 1, 40),
    result("torch", 1, 1),
    result("torch", 4, 0.5),
  ], ["assay", "tfjs", "torch"]);
  assertEquals(rows, [
    ["case", "threads", "assay ms", "tfjs ms", "torch ms", "tfjs / assay", "assay / torch"],
    ["lstm", "1", "2.00 (1.00–4.00)", "40.0 (20.0–80.0)", "1.00 (0.50–2.00)", "20.00", "2.00"],
    ["lstm", "4", "1.00 (0.50–2.00)", "–", "0.50 (0.25–1.00)", "40.00", "2.00"],
  ]);
});

Deno.test("`tableRows()` says on all cores whether an aim is met", () => {
  const results = [1, 2].flatMap((threads) => [
    { ...result("assay", threads, 4 / threads), case: "lstm-h64" },
    { ...result("torch", threads, 1), case: "lstm-h64" },
  ]);
  const rows = tableRows([...results, { ...result("tfjs", 1, 90), case: "lstm-h64" }], [
    "assay",
    "tfjs",
    "torch",
  ]);
  assertEquals(rows.slice(1).map((row) => row.slice(-2)), [
    ["22.50", "4.00"],
    ["45.00 (≥ 20: met)", "2.00 (≤ 1.3: missed)"],
  ]);
});

Deno.test("`tableRows()` has a dash for what is missing and no ratio to who was not asked", () => {
  const rows = tableRows([result("assay", null, 123.4)], ["assay", "torch"]);
  assertEquals(rows, [
    ["case", "threads", "assay ms", "torch ms", "assay / torch"],
    ["lstm", "", "123 (61.7–247)", "–", "–"],
  ]);
  assertEquals(tableRows([], ["torch"]), [["case", "threads", "torch ms"]]);
});

Deno.test("`markdownTable()` sets numbers to the right", () => {
  assertEquals(
    markdownTable([["case", "ms"], ["a", "1"]]),
    "| case | ms |\n| --- | ---: |\n| a | 1 |",
  );
});

Deno.test("`withSection()` renews its own section and leaves the others", () => {
  const text = "# Results\n\nIntro.\n\n## wasm: A\n\nold\n\n## webgpu: B\n\nkept\n";
  const renewed = "# Results\n\nIntro.\n\n## wasm: A\n\nnew\n\n## webgpu: B\n\nkept\n";
  assertEquals(withSection(text, "wasm: A", "new\n"), renewed);
  assertEquals(withSection("# Results\n", "wasm: A", "new"), "# Results\n\n## wasm: A\n\nnew\n");
});
