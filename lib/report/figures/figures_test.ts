import {
  assert,
  assertEquals,
  assertLess,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import type { Figure } from "../../experiment/types.ts";
import { renderFigure } from "../render.ts";
import { wobble } from "../testdata/bandwidth.ts";
import { spread } from "./figure.ts";
import { cellCurves } from "./cell_curves.ts";
import { heatMap } from "./heat_map.ts";
import { type FitHistory, learningCurves } from "./learning_curves.ts";
import { metricAgainstReferences } from "./metric_against_references.ts";
import { metricByValue } from "./metric_by_value.ts";
import { parallelCoordinates } from "./parallel_coordinates.ts";
import { picturesFigure } from "./pictures.ts";
import { predictedAgainstActual } from "./predicted_against_actual.ts";
import { residuals } from "./residuals.ts";
import { seedsStrip } from "./seeds_strip.ts";

type Tree = Record<string, unknown>;

/** All rows of inline data in a specification, in order. */
function rows(figure: Figure): Tree[] {
  const found: Tree[] = [];
  const walk = (value: unknown, name: string) => {
    if (Array.isArray(value) && name === "values") {
      found.push(...value.filter((row) => typeof row === "object"));
    } else if (typeof value === "object" && value !== null) {
      Object.entries(value).forEach(([name, inner]) => walk(inner, name));
    }
  };
  walk(figure.spec, "");
  return found;
}

function history(seed: number, losses: readonly number[], fit = "v2"): FitHistory {
  return {
    fit,
    seed,
    epochs: losses.map((loss, i) => ({ epoch: i + 1, trainLoss: loss, validationLoss: 2 * loss })),
  };
}

function prediction(length: number, target = "rtt_ms") {
  const next = wobble(length);
  const actual = Float64Array.from({ length }, (_, i) => i + next());
  return { target, unit: "ms", actual, predicted: actual.map((value) => value + next()) };
}

Deno.test("`spread()` keeps both ends, ascends and repeats nothing", () => {
  for (const [count, most] of [[1, 5], [5, 5], [1001, 1000], [2247, 250], [7, 2]] as const) {
    const indices = spread(count, most);
    assertEquals(indices.length, Math.min(count, most));
    assertEquals([indices[0], indices.at(-1)], [0, count - 1]);
    assertEquals(new Set(indices).size, indices.length);
  }
});

Deno.test("`learningCurves()` averages over the seeds that reached an epoch", () => {
  const figure = learningCurves([history(1, [4, 2]), history(2, [2])]);
  assertEquals(rows(figure).filter(({ part }) => part === "training"), [
    { fit: "v2", part: "training", epoch: 1, mean: 3, low: 2, high: 4, seeds: 2 },
    { fit: "v2", part: "training", epoch: 2, mean: 2, low: 2, high: 2, seeds: 1 },
  ]);
  assertStringIncludes(JSON.stringify(figure.spec), '"type":"area"');
});

Deno.test("`learningCurves()` takes a logarithmic axis where losses span more than ten and are positive", () => {
  const scale = (losses: number[]) => JSON.stringify(learningCurves([history(1, losses)]).spec);
  assertStringIncludes(scale([100, 1]), '"type":"log"');
  assert(!scale([3, 1]).includes('"type":"log"'));
  assert(!scale([100, 0]).includes('"type":"log"'));
  assert(!scale([100, -1]).includes('"type":"log"'));
});

Deno.test("`learningCurves()` has a panel a fit, draws no band of one seed and thins long histories", async () => {
  const long = Array.from({ length: 5000 }, (_, i) => 1 / (i + 1));
  const figure = learningCurves([history(1, long), history(1, [1, 0.5], "v1")]);
  assertEquals(rows(figure).length, 2 * 200 + 2 * 2);
  assert(!JSON.stringify(figure.spec).includes('"type":"area"'));
  const svg = await renderFigure(figure);
  assertStringIncludes(svg, ">v1<");
  assertStringIncludes(svg, ">validation<");
});

Deno.test("`learningCurves()` leaves diverged epochs out and refuses to draw nothing", async () => {
  const figure = learningCurves([history(1, [1, NaN, Infinity, 0.5])]);
  assertEquals(rows(figure).map(({ epoch }) => epoch), [1, 4, 1, 4]);
  await renderFigure(figure);
  assertThrows(() => learningCurves([history(1, [NaN])]), RangeError, "no finite loss");
  assertThrows(() => learningCurves([]), RangeError, "0 histories");
});

Deno.test("`predictedAgainstActual()` draws at most a thousand points and says r and R² over all", async () => {
  const figure = predictedAgainstActual([
    prediction(2247),
    prediction(5, "few"),
    prediction(2247, "c"),
  ]);
  assertEquals(rows(figure).length, 333 + 2 + 5 + 2 + 333 + 2);
  assertStringIncludes(figure.caption, "671 of 4499 points");
  assertLess(JSON.stringify(figure).length, 200_000);
  const exact = {
    target: "e",
    unit: "",
    actual: Float32Array.of(1, 2, 4),
    predicted: Float32Array.of(2, 4, 8),
  };
  // r = 1; Σ(a − p)² = 21, Σ(a − 7/3)² = 14/3, R² = 1 − 21·3/14 = −3.5
  assertStringIncludes(
    await renderFigure(predictedAgainstActual([exact])),
    "r = 1.000 · R² = −3.500",
  );
});

Deno.test("`predictedAgainstActual()` draws constant targets and refuses values that are not finite", async () => {
  const flat = {
    target: "flat",
    unit: "ms",
    actual: Float64Array.of(2, 2),
    predicted: Float64Array.of(2, 2),
  };
  await renderFigure(predictedAgainstActual([flat]));
  await renderFigure(residuals([flat]));
  const broken = { ...flat, predicted: Float64Array.of(2, NaN) };
  assertThrows(() => predictedAgainstActual([broken]), RangeError);
  assertThrows(() => residuals([broken]), RangeError);
});

Deno.test("`residuals()` counts every row once, the largest included", () => {
  const counted = rows(residuals([prediction(2247)])).filter((row) => "rows" in row);
  assertEquals(counted.length, 41);
  assertEquals(counted.reduce((sum, row) => sum + (row.rows as number), 0), 2247);
});

Deno.test("`residuals()` puts an error into the bin that holds it", () => {
  const actual = Float64Array.of(0, 0, 0);
  const figure = residuals([{
    target: "t",
    unit: "",
    actual,
    predicted: Float64Array.of(-41, 0, 41),
  }]);
  const filled = rows(figure).filter((row) => (row.rows as number) > 0);
  assertEquals(filled, [{ from: -41, to: -39, rows: 1 }, { from: -1, to: 1, rows: 1 }, {
    from: 39,
    to: 41,
    rows: 1,
  }]);
});

Deno.test("`residuals()` draws over rows and over predictions", async () => {
  for (const over of ["row", "predicted"] as const) {
    const figure = residuals([prediction(3000)], { over });
    assertEquals(figure.name, `residuals-over-${over}`);
    assertEquals(rows(figure).length, 1000 + 1);
    await renderFigure(figure);
  }
});

Deno.test("`metricAgainstReferences()` parts metrics by unit and by size", async () => {
  const metric = (metric: string, unit: string, value: number | null) => ({
    metric,
    unit,
    value,
    interval: { low: null, high: null },
    bound: {},
    ceiling: null,
    baselines: [],
  });
  const figure = metricAgainstReferences([
    metric("r", "", 0.9),
    metric("mape", "%", 5),
    metric("parameters", "", 540516),
    metric("r2", "", 0.8),
    metric("nothing", "", null),
  ]);
  const panels = figure.spec.vconcat as Tree[];
  const shown = panels.map((
    panel,
  ) => [...new Set(rows({ ...figure, spec: panel }).map((row) => row.metric))]);
  assertEquals(shown, [["r", "r2"], ["mape"], ["parameters"]]);
  await renderFigure(figure);
  assertThrows(() => metricAgainstReferences([metric("nothing", "", null)]), RangeError);
});

Deno.test("`metricAgainstReferences()` shows value, interval, both ends of a bound, ceiling and baselines", async () => {
  const figure = metricAgainstReferences([{
    metric: "loss",
    unit: "",
    value: 0.31,
    interval: { low: 0.3, high: 0.32 },
    bound: { atLeast: 0.305, atMost: 0.325 },
    ceiling: 0.29,
    baselines: [{ name: "persistence", value: 0.6 }, { name: "ridge", value: 0.4 }],
  }]);
  const found = rows(figure);
  assertEquals(found.filter((row) => "low" in row), [{ metric: "loss", low: 0.3, high: 0.32 }]);
  assertEquals(
    found.filter((row) => "role" in row).map(({ role, value }) => [role, value]),
    [["baseline", 0.6], ["baseline", 0.4], ["ceiling", 0.29], ["bound", 0.305], ["bound", 0.325], [
      "measured",
      0.31,
    ]],
  );
  await renderFigure(figure);
});

Deno.test("`seedsStrip()` has a dot a seed, their mean and the bound", async () => {
  const figure = seedsStrip([
    {
      metric: "r",
      unit: "",
      bound: { atLeast: 0.98 },
      seeds: [{ seed: 1, value: 0.99 }, { seed: 2, value: 0.97 }],
    },
    { metric: "none", unit: "", bound: { atMost: 1 }, seeds: [] },
  ]);
  assertEquals(rows(figure), [{ value: 0.98 }, { value: 0.98 }, { seed: 1, value: 0.99 }, {
    seed: 2,
    value: 0.97,
  }]);
  await renderFigure(figure);
  assertThrows(() => seedsStrip([]), RangeError);
});

Deno.test("`learningCurves()` leaves out fits of a single epoch where others have more", () => {
  const epochs = [1, 2].map((epoch) => ({
    epoch,
    trainLoss: 1 / epoch,
    validationLoss: 1 / epoch,
  }));
  const long = { fit: "long", seed: 1, epochs };
  const short = { fit: "short", seed: 1, epochs: epochs.slice(0, 1) };
  const fits = (histories: FitHistory[]) => {
    const { data } = learningCurves(histories).spec as { data: { values: { fit: string }[] } };
    return [...new Set(data.values.map(({ fit }) => fit))];
  };
  assertEquals(fits([long, short]), ["long"]);
  assertEquals(fits([short]), ["short"]);
});

Deno.test("`heatMap()` shades the better stronger whichever way it improves, and frames the best", async () => {
  const none = { low: null, high: null };
  const values = [0.1, 0.2, null, 0.4];
  const draw = (better: "higher" | "lower", all: readonly (number | null)[] = values) =>
    heatMap({
      metric: "a/b",
      unit: "ms",
      better,
      rows: { key: "r", values: ["1", "2"] },
      columns: { key: "c", values: ["x", "y"] },
      cells: all.map((value, i) => ({
        row: i < 2 ? "1" : "2",
        column: i % 2 === 0 ? "x" : "y",
        value,
        interval: none,
      })),
    });
  const shaded = (figure: Figure) => rows(figure).slice(0, 3).map(({ shade }) => shade);
  assertEquals(shaded(draw("higher")), [0, 2, 5]);
  assertEquals(shaded(draw("lower")), [5, 4, 0]);
  assertEquals(rows(draw("lower"))[3]!.value, 0.1);
  assertEquals(rows(draw("lower"))[4], { row: "2", column: "x", number: "failed" });
  assertEquals(shaded(draw("lower", [1, 1, 1])), [5, 5, 5]);
  assertStringIncludes(await renderFigure(draw("lower")), ">failed<");
  assertThrows(() => draw("lower", [null]), RangeError, "none of 1 cells");
});

Deno.test("`parallelCoordinates()` puts the better higher, numbers where they lie, words side by side", async () => {
  const figure = parallelCoordinates({
    metric: "loss",
    unit: "",
    better: "lower",
    axes: [
      { key: "rate", values: [0.01, 0.1, 1], scale: "log" },
      { key: "mode", values: ["a", "b", "c"], scale: "linear" },
      { key: "same", values: [4], scale: "linear" },
    ],
    cells: [
      { name: "first", values: [0.1, "c", 4], metric: 1 },
      { name: "second", values: [1, "a", 4], metric: 3 },
    ],
  });
  const at = (name: string) => rows(figure).filter(({ cell }) => cell === name).map(({ at }) => at);
  assertEquals([at("first"), at("second")], [[0.5, 1, 0.5, 1], [1, 0, 0.5, 0]]);
  const svg = await renderFigure(figure);
  assertStringIncludes(svg, ">the best<");
  assert(!svg.includes("the better quarter"));
  assertThrows(
    () => parallelCoordinates({ metric: "r", unit: "", better: "higher", axes: [], cells: [] }),
    RangeError,
  );
});

Deno.test("`cellCurves()` averages validation losses over the seeds, a line a cell", async () => {
  const figure = cellCurves([
    { name: "a", histories: [history(1, [4, 2]), history(2, [2])] },
    { name: "b", histories: [history(1, [1, 0.5]), history(1, [1, 3], "v1")] },
  ])!;
  assertEquals(rows(figure).filter(({ cell }) => cell === "a"), [
    { cell: "a", fit: "v2", epoch: 1, loss: 6, seeds: 2 },
    { cell: "a", fit: "v2", epoch: 2, loss: 4, seeds: 1 },
  ]);
  assertStringIncludes(await renderFigure(figure), ">v1<");
  assertEquals(cellCurves([{ name: "a", histories: [history(1, [4])] }]), null);
});

Deno.test("`metricByValue()` spreads wide numbers by their logarithm and words side by side", async () => {
  const draw = (values: (number | string)[], low: number | null = null) =>
    metricByValue({
      metric: "a/b",
      unit: "ms",
      key: "k",
      points: values.map((value, i) => ({
        value,
        mean: i,
        interval: { low, high: low === null ? null : i + 1 },
      })),
    });
  const has = (figure: Figure, part: string) => JSON.stringify(figure.spec).includes(part);
  assert(has(draw([0.001, 0.1]), '"type":"log"'));
  assert(has(draw([0, 0.1]), '"type":"linear"'));
  assert(has(draw(["a", 1]), '"type":"nominal"'));
  assert(!has(draw(["a", 1]), '"type":"line"'));
  assert(has(draw([1, 2], -1), '"type":"rule"'));
  for (const values of [[1], [1e-4, 1], ["a", "b"]]) await renderFigure(draw(values, -1));
  assertThrows(() => draw([]), RangeError, "no cell has it");
});

Deno.test("`picturesFigure()` draws each picture once, under its label, in the given order", async () => {
  const frame = (level: number) => new Uint8Array(6).fill(level);
  const pictures = [
    { label: "later", frames: [frame(1)] },
    { label: "before", frames: [frame(2), frame(3)] },
  ];
  const svg = await renderFigure(await picturesFigure({ width: 3, height: 2, pictures, scale: 5 }));
  const found = [...svg.matchAll(/href="(data:[^"]*)" [^>]*width="(\d+)" height="(\d+)"/g)];
  assertEquals(found.map(([_, __, width, height]) => [width, height]), [["15", "10"], [
    "15",
    "10",
  ]]);
  assert(found[0]![1]!.length < found[1]![1]!.length);
  assertLess(svg.indexOf(">later<"), svg.indexOf(">before<"));
  assertEquals(svg.match(/aria-label="data:/), null);
  const twice = { width: 3, height: 2, pictures: [pictures[0]!, pictures[0]!] };
  await assertRejects(() => picturesFigure(twice), RangeError, "2 pictures under 1 labels");
});
