import { InputError, rootKey } from "assay";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { DATA_KINDS, dataSet, sampleDataSet } from "./data_sets.ts";
import { type ScaledData, scaledData } from "./scaled_data.ts";

const size = { samples: 300, dimensions: 6 };

for (const kind of DATA_KINDS) {
  Deno.test(`\`dataSet()\`: ${kind} is pure in its key and fills [0, 1] in every column`, () => {
    for (const dimensions of [3, 6, 10]) {
      const data = dataSet(rootKey(1), { kind, samples: 300, dimensions });
      assertEquals(dataSet(rootKey(1), { kind, samples: 300, dimensions }), data);
      assert(dataSet(rootKey(2), { kind, samples: 300, dimensions }).id !== data.id);
      for (let j = 0; j < dimensions; j++) {
        const column = data.values.filter((_, at) => at % dimensions === j);
        assertEquals([Math.min(...column), Math.max(...column)], [0, 1]);
      }
    }
  });
}

Deno.test("`dataSet()`: a plane has two directions, a cube as many as columns", () => {
  const spread = (kind: "plane" | "cube") =>
    largestOverTrace(dataSet(rootKey(3), { kind, ...size }));
  // Share of the variance along the first direction; uniform columns share it evenly.
  assert(spread("plane") > 0.4);
  assertAlmostEquals(spread("cube"), 1 / 6, 0.06);
});

Deno.test("`sampleDataSet()` draws every kind", () => {
  const kinds = Array.from({ length: 40 }, (_, i) => sampleDataSet(rootKey(1).at(i)).name);
  assertEquals([...new Set(kinds)].sort(), [...DATA_KINDS].sort());
});

Deno.test("`dataSet()` refuses what is no size", () => {
  for (const [samples, dimensions] of [[0, 3], [10, 2], [1.5, 3]]) {
    const make = () =>
      dataSet(rootKey(1), { kind: "cube", samples: samples!, dimensions: dimensions! });
    assertThrows(make, RangeError, "whole numbers from 1 and from 3");
  }
});

Deno.test("`scaledData()` makes a column of one value 0, and all of a single row", () => {
  assertEquals([...scaledData([1, 7, 2, 7, 3, 7], 2).values], [0, 0, 0.5, 0, 1, 0]);
  assertEquals([...scaledData([5, -3], 2).values], [0, 0]);
});

Deno.test("`scaledData()` scales by what is not masked", () => {
  const mask = Uint8Array.of(0, 0, 0, 1, 0, 0);
  const data = scaledData([1, 10, 2, 1e6, 3, 20], 2, { mask });
  assertEquals([...data.values], [0, 0, 0.5, 0, 1, 1]);
  assertEquals(data.mask, mask);
  assertEquals(scaledData([1, 2], 1, { mask: new Uint8Array(2) }).mask, null);
});

Deno.test("`scaledData()` refuses cells that are no numbers, and names them", () => {
  const refused: [number[], Uint8Array | undefined, string][] = [
    [[1, 2, 3, NaN], undefined, "row 2, column 2, is NaN"],
    [[1, Infinity, 3, 4], undefined, "row 1, column 2, is Infinity"],
    [[1, 2, -1e301, 4], undefined, "row 2, column 1, is -1e+301"],
    [[1, 2, 3, 4], Uint8Array.of(0, 0, 1, 1), "row 2 is masked entirely"],
    [[], undefined, "there is no row"],
  ];
  for (const [values, mask, message] of refused) {
    const options = mask === undefined ? { name: "links.csv" } : { mask, name: "links.csv" };
    assertThrows(() => scaledData(values, 2, options), InputError, message);
    assertThrows(() => scaledData(values, 2, options), InputError, "links.csv");
  }
  assertThrows(() => scaledData([1, 2, 3], 2), RangeError, "no whole rows of 2");
  const short = () => scaledData([1, 2], 2, { mask: new Uint8Array(1) });
  assertThrows(short, RangeError, "its mask has 1 cells");
});

/** Largest eigenvalue of the covariance over its trace, by power iteration. */
function largestOverTrace({ values, samples, dimensions: d }: ScaledData): number {
  const mean = Array.from(
    { length: d },
    (_, j) => values.filter((_, at) => at % d === j).reduce((sum, v) => sum + v, 0) / samples,
  );
  const centred = values.map((value, at) => value - mean[at % d]!);
  const covariance = Array.from({ length: d }, (_, i) =>
    Array.from({ length: d }, (_, j) => {
      let sum = 0;
      for (let at = 0; at < centred.length; at += d) sum += centred[at + i]! * centred[at + j]!;
      return sum;
    }));
  let v = mean.map((_, j) => 1 + j), eigenvalue = 0;
  for (let step = 0; step < 200; step++) {
    const w = covariance.map((row) => row.reduce((sum, c, j) => sum + c * v[j]!, 0));
    eigenvalue = Math.hypot(...w);
    v = w.map((x) => x / eigenvalue);
  }
  return eigenvalue / covariance.reduce((sum, row, i) => sum + row[i]!, 0);
}
