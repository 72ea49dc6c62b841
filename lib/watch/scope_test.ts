import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../numeric/errors.ts";
import { findScope } from "./scope.ts";
import { ScriptedRun, withReports } from "./testing.ts";

const known = () => Promise.resolve(["bandwidth-predictor", "som-oracle"]);
const find = (reports: string, name: string) => findScope(reports, name, known, reports);

Deno.test("`findScope()` finds an experiment that has run, or has not yet", () =>
  withReports(async (reports) => {
    new ScriptedRun(reports).begin();
    assertEquals(await find(reports, "demo"), { title: "demo", experiment: "demo", runIds: null });
    assertEquals((await find(reports, "som-oracle")).experiment, "som-oracle");
  }));

Deno.test("`findScope()` finds a run by its id, the first digits or its folder, complete or not", () =>
  withReports(async (reports) => {
    const running = new ScriptedRun(reports).begin();
    const complete = new ScriptedRun(reports, { seed: 2 }).finish();
    for (const { id, partial } of [running, complete]) {
      for (const name of [id, id.slice(0, 5), partial]) {
        const { experiment, runIds } = await find(reports, name);
        assertEquals([experiment, [...runIds!]], ["demo", [id]]);
      }
    }
  }));

Deno.test("`findScope()` finds a sweep and its runs", () =>
  withReports(async (reports) => {
    const sweep = {
      schema: "assay/sweep@1",
      sweepId: "0123456789ab",
      experiment: "demo",
      title: "Demo",
      profile: "quick",
      command: "deno task sweep demo",
      contract: { promise: "exact", backend: "wasm", numerics: "wasm-strict" },
      set: {},
      axes: [{ key: "rate", values: [1] }],
      seeds: [1],
      units: {},
      shown: [],
      best: [],
      cells: [{
        values: { rate: 1 },
        verdict: null,
        targets: [],
        metrics: {},
        runs: [{ seed: 1, runId: "aaaaaaaaaaaa", digests: null, failure: "it failed" }],
      }],
    };
    const folder = `${reports}/demo/sweeps/0123456789ab`;
    Deno.mkdirSync(folder, { recursive: true });
    await assertRejects(() => find(reports, "0123"), InputError, "sweep.json is missing");
    Deno.writeTextFileSync(`${folder}/sweep.json`, JSON.stringify(sweep));
    for (const name of ["0123", folder]) {
      const { title, runIds } = await find(reports, name);
      assertEquals([title, [...runIds!]], ["Sweep over rate", ["aaaaaaaaaaaa"]]);
    }
  }));

Deno.test("`findScope()` refuses what is not there, and what could be several", () =>
  withReports(async (reports) => {
    await assertRejects(
      () => find(reports, "bandwith-predictor"),
      InputError,
      'Did you mean "bandwidth-predictor"?',
    );
    await assertRejects(() => find(reports, "ffffffffffff"), InputError, "no run or sweep");
    for (const name of ["abcd00000000", "abcd00000001"]) {
      Deno.mkdirSync(`${reports}/demo/quick/${name}`, { recursive: true });
    }
    await assertRejects(() => find(reports, "abcd"), InputError, "Give more digits");
  }));
