import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { normal, uniform } from "../random/distributions.ts";
import { type Key, rootKey } from "../random/key.ts";
import { shuffle } from "../random/shuffle.ts";
import { hypervolume } from "./hypervolume.ts";

const key = rootKey(8);

function cut(values: Float64Array, axes: number): number[][] {
  return Array.from({ length: values.length / axes }, (_, i) => [
    ...values.subarray(i * axes, (i + 1) * axes),
  ]);
}

/** Points on the unit sphere, in the positive orthant: none dominates another. */
function sphere(key: Key, n: number, axes: number): number[][] {
  return cut(normal(key, n * axes), axes).map((point) => {
    const length = Math.sqrt(point.reduce((sum, x) => sum + x * x, 0));
    return point.map((x) => Math.abs(x) / length);
  });
}

/** By inclusion and exclusion over all subsets. */
function naive(points: readonly number[][], reference: readonly number[]): number {
  let sum = 0;
  for (let subset = 1; subset < 2 ** points.length; subset++) {
    const chosen = points.filter((_, i) => subset >> i & 1);
    const box = reference.reduce(
      (product, end, k) => product * Math.max(0, end - Math.max(...chosen.map((p) => p[k]!))),
      1,
    );
    sum += chosen.length % 2 === 1 ? box : -box;
  }
  return sum;
}

Deno.test("`hypervolume()` is what inclusion and exclusion give, for one to five objectives", () => {
  for (const axes of [1, 2, 3, 4, 5]) {
    for (const n of [1, 2, 5, 10]) {
      const own = key.at(axes).at(n);
      const reference = Array<number>(axes).fill(0.9);
      // Points that others dominate and that the reference does not bound are among them.
      const random = cut(uniform(own.key("random"), n * axes), axes);
      const coarse = random.map((point) => point.map((x) => Math.round(4 * x) / 4));
      for (const points of [random, coarse, sphere(own.key("sphere"), n, axes)]) {
        assertAlmostEquals(hypervolume(points, reference), naive(points, reference), 1e-12);
      }
    }
  }
});

Deno.test("`hypervolume()` has the same bits for points in any order", () => {
  for (const axes of [2, 3, 4]) {
    const points = sphere(key, 60, axes), reference = Array<number>(axes).fill(1.1);
    const volume = hypervolume(points, reference);
    for (let i = 0; i < 20; i++) {
      const twice = shuffle(key.at(i), [...points, ...points.slice(0, 9)]);
      assertEquals(hypervolume(twice, reference), volume);
    }
  }
});

Deno.test("`hypervolume()` approaches what lies beyond known fronts, from below", () => {
  const convex = Array.from({ length: 1001 }, (_, i) => [i / 1000, 1 - Math.sqrt(i / 1000)]);
  const below = 1.21 - 1 / 3 - hypervolume(convex, [1.1, 1.1]);
  assert(below > 0 && below < 0.002, `${below}`);
  const ball = 1.331 - Math.PI / 6;
  const short = [50, 200, 800].map((n) => ball - hypervolume(sphere(key, n, 3), [1.1, 1.1, 1.1]));
  assert(short[0]! > short[1]! && short[1]! > short[2]! && short[2]! > 0 && short[2]! < 0.04);
});

Deno.test("`hypervolume()` of nothing is 0; what is no point is refused", () => {
  assertEquals(hypervolume([], [1, 1]), 0);
  assertEquals(hypervolume([[1, 0], [0, 1], [2, -5]], [1, 1]), 0);
  assertThrows(() => hypervolume([[1, 2, 3]], [4, 4]), RangeError, "needs 2 coordinates");
  assertThrows(() => hypervolume([[1, NaN]], [4, 4]), RangeError, "[1, NaN]");
});
