import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Sweep, type SweepCell, sweepRuns } from "../run/sweep_schema.ts";
import { references } from "./site/links.ts";
import { renderSweep } from "./sweep_page.ts";
import { shades, tones } from "./theme.ts";

const runId = (cell: number, seed: number) => `${cell}${seed}`.padEnd(12, "a");

/** A sweep over `axes` whose `failed` cells have no value. */
function sweep(axes: Sweep["axes"], failed: readonly number[] = [], name = "swept"): Sweep {
  const product = axes.reduce<Record<string, unknown>[]>(
    (cells, { key, values }) => cells.flatMap((cell) => values.map((v) => ({ ...cell, [key]: v }))),
    [{}],
  );
  const cells = product.map((values, i): SweepCell => {
    const bad = failed.includes(i);
    const value = 0.9 + i / 100;
    const interval = { low: value - 0.01, high: value + 0.01 };
    return {
      values,
      verdict: bad ? null : "pass",
      metrics: bad ? {} : { "test/r": { mean: value, interval } },
      targets: bad ? [] : [{
        metric: "test/r",
        unit: "",
        bound: { atLeast: 0.5 },
        because: name,
        value,
        interval,
        seeds: 2,
        ceiling: null,
        bestBaseline: null,
        verdict: "pass",
        seedsToDecide: null,
      }],
      runs: [1, 2].map((seed) => ({
        seed,
        runId: runId(i, seed),
        digests: null,
        failure: bad ? `${name} failed` : null,
      })),
    };
  });
  const last = cells.findLastIndex(({ verdict }) => verdict !== null);
  return {
    schema: "assay/sweep@1",
    sweepId: "0123456789ab",
    experiment: "swept",
    title: name,
    profile: "quick",
    command: `deno task sweep ${name}`,
    contract: { promise: "exact", backend: "wasm", numerics: "wasm-fma" },
    set: { epochs: 2 },
    axes,
    seeds: [1, 2],
    units: { "test/r": { unit: "", better: "higher" } },
    shown: ["test/r"],
    best: last < 0 ? [] : [{ metric: "test/r", cell: last }],
    cells,
  };
}

const rate = { key: "rate", values: [0.001, 0.01] };
const sizes = { key: "sizes", values: [[64, 32], [128]] };
const seeds = { key: "mode", values: ["a", "b"] };
const pagesOf = ({ cells }: Sweep) =>
  new Set(cells.flatMap(({ runs }) => runs.map(({ runId }) => runId)));
const render = (one: Sweep) => renderSweep(one, pagesOf(one));

Deno.test("`renderSweep()` gives the same bytes each time and points to its runs alone", async () => {
  const one = sweep([rate, sizes]);
  const page = await render(one);
  assertEquals(page, await render(one));
  for (const address of references(page)) {
    assertMatch(
      address,
      /^(?:#|data:,$|sweep\.json$|\.\.\/\.\.\/\.\.\/index\.html$|\.\.\/\.\.\/quick\/\w{12}\/)/,
    );
  }
  assertStringIncludes(page, `href="../../quick/${runId(3, 2)}/report.html"`);
  for (const id of ["figures", "cells", "best", "targets", "reproduce"]) {
    assertStringIncludes(page, `<section id="${id}"`);
    assertStringIncludes(page, `href="#${id}"`);
  }
});

Deno.test("`renderSweep()` draws a heat map of two keys, a plot of one, lines across three", async () => {
  const figures = async (...axes: Sweep["axes"]) =>
    (await render(sweep(axes))).match(/test\/r by [\w, ]+/g)?.[0];
  assertEquals(await figures(rate, sizes), "test/r by rate and sizes");
  assertEquals(await figures(rate), "test/r by rate");
  assertEquals(await figures(seeds), "test/r by mode");
  assertEquals(await figures(rate, sizes, seeds), "test/r by rate, sizes, mode");
});

Deno.test("`renderSweep()` shows rounds with every run, and how cells learnt", async () => {
  const one = sweep([rate, seeds], [3]);
  const score = { mean: 0.9, interval: { low: 0.8, high: 1 } };
  const early = (cell: number) =>
    [1, 2].map((seed) => ({ ...one.cells[cell]!.runs[0]!, seed, runId: runId(cell + 4, seed) }));
  const halving = {
    key: "epochs",
    metric: "test/r",
    budgets: [2, 4],
    rounds: [
      {
        budget: 2,
        cells: [0, 1, 2].map((cell) => ({ cell, score, runs: early(cell) }))
          .concat([{ cell: 3, score: null as never, runs: one.cells[3]!.runs }]),
        kept: [2, 0],
      },
      {
        budget: 4,
        cells: [0, 2].map((cell) => ({ cell, score, runs: one.cells[cell]!.runs })),
        kept: [2],
      },
    ],
  };
  const epochs = [1, 2].map((epoch) => ({ epoch, trainLoss: 1, validationLoss: 2 / epoch }));
  const learnt = [{ cell: 2, histories: [{ fit: "v1", seed: 1, epochs }] }];
  const halved = { ...one, drawn: 7, halving };
  const page = await renderSweep(
    halved,
    new Set(sweepRuns(halved).map(({ runId }) => runId)),
    { learnt },
  );
  for (
    const part of [
      "Round 1: epochs 2, 4 cells",
      "Round 2: epochs 4, 2 cells",
      "yes, rank 1",
      ">best<",
    ]
  ) {
    assertStringIncludes(page, part);
  }
  assertStringIncludes(page, "Learning curves by cell");
  assertStringIncludes(page, `${runId(5, 2)}/report.html`);
});

Deno.test("`renderSweep()` says which cells failed and why, and links no run without a page", async () => {
  const one = sweep([rate, sizes], [1]);
  const page = await renderSweep(one, new Set([runId(0, 1)]));
  assertStringIncludes(page, '<section id="failures"');
  assertStringIncludes(page, "swept failed");
  assertStringIncludes(page, ">3 of 4<");
  assertEquals(page.match(/href="\.\.\/\.\.\/quick/g)?.length, 1);
  assertStringIncludes(await render(sweep([rate], [0, 1])), ">0 of 2<");
});

Deno.test("`renderSweep()` escapes what others wrote", async () => {
  const attack = `</script></title><img src=x onerror="alert(1)">`;
  const odd = { key: "mode", values: [attack, "b"] };
  for (const axes of [[odd], [rate, odd]]) {
    const whole = await render(sweep(axes, [0], attack));
    const page = whole.slice(0, whole.indexOf("<script>"));
    assert(!page.includes("<img"));
    assertEquals(page.match(/<\/title>/g)?.length, 1);
  }
});

Deno.test("`shades` keep a contrast of 4.5 to the text on them, light and dark", () => {
  const luminance = (hex: string) =>
    [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
      const channel = parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16) / 255;
      return sum +
        weight * (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
    }, 0);
  for (const side of ["light", "dark"] as const) {
    const ink = luminance(tones.ink[side]);
    for (const shade of shades) {
      const [low, high] = [ink, luminance(shade[side])].sort((a, b) => a - b) as [number, number];
      assert((high + 0.05) / (low + 0.05) >= 4.5, `${side} ${shade[side]}`);
    }
  }
});
