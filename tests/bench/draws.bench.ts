/**
 * What a training step draws and gathers: dropout beside `tf.dropout` and beside a mask made on the host,
 * windows beside `tf.gather`, in nanoseconds per element of the output. Run it on a quiet machine, with
 * `ASSAY_THREADS=1` in front for one thread:
 *
 *     deno bench --no-prompt --allow-read --allow-env tests/bench/draws.bench.ts
 *
 * @module
 */

import { openDevice } from "../../lib/device/device.ts";
import { tf } from "../../lib/device/tf.ts";
import { threadsWanted } from "../../lib/device/wasm/threads.ts";
import { dropout } from "../../lib/kernels/dropout/op.ts";
import { gatherWindows } from "../../lib/kernels/gather_windows/op.ts";
import { rootKey } from "../../lib/random/key.ts";
import { MedianRates, nanosecondsEach } from "./median_rate.ts";

await openDevice({ backend: "wasm" });
const rates = new MedianRates();

function bench(group: string, system: string, elements: number, run: () => tf.Tensor): void {
  rates.bench({
    group,
    system,
    calls: Math.max(1, Math.round(2e5 / elements)),
    run: () => run().dispose(),
    figure: (milliseconds) => nanosecondsEach(elements, milliseconds),
  });
}

const key = rootKey(1);
const rate = 0.2;
// The last layer of a small network, a hidden sequence, and one that leaves the caches.
for (const shape of [[64, 64], [128, 12, 128], [4096, 1024]]) {
  const x = tf.fill(shape, 0.5);
  const group = `dropout ${shape.join("x")}`;
  bench(group, "assay", x.size, () => dropout(x, { key, rate }));
  bench(group, "host mask", x.size, () =>
    tf.tidy(() => {
      const kept = 1 / (1 - rate);
      const mask = Float32Array.from(key.bits(x.size), (w) => w < rate * 2 ** 32 ? 0 : kept);
      return tf.mul(x, tf.tensor(mask, shape));
    }));
  bench(group, "tf.dropout", x.size, () => tf.dropout(x, rate, undefined, 1));
}

// A series of 15,000 rows: [batch, length, columns].
for (const [batch, length, columns] of [[64, 20, 9], [64, 1, 4], [1024, 60, 32]] as const) {
  const rows = 15_000;
  const series = tf.fill([rows, columns], 0.5) as tf.Tensor2D;
  const starts = Int32Array.from({ length: batch }, (_, i) => i * 7919 % (rows - length));
  const n = batch * length * columns;
  const group = `windows ${batch}x${length}x${columns}`;
  bench(group, "assay", n, () => gatherWindows(series, starts, { length }));
  bench(group, "tf.gather", n, () =>
    tf.tidy(() => {
      const first = tf.tensor2d(starts, [batch, 1], "int32");
      return tf.gather(series, tf.add(first, tf.range(0, length, 1, "int32")) as tf.Tensor2D);
    }));
}

addEventListener("unload", () => {
  const text = `\n${threadsWanted()} threads\n${rates.report()}`;
  Deno.stdout.writeSync(new TextEncoder().encode(text));
});
