import { assertEquals } from "@std/assert";
import { uniform } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import type { RegularRows } from "./regular_csv.ts";
import { series } from "./series.ts";
import { windowBlocks } from "./window_blocks.ts";
import { windowInputs, windows } from "./windows.ts";

const rows = 23;
const timestamp = Float64Array.from({ length: rows }, (_, i) => 60 * i);
const [a, b] = ["a", "b"].map((name) => uniform(rootKey(1).key(name), rows, 0, 1));
const whole: RegularRows = { source: "it", rows, columns: { timestamp, a: a!, b: b! } };

async function* blocksOf(size: number): AsyncGenerator<RegularRows> {
  for (let from = 0; from < rows; from += size) {
    const columns = Object.entries(whole.columns)
      .map(([name, values]) => [name, values.slice(from, from + size)] as const);
    const { timestamp, ...others } = Object.fromEntries(columns);
    yield {
      source: "it",
      rows: timestamp!.length,
      columns: { timestamp: timestamp!, ...others },
    };
  }
}

Deno.test("`windowBlocks()` cuts the windows of training, whatever the blocks and parts", async () => {
  const columns = ["b", "a"];
  for (const window of [1, 2, 5, 22, 23]) {
    // A target one row on would need a row more; every row that ends a window counts here.
    const starts = Int32Array.from({ length: rows - window + 1 }, (_, i) => i);
    const expected = windowInputs(series(whole, columns), { window, starts });
    if (window < rows) {
      const training = windowInputs(series(whole, columns), windows({ rows, window, horizon: 1 }));
      assertEquals(expected.subarray(0, training.length), training);
    }
    for (const size of [1, 2, 3, 7, 23, 100]) {
      for (const most of [1, 4, 64]) {
        const inputs: number[] = [], timestamps: number[] = [];
        for await (const part of windowBlocks(blocksOf(size), { columns, window, most })) {
          inputs.push(...part.inputs);
          timestamps.push(...part.timestamps);
          assertEquals(part.timestamps.length <= most, true);
        }
        assertEquals(Float32Array.from(inputs), expected);
        assertEquals(timestamps, [...timestamp.subarray(window - 1)]);
      }
    }
  }
});

Deno.test("`windowBlocks()` gives nothing where there are fewer rows than a window", async () => {
  const options = { columns: ["a"], window: 24, most: 64 };
  assertEquals(await Array.fromAsync(windowBlocks(blocksOf(5), options)), []);
});
