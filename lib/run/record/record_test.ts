import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { InputError } from "../../numeric/errors.ts";
import { writeJson } from "../files.ts";
import { mergeRecords, readRecord, recordPath, recordRuns, requireRecord } from "./record.ts";
import { madeTrace, withRuns } from "./testing.ts";

Deno.test("`recordRuns()` keeps digests, judged values and loops in their order; files give it back", () =>
  withRuns(
    [1, 2].map((seed) => ({ seed, traces: { b: madeTrace(32, 1), a: madeTrace(3, 2) } })),
    async (runs) => {
      const record = await recordRuns(runs, ["r", "unreported"]);
      const [{ contract, runs: recorded }] = record.classes as [typeof record.classes[number]];
      assertEquals(contract, runs[0]!.result.contract);
      assertEquals(recorded.map(({ seed, metrics }) => [seed, metrics]), [[1, { r: 0.901 }], [2, {
        r: 0.902,
      }]]);
      assertEquals(recorded[0]!.digests, runs[0]!.result.digests);
      assertEquals(recorded[0]!.loops.map(({ name, steps }) => [name, steps]), [["b", 32], [
        "a",
        3,
      ]]);
      const reports = runs[0]!.directory;
      assertEquals(await readRecord(reports, "demo", "quick"), null);
      await writeJson(recordPath(reports, "demo", "quick"), record);
      assertEquals(await readRecord(reports, "demo", "quick"), record);
    },
  ));

Deno.test("`recordRuns()` leaves out what is of the machine, judged or not", () =>
  withRuns([{
    seed: 1,
    metrics: { r: 0.9, p99: 3 },
    units: { p99: { unit: "ms", better: "lower", machine: true } },
  }], async (runs) => {
    const { classes } = await recordRuns(runs, ["r", "p99"]);
    assertEquals(classes[0]!.runs[0]!.metrics, { r: 0.9 });
  }));

Deno.test("`recordRuns()` refuses a run whose files were altered", () =>
  withRuns([{ seed: 1 }], async (runs) => {
    const path = join(runs[0]!.directory, "history", "fit.safetensors");
    const bytes = await Deno.readFile(path);
    bytes[bytes.length - 1]! ^= 1;
    await Deno.writeFile(path, bytes);
    const error = await assertRejects(() => recordRuns(runs, []), InputError);
    assertStringIncludes(error.message, "history/fit.safetensors was altered");
    assertStringIncludes(error.message, "--rerun");
  }));

Deno.test("`mergeRecords()` replaces a class and keeps the others, unless the config changed", () =>
  withRuns([
    { seed: 1 },
    { seed: 1, numerics: "wasm-strict" },
    { seed: 2 },
    { seed: 2, config: { epochs: 5 } },
  ], async (runs) => {
    const [fma, strict, again, other] = await Promise.all(runs.map((run) => recordRuns([run], [])));
    const classes = ({ record }: ReturnType<typeof mergeRecords>) =>
      record.classes.map(({ contract, runs }) => [contract.numerics, runs[0]!.seed]);
    const both = mergeRecords(fma!, mergeRecords(strict!, null).record);
    assertEquals(classes(both), [["wasm-fma", 1], ["wasm-strict", 1]]);
    const replaced = mergeRecords(again!, both.record);
    assertEquals([classes(replaced), replaced.dropped], [
      [["wasm-fma", 2], ["wasm-strict", 1]],
      [],
    ]);
    const changed = mergeRecords(other!, both.record);
    assertEquals([classes(changed), changed.dropped], [[["wasm-fma", 2]], ["wasm-strict"]]);
  }));

Deno.test("`requireRecord()` names the command that makes a missing record", async () => {
  const error = await assertRejects(() => requireRecord("/no", "demo", "full"), InputError);
  assertStringIncludes(error.message, "there is no /no/records/demo.full.json");
  assertStringIncludes(error.message, "deno task record demo --profile full");
});

Deno.test("`readRecord()` says what is wrong with a damaged record", () =>
  withRuns([{ seed: 1 }], async (runs) => {
    const record = await recordRuns(runs, ["r"]);
    const reports = runs[0]!.directory;
    const path = recordPath(reports, "demo", "quick");
    const refuses = async (says: string) => {
      const error = await assertRejects(() => readRecord(reports, "demo", "quick"), InputError);
      assertStringIncludes(error.message, `Cannot read ${path}: ${says}`);
    };
    await writeJson(path, record);
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.slice(0, text.length / 2));
    await refuses("it is not JSON");
    await writeJson(path, { ...record, schema: "assay/record@2" });
    await refuses("schema: Invalid input");
    const short = structuredClone(record);
    short.classes[0]!.runs[0]!.loops[0]!.digests.pop();
    await writeJson(path, short);
    await refuses("classes.0.runs.0.loops.0: the number of digests");
  }));
