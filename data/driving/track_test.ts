import { digestArrays } from "assay";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { mirrored } from "./testing.ts";
import { SMALLEST_RADIUS_M, type Track, track } from "./track.ts";
import { ARC_UNITS, FARTHEST_M, lookUp, trackGrid } from "./track_grid.ts";

/** Offset and arc position of a spot, from the nearest spot of all straight lines between centre points. */
function bruteForce(road: Track, x: number, y: number): { offset: number; arc: number } {
  let least = Infinity, offset = 0, arc = 0;
  for (let i = 0; i < road.points; i++) {
    const next = (i + 1) % road.points;
    const [wayX, wayY] = [road.x[next]! - road.x[i]!, road.y[next]! - road.y[i]!];
    const [dx, dy] = [x - road.x[i]!, y - road.y[i]!];
    const length = wayX * wayX + wayY * wayY;
    const share = Math.min(Math.max((dx * wayX + dy * wayY) / length, 0), 1);
    const [restX, restY] = [dx - share * wayX, dy - share * wayY];
    const distance = Math.sqrt(restX * restX + restY * restY);
    if (distance >= least) continue;
    least = distance;
    offset = wayX * dy - wayY * dx > 0 ? distance : -distance;
    arc = (i + share) * road.spacing;
  }
  return { offset, arc };
}

Deno.test("`track()` gives roads of the documented length and sharpness", () => {
  const roads = Array.from({ length: 40 }, (_, seed) => track(seed));
  const radii = roads.map(({ curvature }) =>
    1 / curvature.map(Math.abs).reduce((a, b) => Math.max(a, b))
  )
    .toSorted((a, b) => a - b);
  assert(radii[0]! >= SMALLEST_RADIUS_M && radii[20]! > 15 && radii[20]! < 21, `${radii}`);
  for (const { points, spacing, x, y } of roads) {
    assert(points * spacing > 280 && points * spacing < 306, `${points * spacing}`);
    for (let i = 0; i < points; i++) {
      const next = (i + 1) % points;
      assertAlmostEquals(Math.hypot(x[next]! - x[i]!, y[next]! - y[i]!), spacing, 0.02);
    }
  }
});

Deno.test("`track()` has the bits on record, on every machine", () => {
  const { x, y, heading, curvature } = track(10_000);
  assertEquals(
    digestArrays({ x, y, heading, curvature }),
    "cf0f93ebe381c3343ea474db6fe0c0c6e95f7786ac1dab634c2623141dc2c93c",
  );
});

Deno.test("`track()` becomes a circle as its difficulty becomes 0, and refuses others", () => {
  const { x, y, curvature } = track(5, 0);
  x.forEach((_, i) => assertAlmostEquals(Math.hypot(x[i]!, y[i]!), 45, 0.02));
  curvature.forEach((value) => assertAlmostEquals(value, 1 / 45, 3e-5));
  assertThrows(() => track(5, 1.5), RangeError, "difficulty 1.5");
});

for (const [name, road] of [["left", track(3)], ["right", mirrored(track(7))]] as const) {
  Deno.test(`\`lookUp()\` is within 0.2 m of brute force on a road that turns ${name}`, () => {
    const grid = trackGrid(road);
    for (let k = 0; k < 3000; k++) {
      const i = k * 7 % road.points, aside = (k * 0.6180339887498949 % 1 - 0.5) * 2 * FARTHEST_M;
      const x = road.x[i]! - aside * road.tangentY[i]!, y = road.y[i]! + aside * road.tangentX[i]!;
      const [found, exact] = [lookUp(grid, x, y), bruteForce(road, x, y)];
      assertAlmostEquals(found.offset, exact.offset, 0.2);
      if (Math.abs(exact.offset) > 2.5) continue;
      const difference = Math.abs(found.arc - exact.arc);
      assertAlmostEquals(Math.min(difference, grid.length - difference), 0, 0.2);
    }
  });

  Deno.test(`\`trackGrid()\` knows left from right far from a road that turns ${name}`, () => {
    const { offsets, arcs, width, height } = trackGrid(road);
    const inside = name === "left" ? 32767 : -32767;
    assertEquals(offsets[0], -inside);
    assertEquals(offsets[(height >> 1) * width + (width >> 1)], inside);
    assert(arcs.every((arc) => arc < ARC_UNITS));
  });
}
