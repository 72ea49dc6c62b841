/**
 * Batch normalisation in WGSL, step for step the oracle's but for the square root, which is the driver's
 * (WGSL allows it some 3 ulp). A thread sums a column; a thread for each element does the rest.
 *
 * @module
 */

import type { GpuQueue } from "../../device/gpu_queue.ts";
import { type Buffers, dispatchChains, rowsUniform, rowsWgsl } from "../layer_norm/wgsl.ts";
import { GPU_THREADS, gpuGroups, type RowSizes } from "../layer_norm/rows.ts";

/** A shader with a thread for each `i` below `count`. */
const threadShader = (
  reads: readonly string[],
  writes: readonly string[],
  count: string,
  body: string,
) => `
${rowsWgsl(reads, writes)}
@compute @workgroup_size(${GPU_THREADS})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  zero_bits = params.zero_bits;
  let n = params.n;
  let rows = params.rows;
  for (var i = id.x; i < ${count}; i += groups.x * ${GPU_THREADS}u) {
    ${body}
  }
}`;

const meanWgsl = threadShader(
  ["x"],
  ["mean"],
  "n",
  `
    var sum = 0.0;
    if (params.first > 0u) { sum = mean[i]; }
    for (var row = params.first; row < params.end; row++) { sum = add(sum, x[row * n + i]); }
    if (params.end == rows) { sum = divide(sum, f32(rows)); }
    mean[i] = sum;`,
);

const varianceWgsl = threadShader(
  ["x", "mean"],
  ["variance", "inverse"],
  "n",
  `
    let m = mean[i];
    var squares = 0.0;
    if (params.first > 0u) { squares = variance[i]; }
    for (var row = params.first; row < params.end; row++) {
      let centred = add(x[row * n + i], -m);
      squares = madd(centred, centred, squares);
    }
    if (params.end == rows) {
      squares = divide(squares, f32(rows));
      inverse[i] = divide(1.0, keep(sqrt(add(squares, params.epsilon))));
    }
    variance[i] = squares;`,
);

const normaliseWgsl = threadShader(
  ["x", "gamma", "beta", "mean", "inverse"],
  ["y"],
  "rows * n",
  `
    let j = i % n;
    y[i] = madd(mul(add(x[i], -mean[j]), inverse[j]), gamma[j], beta[j]);`,
);

const inputWgsl = threadShader(
  ["x", "dy", "gamma", "mean", "inverse", "d_gamma", "d_beta"],
  ["dx"],
  "rows * n",
  `
    let j = i % n;
    let slope = divide(d_gamma[j], f32(rows));
    let shift = divide(d_beta[j], f32(rows));
    let unit = mul(add(x[i], -mean[j]), inverse[j]);
    dx[i] = mul(add(dy[i], -madd(unit, slope, shift)), mul(gamma[j], inverse[j]));`,
);

/** Encodes the operation. */
export function dispatchBatchNorm(
  queue: GpuQueue,
  sizes: RowSizes,
  { x, gamma, beta, y, mean, variance, inverse }: Buffers<
    "x" | "gamma" | "beta" | "y" | "mean" | "variance" | "inverse"
  >,
  epsilon: number,
): void {
  dispatchChains(queue, meanWgsl, [x, mean], sizes);
  dispatchChains(queue, varianceWgsl, [x, mean, variance, inverse], sizes, epsilon);
  queue.dispatch({
    code: normaliseWgsl,
    buffers: [x, gamma, beta, mean, inverse, y],
    uniforms: rowsUniform(sizes),
    workgroups: gpuGroups(sizes.rows * sizes.n),
  });
}

/** Encodes the gradient of the input. */
export function dispatchBatchNormInput(
  queue: GpuQueue,
  sizes: RowSizes,
  { x, dy, gamma, mean, inverse, dGamma, dBeta, dx }: Buffers<
    "x" | "dy" | "gamma" | "mean" | "inverse" | "dGamma" | "dBeta" | "dx"
  >,
): void {
  queue.dispatch({
    code: inputWgsl,
    buffers: [x, dy, gamma, mean, inverse, dGamma, dBeta, dx],
    uniforms: rowsUniform(sizes),
    workgroups: gpuGroups(sizes.rows * sizes.n),
  });
}
