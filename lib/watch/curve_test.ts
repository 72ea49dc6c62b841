import { assert, assertEquals } from "@std/assert";
import { Curve, MOST_POINTS } from "./curve.ts";

Deno.test("`Curve` keeps the points of a short log", () => {
  const curve = new Curve();
  curve.add(1, 3);
  curve.add(2, 1, 4);
  assertEquals(curve.points, [[1, 3], [2, 1]]);
  assertEquals([curve.last, curve.range], [{ step: 2, epoch: 4, value: 1 }, { low: 1, high: 3 }]);
});

Deno.test("`Curve` of a long log is bounded, and keeps its mean", () => {
  const curve = new Curve();
  const length = 2 ** 12 * 15;
  for (let i = 0; i < length; i++) curve.add(i + 1, i);
  const { points } = curve;
  assert(points.length <= MOST_POINTS && points.length >= MOST_POINTS / 2, `${points.length}`);
  assertEquals(points.at(-1)![0], length);
  const mean = points.reduce((sum, [, value]) => sum + value, 0) / points.length;
  assert(Math.abs(mean / ((length - 1) / 2) - 1) < 0.01, `${mean}`);
});

Deno.test("`takeChange()` says what has changed, so that a copy stays the same", () => {
  const curve = new Curve();
  let copy: (readonly [number, number])[] = [];
  for (let i = 0; i < 3000; i++) {
    curve.add(i, Math.sqrt(i));
    if (i % 7 !== 0) continue;
    const change = curve.takeChange();
    assert(change !== null);
    copy = [...copy.slice(0, change.from), ...change.points];
    assertEquals(copy, curve.points);
  }
  curve.takeChange();
  assertEquals(curve.takeChange(), null);
});

Deno.test("`Curve` counts values that are no number", () => {
  const curve = new Curve();
  curve.add(1, null);
  assertEquals([curve.points, curve.missing, curve.takeChange()], [[], 1, null]);
});
