/**
 * Matrix products: our kernel on one thread and on all, beside tfjs-wasm. Run it on a quiet machine:
 *
 *     deno bench --no-prompt --allow-read --allow-env tests/bench/gemm.bench.ts
 *
 * After the times it prints GFLOP/s of the median call, what one core does at most, and the cost
 * of a job that does nothing.
 *
 * @module
 */

import { openDevice } from "../../lib/device/device.ts";
import { tf } from "../../lib/device/tf.ts";
import { gemm, gemmScratchBytes } from "../../lib/kernels/gemm/gemm.ts";
import { KernelPool } from "../../lib/device/wasm/pool.ts";
import { relaxedMaddIsFused } from "../../lib/device/wasm/load.ts";
import { gflops, MedianRates } from "./median_rate.ts";
import { simdPeak } from "./simd_peak.ts";

/** `[m, k, n]`: squares, then an LSTM's products: inputs of all steps, of a second layer, one step. */
const shapes = [
  [64, 64, 64],
  [256, 256, 256],
  [512, 512, 512],
  [1024, 1024, 1024],
  [1280, 9, 1024],
  [1280, 256, 512],
  [64, 256, 1024],
] as const;

await openDevice({ backend: "wasm" });
const rounding = relaxedMaddIsFused() ? "fused" : "strict";
const pools = [
  await KernelPool.open({ rounding: "strict", threads: 1 }),
  ...(rounding === "fused" ? [await KernelPool.open({ rounding, threads: 1 })] : []),
  await KernelPool.open({ rounding }),
];

const peaks = { strict: await simdPeak("strict"), fused: await simdPeak("fused") };
const rates = new MedianRates();

/** Registers a product of a shape. */
function bench(shape: readonly [number, number, number], system: string, run: () => void): void {
  const multiplyAdds = shape[0] * shape[1] * shape[2];
  rates.bench({
    group: shape.join("x"),
    system,
    calls: Math.max(1, Math.round(4e6 / multiplyAdds)),
    run,
    figure: (milliseconds) => gflops(multiplyAdds, milliseconds),
  });
}

for (const shape of shapes) {
  const [m, k, n] = shape;
  for (const pool of pools) {
    const product = { m, n, k };
    const addresses = {
      a: pool.reserve(4 * m * k),
      b: pool.reserve(4 * k * n),
      c: pool.reserve(4 * m * n),
      scratch: pool.reserve(gemmScratchBytes(pool, product)),
    };
    const { buffer } = pool.memory;
    new Float32Array(buffer, addresses.a, m * k).fill(0.5);
    new Float32Array(buffer, addresses.b, k * n).fill(0.25);
    const system = `assay ${pool.rounding} x${pool.threads}`;
    bench(shape, system, () => gemm(pool, product, addresses));
  }
  const a = tf.fill([m, k], 0.5), b = tf.fill([k, n], 0.25);
  bench(shape, "tfjs-wasm x1", () => tf.matMul(a, b).dispose());
}

const team = pools.at(-1)!;
const [c, scratch] = [team.reserve(4), team.reserve(65536)];
const dispatches: number[] = [];
Deno.bench(`an empty job on ${team.threads} threads, 1000 times`, () => {
  const begin = performance.now();
  for (let i = 0; i < 1000; i++) team.run("multiplyAdd", 0, 0, 0, 0, 0);
  dispatches.push(performance.now() - begin);
});
const barriers: number[] = [];
Deno.bench(`a 1x1x1 product on ${team.threads} threads, 1000 times`, () => {
  const begin = performance.now();
  for (let i = 0; i < 1000; i++) team.run("gemm", 1, 1, 1, c, 0, c, 0, c, 0, 0, scratch, 0);
  barriers.push(performance.now() - begin);
});

addEventListener("unload", () => {
  const median = (times: number[]) => times.sort((x, y) => x - y)[times.length >> 1]?.toFixed(2);
  const text = "\n" + rates.report() +
    `one core at most, between registers: strict ${peaks.strict.toFixed(1)}, fused ${
      peaks.fused.toFixed(1)
    } GFLOP/s\n` +
    `an empty job on ${team.threads} threads: ${median(dispatches)} µs; with two units: ${
      median(barriers)
    } µs\n`;
  Deno.stdout.writeSync(new TextEncoder().encode(text));
});
