import { normal, rootKey, uniform } from "assay";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Grid } from "./grid.ts";
import { mqeRatio } from "./history.ts";
import { Workbench } from "./kernel.ts";
import { mapErrors, mapQuality } from "./quality.ts";
import { scaledData } from "./scaled_data.ts";
import { topologicalCorrelation } from "./topological_correlation.ts";
import { uMatrix } from "./u_matrix.ts";

/** The quality of a map for samples that are scaled already. */
function qualityOf(grid: Grid, weights: number[], samples: number[], dimensions: number) {
  const data = scaledData(samples, dimensions);
  assertEquals([...data.values], samples);
  const bench = new Workbench(grid, data), w = Float32Array.from(weights);
  bench.bring(w);
  return mapQuality(w, bench.bestUnits(), grid);
}

const corners = [0, 0, 1, 0, 0, 1, 1, 1];

Deno.test("a 2 x 2 map with its weights at the corners of the unit square", () => {
  const square = new Grid("square", 2, 2);
  assertEquals(qualityOf(square, corners, corners, 2), {
    mqe: 0,
    topographicError: 0,
    deadNeuronRatio: 0,
    uMatrix: { mean: 1, sd: 0, max: 1 },
    distanceMapMax: 0,
    topologicalCorrelation: 1,
  });
  // Halfway between two corners, and one whose nearest corner is at (1, 1).
  const inner = [0, 0.5, 1, 0, 0.5, 1];
  const { mqe, deadNeuronRatio, distanceMapMax } = qualityOf(square, corners, inner, 2);
  assertAlmostEquals(mqe, (0.5 + 0 + 0.5) / 3, 1e-7);
  assertEquals(deadNeuronRatio, 0.25);
  assertAlmostEquals(distanceMapMax, 0.5, 1e-7);
});

Deno.test("topographic error is 0 where second-best units are neighbours, 1 where none is", () => {
  const chain = new Grid("square", 1, 4);
  assertEquals(qualityOf(chain, [0, 0.4, 0.7, 1], [0, 1], 1).topographicError, 0);
  // Folded: the units nearest to 0 and to 1 stand two apart.
  assertEquals(qualityOf(chain, [0, 0.9, 0.1, 1], [0, 1], 1).topographicError, 1);
});

Deno.test("on a hexagonal sheet six units are neighbours, not eight", () => {
  // Best are units 4, in the middle of the odd row, and 0, which the shift moves away from it.
  const weights = [0.1, 1, 1, 1, 0, 1, 1, 1, 1];
  const error = (topology: "square" | "hex") =>
    qualityOf(new Grid(topology, 3, 3), weights, [0, 1], 1).topographicError;
  // The sample 1 has many units as near as each other; the lowest, 1 and 2, are neighbours on both.
  assertEquals([error("square"), error("hex")], [0, 0.5]);
});

Deno.test("with one sample all units but one are dead", () => {
  const grid = new Grid("hex", 4, 5);
  const weights = [...uniform(rootKey(1), 60)];
  const { deadNeuronRatio } = qualityOf(grid, weights, [0, 0, 0], 3);
  assertAlmostEquals(deadNeuronRatio, 1 - 1 / 20, 1e-15);
});

Deno.test("of units as near as each other the lowest is the best", () => {
  const grid = new Grid("square", 3, 7), data = scaledData([0, 1], 1);
  const bench = new Workbench(grid, data);
  bench.bring(new Float32Array(21));
  const { nearest, second } = bench.bestUnits();
  assertEquals([...nearest, ...second], [0, 0, 1, 1]);
  const weights = new Float32Array(21).fill(1);
  for (const unit of [19, 6, 13]) weights[unit] = 0.25;
  bench.bring(weights);
  assertEquals([bench.bestUnits().nearest[0], bench.bestUnits().second[0]], [6, 13]);
});

Deno.test("`mapErrors()` counts each sample alike", () => {
  const best = {
    nearest: Int32Array.of(0, 0, 5, 5),
    second: Int32Array.of(1, 5, 0, 2),
    squared: Float32Array.of(0, 1, 4, 9),
  };
  assertEquals(mapErrors(best, new Grid("square", 2, 3)), {
    mqe: 1.5,
    topographicError: 0.5,
    deadNeuronRatio: 1 - 2 / 6,
  });
});

Deno.test("`uMatrix()` takes the neighbours at distance 1, six on a hexagonal sheet", () => {
  const weights = Float32Array.of(0, 1, 2, 4, 8, 16, 32, 64, 128);
  const middle = (grid: Grid) => uMatrix(weights, grid)[4];
  assertEquals(middle(new Grid("square", 3, 3)), (7 + 4 + 8 + 56) / 4);
  assertEquals(middle(new Grid("hex", 3, 3)), (7 + 6 + 4 + 8 + 56 + 120) / 6);
  assertEquals(uMatrix(weights, new Grid("square", 3, 3))[0], (1 + 4) / 2);
});

Deno.test("`topologicalCorrelation()` is the correlation of ranks, ties averaged", () => {
  for (const topology of ["square", "hex"] as const) {
    const grid = new Grid(topology, 5, 4);
    // On a coarse lattice many distances tie.
    const weights = Float32Array.from(normal(rootKey(1), 40, 0, 2), (x) => Math.round(x));
    const apart: number[] = [], between: number[] = [];
    for (let a = 0; a < 20; a++) {
      for (let b = a + 1; b < 20; b++) {
        const [x, y] = grid.position(a), [u, v] = grid.position(b);
        apart.push(Math.round(((x - u) ** 2 + (y - v) ** 2) * 1e6));
        const p = weights[2 * a]! - weights[2 * b]!, q = weights[2 * a + 1]! - weights[2 * b + 1]!;
        between.push(p * p + q * q);
      }
    }
    assert(new Set(between).size < 60);
    assertAlmostEquals(
      topologicalCorrelation(weights, grid),
      pearson(ranks(apart), ranks(between)),
      1e-12,
    );
  }
});

Deno.test("`topologicalCorrelation()` is 0 where one distance is the same for all pairs", () => {
  assertEquals(topologicalCorrelation(Float32Array.of(1, 2), new Grid("square", 1, 2)), 0);
  assertEquals(topologicalCorrelation(new Float32Array(12), new Grid("hex", 2, 3)), 0);
});

Deno.test("`mqeRatio()` is lower for a better training", () => {
  const ratio = (...mqe: number[]) => mqeRatio(mqe.map((value) => ({ mqe: value })));
  assertEquals([ratio(0.8, 0.9, 0.2), ratio(0.8), ratio(0, 0)], [0.25, 1, 1]);
});

function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    return below + (values.filter((other) => other === value).length - 1) / 2;
  });
}

function pearson(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((s, v) => s + v, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const dot = (x: readonly number[], y: readonly number[], mx: number, my: number) =>
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0);
  return dot(a, b, ma, mb) / Math.sqrt(dot(a, a, ma, ma) * dot(b, b, mb, mb));
}
