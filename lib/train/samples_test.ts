import { assertEquals, assertThrows } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { residentSeries, tensorSamples, windowSamples } from "./samples.ts";
import type { Samples } from "./types.ts";

async function gathered(samples: Samples, ...indices: number[]) {
  const { x, y } = samples.batch(Int32Array.from(indices));
  const values = (await readBack([x, y])).map((v) => [...v]);
  const shapes = [x.shape, y.shape];
  tf.dispose([x, y]);
  return { shapes, values };
}

// Row r has the features (r, 10 r) and the target 100 r.
const rows = 7;
const inputs = Float32Array.from({ length: 2 * rows }, (_, i) => (i >> 1) * (i % 2 === 0 ? 1 : 10));
const targets = Float32Array.from({ length: rows }, (_, r) => 100 * r);
const options = { inputs, targets, rows, window: 3, horizon: 2 };

testEachBackend({
  "`tensorSamples()` gathers rows of any rank": async () => {
    const samples = tensorSamples(
      tf.tensor3d([1, 2, 3, 4, 5, 6], [3, 1, 2]),
      tf.tensor2d([[10], [20], [30]]),
    );
    assertEquals(samples.count, 3);
    assertEquals(await gathered(samples, 2, 0, 2), {
      shapes: [[3, 1, 2], [3, 1]],
      values: [[5, 6, 1, 2, 5, 6], [30, 10, 30]],
    });
    samples.dispose();
  },
  "`tensorSamples()` gathers all inputs of a model with several": async () => {
    const samples = tensorSamples(
      [tf.tensor2d([[1, 2], [3, 4], [5, 6]]), tf.tensor1d([7, 8, 9]), tf.tensor2d([[0], [1], [0]])],
      tf.tensor2d([[10], [20], [30]]),
    );
    const { x, y, further } = samples.batch(Int32Array.of(2, 1));
    const values = (await readBack([x, y, ...further!])).map((v) => [...v]);
    assertEquals(values, [[5, 6, 3, 4], [30, 20], [9, 8], [0, 1]]);
    tf.dispose([x, y, ...further!]);
    samples.dispose();
  },
  "`windowSamples()` cuts windows and the rows they predict": async () => {
    // Starts 0, 1, 2: targets in rows 0 + 3 - 1 + 2 = 4, 5, 6.
    const samples = windowSamples({ ...options, starts: Int32Array.of(2, 0, 1) });
    assertEquals(samples.count, 3);
    assertEquals(await gathered(samples, 0, 1), {
      shapes: [[2, 3, 2], [2, 1]],
      values: [[2, 20, 3, 30, 4, 40, 0, 0, 1, 10, 2, 20], [600, 400]],
    });
    samples.dispose();
  },
  "`residentSeries()` shares the series between its samples": async () => {
    const before = tf.memory().numTensors;
    const series = residentSeries(options);
    assertEquals(series.windows, 3);
    const [train, test] = [series.samples(Int32Array.of(0, 1)), series.samples(Int32Array.of(2))];
    assertEquals(tf.memory().numTensors - before, 2);
    train.dispose();
    assertEquals((await gathered(test, 0)).values[1], [600]);
    series.dispose();
  },
  "samples refuse what is not there": () => {
    const series = residentSeries(options);
    assertThrows(() => series.samples(Int32Array.of(3)), RangeError, "sample 3: there are 3");
    const samples = series.samples(Int32Array.of(0));
    assertThrows(() => samples.batch(Int32Array.of(1)), RangeError, "sample 1: there are 1");
    assertThrows(() => samples.batch(Int32Array.of(-1)), RangeError, "sample -1");
    series.dispose();
    assertThrows(() => residentSeries({ ...options, window: 6 }), RangeError, "at least 8 rows");
    assertThrows(() => residentSeries({ ...options, rows: 4 }), RangeError, "do not divide");
    assertThrows(() => residentSeries({ ...options, horizon: 0 }), RangeError, "horizon is 0");
    const [x, y] = [tf.zeros([2, 1]), tf.zeros([3, 1])];
    assertThrows(() => tensorSamples(x, y), RangeError, "as many rows");
    assertThrows(() => tensorSamples([y, x], y), RangeError, "[3,1] and [2,1] with targets");
    tf.dispose([x, y]);
  },
});
