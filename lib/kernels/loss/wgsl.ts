/**
 * Mean losses in WGSL: the blocks' sums, then one thread that adds them up; the gradient has a thread
 * for each element.
 *
 * @module
 */

import { type GpuQueue, wordOf } from "../../device/gpu_queue.ts";
import { blocksOf } from "../block_sum/oracle.ts";
import { dispatchBlockSums, sumOfBlocksWgsl } from "../block_sum/wgsl.ts";
import { type Penalty, slopeFactor } from "./oracle.ts";

const THREADS = 64;
/** Most workgroups of a dispatch along one axis; beyond, each thread takes several elements. */
const MOST_WORKGROUPS = 65535;

const termOf = { squared: "squaredDifferences", absolute: "absoluteDifferences" } as const;

/** Encodes `loss[0] =` the mean loss of `n` predictions. */
export function dispatchMeanLoss(
  queue: GpuQueue,
  penalty: Penalty,
  n: number,
  predicted: GPUBuffer,
  expected: GPUBuffer,
  loss: GPUBuffer,
): void {
  const sums = queue.scratch(4 * blocksOf(n));
  dispatchBlockSums(queue, termOf[penalty], n, sums, 0, predicted, expected);
  queue.dispatch({
    code: /* wgsl */ `
struct Params { zero_bits: u32, blocks: u32, n: u32 }
@group(0) @binding(0) var<storage, read> sums: array<f32>;
@group(0) @binding(1) var<storage, read_write> loss: array<f32>;
@group(0) @binding(2) var<uniform> params: Params;
${sumOfBlocksWgsl}
@compute @workgroup_size(1)
fn main() { loss[0] = sum_of_blocks(params.blocks, params.zero_bits) / f32(params.n); }`,
    buffers: [sums, loss],
    uniforms: [0, blocksOf(n), n],
    workgroups: [1],
  });
}

/** Encodes `slope =` the gradient of `n` predictions, the loss's being `dy[0]`. */
export function dispatchMeanLossGradient(
  queue: GpuQueue,
  penalty: Penalty,
  n: number,
  predicted: GPUBuffer,
  expected: GPUBuffer,
  dy: GPUBuffer,
  slope: GPUBuffer,
): void {
  const value = penalty === "squared" ? "difference * scale" : "sign(difference) * scale";
  queue.dispatch({
    code: /* wgsl */ `
struct Params { zero_bits: u32, n: u32, factor: f32 }
@group(0) @binding(0) var<storage, read> predicted: array<f32>;
@group(0) @binding(1) var<storage, read> expected: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> slope: array<f32>;
@group(0) @binding(4) var<uniform> params: Params;

@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let scale = dy[0] * params.factor;
  for (var i = id.x; i < params.n; i += groups.x * ${THREADS}u) {
    let difference = predicted[i] - expected[i];
    slope[i] = ${value};
  }
}`,
    buffers: [predicted, expected, dy, slope],
    uniforms: [0, n, wordOf(slopeFactor(penalty, n))],
    workgroups: [Math.min(Math.ceil(n / THREADS), MOST_WORKGROUPS)],
  });
}
