import { assertEquals } from "@std/assert";
import type { ShapedArray } from "../../dataset/safetensors.ts";
import { weightDifferences } from "./compare.ts";

const weights = (values: Record<string, number[]>): Map<string, ShapedArray> =>
  new Map(
    Object.entries(values).map(([name, data]) => [
      name,
      { shape: [data.length], data: Float32Array.from(data) },
    ]),
  );

/** What is said of a variable `w` with these values. */
const of = (a: number[], b: number[]) => {
  const [{ differing, largest, relative }] = weightDifferences(
    weights({ w: a }),
    weights({ w: b }),
  ) as [ReturnType<typeof weightDifferences>[number]];
  return [differing, largest, relative];
};

Deno.test("`weightDifferences()` counts elements and measures the largest difference", () => {
  assertEquals(of([1, 2, -4], [1, 2.5, -4]), [1, 0.5, 0.125]);
  assertEquals(of([1, 2], [1, 2]), [0, 0, 0]);
  assertEquals(of([0, 1], [-0, 1]), [1, 0, 0]);
  assertEquals(of([], []), [0, 0, 0]);
});

Deno.test("`weightDifferences()` has no size for what is not finite in one run only", () => {
  assertEquals(of([NaN, Infinity, 1], [NaN, Infinity, 3]), [1, 2, null]);
  assertEquals(of([NaN, 1, 1], [1, 1, 2]), [2, null, null]);
  assertEquals(of([Infinity], [-Infinity]), [1, null, null]);
});

Deno.test("`weightDifferences()` names variables that one run lacks or shapes otherwise", () => {
  const found = weightDifferences(weights({ a: [1], w: [1, 2] }), weights({ b: [1], w: [1] }));
  assertEquals(
    found.map(({ group, shapes, differing }) => [group, shapes.a, shapes.b, differing]),
    [
      ["a", [1], null, null],
      ["b", null, [1], null],
      ["w", [2], [1], null],
    ],
  );
});
