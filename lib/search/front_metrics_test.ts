import { assert, assertEquals, assertThrows } from "@std/assert";
import { rootKey } from "../random/key.ts";
import { frontByGeneration, objectiveRanges, spacing, spread } from "./front_metrics.ts";
import { hypervolume } from "./hypervolume.ts";
import { Nsga2 } from "./nsga2.ts";
import { advance, tanaka } from "./testing.ts";

Deno.test("`frontByGeneration()` counts what is feasible, and all generations by the same scale", () => {
  const problem = tanaka();
  const search = new Nsga2({ space: problem.space, key: rootKey(1) });
  advance(search, problem, 15);
  const metrics = frontByGeneration(search.evaluated);
  assertEquals(metrics.map(({ evaluated }) => evaluated), metrics.map((_, i) => 20 * (i + 1)));
  for (let g = 1; g < metrics.length; g++) {
    assert(metrics[g]!.hypervolume >= metrics[g - 1]!.hypervolume - 1e-12);
  }
  const { low, high } = objectiveRanges(search.evaluated);
  const points = search.front.map(({ objectives }) =>
    objectives.map((x, k) => (x - low[k]!) / (high[k]! - low[k]!))
  );
  assertEquals(metrics.at(-1), {
    evaluated: 300,
    size: points.length,
    hypervolume: hypervolume(points, [1.1, 1.1]),
    spacing: spacing(points),
    spread: spread(points),
  });
});

Deno.test("`frontByGeneration()` takes the ranges of a comparison", () => {
  const evaluated = [{ objectives: [2, 6], violation: 0, generation: 0 }];
  const ranges = { low: [0, 4], high: [4, 8] };
  assertEquals(frontByGeneration(evaluated, { ranges, reference: 1 })[0]!.hypervolume, 0.25);
  // A range of one value says nothing.
  assertEquals(frontByGeneration(evaluated, { reference: 2 })[0]!.hypervolume, 4);
});

Deno.test("`frontByGeneration()` is 0 while nothing is feasible", () => {
  const point = (violation: number, generation: number) => (
    { objectives: [1, 2], violation, generation }
  );
  const nothing = { size: 0, hypervolume: 0, spacing: 0, spread: [0, 0] };
  assertEquals(frontByGeneration([]), []);
  assertEquals(frontByGeneration([point(1, 0), point(2, 1)]), [
    { evaluated: 1, ...nothing },
    { evaluated: 2, ...nothing },
  ]);
  const [first, second] = frontByGeneration([point(1, 0), point(0, 1)], { reference: 1 });
  assertEquals(first, { evaluated: 1, ...nothing });
  assertEquals(second, { evaluated: 2, size: 1, hypervolume: 1, spacing: 0, spread: [0, 0] });
  assertThrows(
    () => objectiveRanges([point(1, 0)]),
    RangeError,
    "of 1 candidates none is feasible",
  );
});

Deno.test("`spacing()` and `spread()` of fronts made by hand", () => {
  const staircase = [[0, 4], [1, 3], [2, 2], [4, 0]];
  // Nearest neighbours are √2 away three times, and √8 once.
  const mean = (3 * Math.SQRT2 + Math.sqrt(8)) / 4;
  const variance = (3 * (Math.SQRT2 - mean) ** 2 + (Math.sqrt(8) - mean) ** 2) / 4;
  assert(Math.abs(spacing(staircase) - Math.sqrt(variance)) < 1e-15);
  assertEquals(spread(staircase), [4, 4]);
  assertEquals([spacing([]), spacing([[1, 2]]), spacing([[1, 2], [3, 4]])], [0, 0, 0]);
  assertEquals(spread([[1, 2]]), [0, 0]);
});
