import { assertEquals, assertThrows } from "@std/assert";
import { columnPositions, series } from "./series.ts";
import { table } from "./table.ts";

const trace = table("by hand", {
  a: Float64Array.of(1, 2, 3),
  b: Float64Array.of(0.1, 5, 6),
  c: ["x", "y", "z"],
});

Deno.test("`table()` counts rows and refuses unequal columns and none", () => {
  assertEquals([trace.rows, trace.source], [3, "by hand"]);
  assertThrows(() => table("t", {}), RangeError, "no column");
  assertThrows(
    () => table("t", { a: Float64Array.of(1), b: ["x", "y"] }),
    RangeError,
    'column "b" has 2 values, column "a" has 1',
  );
});

Deno.test("`series()` lays columns out row by row in f32", () => {
  const { values, rows, columns } = series(trace, ["b", "a"]);
  assertEquals(values, Float32Array.of(Math.fround(0.1), 1, 5, 2, 6, 3));
  assertEquals([rows, columns], [3, ["b", "a"]]);
});

Deno.test("`series()` refuses absent, text and repeated columns", () => {
  assertThrows(() => series(trace, ["d"]), RangeError, '"d" is absent; its columns are a, b, c');
  assertThrows(() => series(trace, ["c"]), RangeError, '"c" holds text');
  assertThrows(() => series(trace, ["a", "a"]), RangeError, "none twice");
  assertThrows(() => series(trace, []), RangeError, "at least one");
});

Deno.test("`columnPositions()` finds columns in the order asked for", () => {
  const both = series(trace, ["a", "b"]);
  assertEquals(columnPositions(both, ["b", "a", "b"]), [1, 0, 1]);
  assertThrows(() => columnPositions(both, ["c"]), RangeError, '"c" in a series of a, b');
});
