/**
 * Mean losses in WGSL: the blocks' sums, then one thread that adds them up; the gradient has a thread
 * for each element.
 *
 * @module
 */

import { type GpuQueue, wordOf } from "../../device/gpu_queue.ts";
import { blocksOf } from "../block_sum/oracle.ts";
import { dispatchBlockSums, sumOfBlocksWgsl } from "../block_sum/wgsl.ts";
import { arithmeticWgsl } from "../arithmetic/wgsl.ts";
import { overElements, workgroupsOver } from "../over_elements.ts";
import { type Penalty, slopeFactor } from "./oracle.ts";

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
    code: /* wgsl */ `${arithmeticWgsl("fused")}
struct Params { zero_bits: u32, blocks: u32, n: u32 }
@group(0) @binding(0) var<storage, read> sums: array<f32>;
@group(0) @binding(1) var<storage, read_write> loss: array<f32>;
@group(0) @binding(2) var<uniform> params: Params;
${sumOfBlocksWgsl}
@compute @workgroup_size(1)
fn main() {
  zero_bits = params.zero_bits;
  loss[0] = sum_of_blocks(params.blocks) / f32(params.n);
}`,
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
  const value = penalty === "squared" ? "difference" : "sign(difference)";
  queue.dispatch({
    code: /* wgsl */ `${arithmeticWgsl("fused")}
struct Params { zero_bits: u32, n: u32, factor: f32 }
@group(0) @binding(0) var<storage, read> predicted: array<f32>;
@group(0) @binding(1) var<storage, read> expected: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> slope: array<f32>;
@group(0) @binding(4) var<uniform> params: Params;
${
      overElements(`
    let difference = add(predicted[i], -expected[i]);
    slope[i] = ${value} * mul(dy[0], params.factor);
  `)
    }`,
    buffers: [predicted, expected, dy, slope],
    uniforms: [0, n, wordOf(slopeFactor(penalty, n))],
    workgroups: workgroupsOver(n),
  });
}
