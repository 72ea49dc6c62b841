import { assertEquals } from "@std/assert";
import { integers } from "../random/distributions.ts";
import { type Key, rootKey } from "../random/key.ts";
import { crowdingDistances, dominates, fronts, nondominated, type Scored } from "./dominance.ts";

interface Numbered extends Scored {
  readonly number: number;
}

/** Points on a small grid, so that there are ties; with `violations` levels of them. */
function points(key: Key, n: number, axes: number, violations: number): Numbered[] {
  const drawn = integers(key.key("objectives"), n * axes, 0, 6);
  const levels = integers(key.key("violations"), n, 0, violations);
  return Array.from({ length: n }, (_, number) => ({
    number,
    objectives: [...drawn.subarray(number * axes, (number + 1) * axes)],
    violation: levels[number]! / 2,
  }));
}

const cases = [2, 3, 4].flatMap((axes) =>
  [1, 3].flatMap((violations) =>
    [1, 2, 17, 120].map((n) => points(rootKey(n).at(axes).at(violations), n, axes, violations))
  )
);

/** As it is defined: better in no place worse and in one better, or by the violation. */
function naivelyDominates(a: Scored, b: Scored): boolean {
  if (a.violation > 0 || b.violation > 0) return a.violation < b.violation;
  return a.objectives.every((x, k) => x <= b.objectives[k]!) &&
    a.objectives.some((x, k) => x < b.objectives[k]!);
}

Deno.test("`dominates()` is constrained dominance, and a strict order", () => {
  for (const all of cases) {
    const some = all.slice(0, 17);
    for (const a of some) {
      for (const b of some) {
        assertEquals(dominates(a, b), naivelyDominates(a, b));
        if (!dominates(a, b)) continue;
        assertEquals(dominates(b, a), false);
        for (const c of some) if (dominates(b, c)) assertEquals(dominates(a, c), true);
      }
    }
  }
});

Deno.test("`fronts()` are those of peeling one after the other", () => {
  for (const all of cases) {
    const peeled: Numbered[][] = [];
    for (let left = all; left.length > 0;) {
      const front = left.filter((a) => !left.some((b) => naivelyDominates(b, a)));
      peeled.push(front);
      left = left.filter((a) => !front.includes(a));
    }
    assertEquals(fronts(all), peeled);
    assertEquals(nondominated(all), peeled[0]!);
    const half = all.length >> 1;
    assertEquals(nondominated(all.slice(half), nondominated(all.slice(0, half))), peeled[0]!);
  }
  assertEquals([fronts([]), nondominated([])], [[], []]);
});

Deno.test("`crowdingDistances()` are the shares between neighbours, ends infinite", () => {
  for (const all of cases.flatMap((some) => fronts(some).concat([some]))) {
    const naive = all.map((point, i) =>
      point.objectives.reduce((sum, x, k) => {
        const values = all.map(({ objectives }) => objectives[k]!);
        const range = Math.max(...values) - Math.min(...values);
        if (range === 0) return sum;
        // Of equals the first comes first.
        const before = values.filter((y, j) => y < x || y === x && j < i);
        const after = values.filter((y, j) => y > x || y === x && j > i);
        if (before.length === 0 || after.length === 0) return Infinity;
        return sum + (Math.min(...after) - Math.max(...before)) / range;
      }, 0)
    );
    assertEquals([...crowdingDistances(all)], naive);
  }
});

Deno.test("`crowdingDistances()` of a front made by hand", () => {
  const front = [[0, 10], [1, 6], [4, 3], [10, 0]]
    .map((objectives) => ({ objectives, violation: 0 }));
  assertEquals([...crowdingDistances(front)], [Infinity, 0.4 + 0.7, 0.9 + 0.6, Infinity]);
  assertEquals([...crowdingDistances(front.map((one) => ({ ...one, objectives: [3, 3] })))], [
    0,
    0,
    0,
    0,
  ]);
});
