import { assert, assertEquals, assertThrows } from "@std/assert";
import { Grid, type Topology } from "./grid.ts";

const sheets = (["square", "hex"] as const).flatMap((topology: Topology) =>
  [[1, 2], [2, 2], [5, 5], [4, 7], [7, 4]].map(([rows, columns]) =>
    new Grid(topology, rows!, columns!)
  )
);

Deno.test("`Grid` has the distances of its positions, on a hexagonal sheet in steps", () => {
  for (const grid of sheets) {
    for (let a = 0; a < grid.units; a++) {
      const [x, y] = grid.position(a);
      for (let b = 0; b < grid.units; b++) {
        const [u, v] = grid.position(b);
        const euclidean = Math.hypot(x - u, y - v);
        const distance = grid.distance(a, b);
        assertEquals(distance, grid.distance(b, a));
        if (grid.topology === "square") assert(Math.abs(distance - euclidean) < 1e-12);
        // A step is 1 long, and six directions leave at most √3/2 of the way straight.
        else {
          assert(distance >= euclidean - 1e-12);
          assert(distance <= euclidean * 2 / Math.sqrt(3) + 1e-12);
        }
      }
    }
  }
});

Deno.test("`Grid` has eight neighbours inside a square sheet, six inside a hexagonal one", () => {
  for (const grid of sheets) {
    const { rows, columns, topology } = grid;
    for (let unit = 0; unit < grid.units; unit++) {
      const around = grid.neighbours(unit);
      const others = Array.from({ length: grid.units }, (_, k) => k);
      assertEquals(around, others.filter((k) => grid.adjacent(unit, k)));
      const row = Math.floor(unit / columns), column = unit % columns;
      const inside = row > 0 && row < rows - 1 && column > 0 && column < columns - 1;
      if (inside) assertEquals(around.length, topology === "hex" ? 6 : 8);
      for (const other of around) {
        const [x, y] = grid.position(unit), [u, v] = grid.position(other);
        assert(Math.hypot(x - u, y - v) < (topology === "hex" ? 1 + 1e-12 : 1.5));
      }
    }
  }
});

Deno.test("`distanceClasses()` are the distances by offset and parity", () => {
  for (const grid of sheets) {
    const { rows, columns } = grid;
    const { squared, byOffset, parities } = grid.distanceClasses();
    for (let a = 0; a < grid.units; a++) {
      for (let b = 0; b < grid.units; b++) {
        const i = Math.floor(a / columns), k = Math.floor(b / columns);
        const at = ((i % parities) * (2 * rows - 1) + k - i + rows - 1) * (2 * columns - 1) +
          (b % columns) - (a % columns) + columns - 1;
        assertEquals(Math.sqrt(squared[byOffset[at]!]!), grid.distance(a, b));
      }
    }
    assertEquals([...squared].sort((x, y) => x - y), [...new Set(squared)]);
  }
});

Deno.test("`Grid` refuses what is no sheet", () => {
  for (const [rows, columns] of [[1, 1], [0, 5], [5, 257], [2.5, 4], [NaN, 4]]) {
    assertThrows(() => new Grid("hex", rows!, columns!), RangeError, "at least two units");
  }
});
