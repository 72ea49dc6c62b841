import { assertEquals } from "@std/assert";
import { z } from "zod";
import { experiment, target } from "../experiment/define.ts";
import type { Result } from "../run/schema.ts";
import { sweepSchema } from "../run/sweep_schema.ts";
import { gridOf } from "./grid.ts";
import type { CellOutcome } from "./sweep.ts";
import { summariseSweep } from "./sweep_summary.ts";

const demo = experiment({
  name: "demo",
  title: "Demo",
  config: z.object({ rate: z.number().default(1) }),
  profiles: { quick: {}, full: {} },
  seeds: { quick: 2, full: 2 },
  targets: [target("loss", { atMost: 1 }, { because: "it can" })],
  claims: [],
  run: () => Promise.resolve({ metrics: {} }),
});

const digest = "0".repeat(64);
const device = { promise: "exact", backend: "wasm", numerics: "wasm-fma" } as const;

function result(seed: number, runId: string, loss: number): Result {
  const units = {
    loss: { unit: "", better: "lower" as const },
    gain: { unit: "", better: "higher" as const },
    seconds: { unit: "s", better: "lower" as const, machine: true as const },
  };
  return {
    schema: "assay/result@1",
    experiment: "demo",
    profile: "quick",
    seed,
    runId,
    contract: { ...device, device: "" },
    config: {},
    metrics: { loss, gain: 3, seconds: seed },
    units,
    baselines: {},
    ceilings: {},
    findings: [],
    digests: { data: digest, weights: digest, history: digest },
    seconds: { total: 0, train: 0 },
  };
}

/** A sweep whose cells reached `losses`, a row a cell and a number a seed; `null` is a failed run. */
async function sweep(losses: readonly (readonly (number | null)[])[], metrics: string[] = []) {
  const rates = losses.map((_, i) => i + 1).join(",");
  const request = { profile: "quick", grid: [`rate=${rates}`], set: [], folder: "/" };
  const grid = await gridOf(demo, request);
  const outcomes = losses.map((row, i): CellOutcome => ({
    cell: grid.cells[i]!,
    runs: row.map((loss, seed) => {
      const runId = `${i}${seed}`.padEnd(12, "0");
      return loss === null
        ? { seed, runId, result: null, failure: "no luck" }
        : { seed, runId, result: result(seed, runId, loss), failure: null };
    }),
  }));
  const asked = { experiment: demo, profile: "quick", grid, seeds: [0, 1], metrics, device };
  const found = summariseSweep({ ...asked, command: "" }, outcomes);
  assertEquals(sweepSchema.parse(JSON.parse(JSON.stringify(found))), found);
  return found;
}

Deno.test("`summariseSweep()` has means over the seeds, verdicts and the best cells", async () => {
  const { cells, best, shown, units } = await sweep([[2, 4], [0.5, 0.5], [0.5, 0.5]]);
  assertEquals(cells.map(({ metrics }) => metrics.loss!.mean), [3, 0.5, 0.5]);
  assertEquals(cells.map(({ verdict }) => verdict), ["fail", "pass", "pass"]);
  assertEquals(shown, ["loss"]);
  assertEquals(best.map(({ metric, cell, among }) => [metric, cell, among]), [["loss", 1, 3]]);
  assertEquals(best[0]!.contenders, [0, 1, 2]);
  assertEquals(Object.keys(units), ["loss", "gain"].sort());
});

Deno.test("`summariseSweep()` gives no mean of a cell with a failed run, and never calls it best", async () => {
  const { cells, best } = await sweep([[0.1, null], [0.5, 0.5]], ["gain", "loss"]);
  assertEquals([cells[0]!.verdict, cells[0]!.metrics], [null, {}]);
  assertEquals(cells[0]!.runs.map(({ failure }) => failure), [null, "no luck"]);
  assertEquals(best.map(({ metric, cell }) => [metric, cell]), [["gain", 1], ["loss", 1]]);
});

Deno.test("`summariseSweep()` of failed runs alone shows no metric", async () => {
  const { shown, best, cells } = await sweep([[null, null]]);
  assertEquals([shown, best, cells[0]!.targets], [[], [], []]);
});
