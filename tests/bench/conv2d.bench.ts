/**
 * The convolutions of a NatureCNN at batch 32, forward and backward, on one thread and on all, beside
 * the forward pass of tfjs-wasm. Run it on a quiet machine:
 *
 *     deno bench --no-prompt --allow-read --allow-env tests/bench/conv2d.bench.ts
 *
 * After the times it prints GFLOP/s of the median call, beside those of a large matrix product, which is
 * the level to reach.
 *
 * @module
 */

import { openDevice } from "../../lib/device/device.ts";
import { tf } from "../../lib/device/tf.ts";
import { type Heap, ownHeap } from "../../lib/device/wasm/heap.ts";
import { relaxedMaddIsFused } from "../../lib/device/wasm/load.ts";
import { KernelPool } from "../../lib/device/wasm/pool.ts";
import { type Conv2dShape, conv2dShape } from "../../lib/kernels/conv2d/shape.ts";
import { convolve, filterGradient, inputGradient } from "../../lib/kernels/conv2d/wasm.ts";
import { gemm, gemmScratchBytes } from "../../lib/kernels/gemm/gemm.ts";
import { gflops, MedianRates } from "./median_rate.ts";

const BATCH = 32;
/** Extent and channels of the images; extent, stride and filters of the kernel. */
const layers = [[84, 4, 8, 4, 32], [20, 32, 4, 2, 64], [9, 64, 3, 1, 64]] as const;
/** Rows and columns of the matrix product. */
const SIZE = 768;

await openDevice({ backend: "wasm" });
const rounding = relaxedMaddIsFused() ? "fused" : "strict";
const pools = [
  await KernelPool.open({ rounding, threads: 1, heap: reusingHeap() }),
  await KernelPool.open({ rounding, heap: reusingHeap() }),
];

const rates = new MedianRates();

/** A heap that hands out again what was given back, as that of tfjs does: fresh pages are slow. */
function reusingHeap(): Heap {
  const { memory, reserve } = ownHeap();
  const sizes = new Map<number, number>();
  const free = new Map<number, number[]>();
  return {
    memory,
    reserve(bytes) {
      const address = free.get(bytes)?.pop() ?? reserve(bytes);
      sizes.set(address, bytes);
      return address;
    },
    release(address) {
      const bytes = sizes.get(address)!;
      free.set(bytes, [...free.get(bytes) ?? [], address]);
    },
  };
}

function bench(group: string, system: string, multiplyAdds: number, run: () => void): void {
  const figure = (milliseconds: number) => gflops(multiplyAdds, milliseconds);
  rates.bench({ group, system, calls: 1, run, figure });
}

/** Sets floats aside that are neither equal nor subnormal. */
function floats(pool: KernelPool, count: number): number {
  const address = pool.reserve(4 * count);
  const values = new Float32Array(pool.memory.buffer, address, count);
  for (let i = 0; i < count; i++) values[i] = Math.sin(i);
  return address;
}

function benchLayer(pool: KernelPool, name: string, shape: Conv2dShape): void {
  const { batch, height, width, channels, filters } = shape;
  const outputs = batch * shape.outHeight * shape.outWidth;
  const taps = shape.kernelHeight * shape.kernelWidth * channels;
  const [x, dx] = [0, 1].map(() => floats(pool, batch * height * width * channels));
  const [y, dz] = [0, 1].map(() => floats(pool, outputs * filters));
  const [kernel, dKernel] = [0, 1].map(() => floats(pool, taps * filters));
  const bias = floats(pool, filters);
  const system = `assay ${pool.rounding} x${pool.threads}`;
  const multiplyAdds = outputs * taps * filters;
  bench(
    `${name} forward`,
    system,
    multiplyAdds,
    () => convolve(pool, shape, "linear", [x!, kernel!, bias, y!]),
  );
  bench(
    `${name} filter gradient`,
    system,
    multiplyAdds,
    () => filterGradient(pool, shape, [x!, dz!, dKernel!]),
  );
  // Nobody asks for the gradient of the frames.
  if (name.startsWith("1")) return;
  bench(
    `${name} input gradient`,
    system,
    multiplyAdds,
    () => inputGradient(pool, shape, [dz!, kernel!, dx!]),
  );
}

for (const pool of pools) {
  const product = { m: SIZE, n: SIZE, k: SIZE };
  const [a, b, c] = [0, 1, 2].map(() => floats(pool, SIZE * SIZE));
  const scratch = pool.reserve(gemmScratchBytes(pool, product));
  bench(
    `matrix product ${SIZE}`,
    `assay ${pool.rounding} x${pool.threads}`,
    SIZE ** 3,
    () => gemm(pool, product, { a: a!, b: b!, c: c!, scratch }),
  );
}
for (const [index, [extent, channels, kernel, stride, filters]] of layers.entries()) {
  const images = [BATCH, extent, extent, channels] as [number, number, number, number];
  const kernels = [kernel, kernel, channels, filters] as [number, number, number, number];
  const shape = conv2dShape(images, kernels, [stride, stride], "valid");
  const name = `${index + 1}: ${kernel}x${kernel}/${stride} ${channels} to ${filters}`;
  for (const pool of pools) benchLayer(pool, name, shape);
  const x = tf.reshape(tf.sin(tf.range(0, images.reduce((a, b) => a * b))), images) as tf.Tensor4D;
  const w = tf.reshape(
    tf.sin(tf.range(0, kernels.reduce((a, b) => a * b))),
    kernels,
  ) as tf.Tensor4D;
  const multiplyAdds = BATCH * shape.outHeight * shape.outWidth * w.size;
  bench(
    `${name} forward`,
    "tfjs-wasm x1",
    multiplyAdds,
    () => tf.conv2d(x, w, stride, "valid").dispose(),
  );
}

addEventListener("unload", () => {
  const text = "\n" + rates.report();
  Deno.stdout.writeSync(new TextEncoder().encode(text));
});
