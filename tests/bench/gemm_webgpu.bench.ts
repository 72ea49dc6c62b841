/**
 * Matrix products on WebGPU: our kernel beside tfjs's, on whatever adapter is here (Mesa's lavapipe
 * computes on the CPU, so run it on a quiet machine):
 *
 *     deno bench --no-prompt --allow-read --allow-env tests/bench/gemm_webgpu.bench.ts
 *
 * An iteration is a batch of calls and one read-back, which takes about 11 ms of it; after the times it
 * prints GFLOP/s of the median batch.
 *
 * @module
 */

import { openDevice } from "../../lib/device/device.ts";
import { readBack } from "../../lib/device/read_back.ts";
import { tf } from "../../lib/device/tf.ts";
import { product } from "../../lib/kernels/gemm/op.ts";
import { gflops, MedianRates } from "./median_rate.ts";

/** `[m, k, n]`, and whether the left matrix is transposed: a square, an LSTM's input product, its weights' gradient. */
const cases = [
  [256, 256, 256, false],
  [1280, 73, 256, false],
  [74, 1280, 256, true],
  [256, 1280, 1024, true],
  [1280, 1024, 9, false],
] as const;

await openDevice({ backend: "webgpu" });
const rates = new MedianRates();

for (const [m, k, n, leftTransposed] of cases) {
  const group = `${m}x${k}x${n}${leftTransposed ? " left transposed" : ""}`;
  const left = tf.fill(leftTransposed ? [k, m] : [m, k], 0.5), right = tf.fill([k, n], 0.25);
  const calls = Math.ceil(3e8 / (m * k * n));
  const systems = {
    assay: () => product(left, right, { leftTransposed }),
    tfjs: () => tf.matMul(left, right, leftTransposed),
  };
  for (const [system, run] of Object.entries(systems)) {
    rates.bench({
      group,
      system: `${system}, ${calls} calls`,
      calls: 1,
      async run() {
        for (let i = 1; i < calls; i++) run().dispose();
        const last = run();
        await readBack([last]);
        last.dispose();
      },
      figure: (milliseconds) => gflops(m * k * n * calls, milliseconds),
    });
  }
}

addEventListener("unload", () => {
  Deno.stdout.writeSync(
    new TextEncoder().encode("\n" + rates.report()),
  );
});
