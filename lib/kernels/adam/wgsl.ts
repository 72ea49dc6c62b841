/**
 * Adam's step in WGSL: the blocks' sums of squares, a dispatch for each gradient; one thread, which makes
 * the norm and the scale of them; a dispatch for each variable, a thread for each parameter.
 *
 * @module
 */

import { type GpuQueue, wordOf } from "../../device/gpu_queue.ts";
import { blocksOf } from "../block_sum/oracle.ts";
import { dispatchBlockSums, sumOfBlocksWgsl } from "../block_sum/wgsl.ts";
import { arithmeticWgsl } from "../arithmetic/wgsl.ts";
import { overElements, workgroupsOver } from "../over_elements.ts";
import { type AdamAttributes, adamConstants } from "./oracle.ts";

/** A variable and its gradient, each of `size` elements. */
export interface GpuParameters {
  readonly size: number;
  readonly values: GPUBuffer;
  readonly gradient: GPUBuffer;
}

const CONSTANTS = /* wgsl */ `rate: f32, correction: f32, epsilon: f32, beta1: f32, gain1: f32,
  beta2: f32, gain2: f32, kept: f32, limit: f32`;

const SCALE = /* wgsl */ `${arithmeticWgsl("fused")}
struct Params { zero_bits: u32, blocks: u32, limit: f32 }
@group(0) @binding(0) var<storage, read> sums: array<f32>;
@group(0) @binding(1) var<storage, read_write> norm: array<f32>;
@group(0) @binding(2) var<storage, read_write> scale: array<f32>;
@group(0) @binding(3) var<uniform> params: Params;
${sumOfBlocksWgsl}
@compute @workgroup_size(1)
fn main() {
  zero_bits = params.zero_bits;
  let length = sqrt(sum_of_blocks(params.blocks));
  norm[0] = length;
  scale[0] = 1.0;
  if (length > params.limit) { scale[0] = params.limit / length; }
}`;

const STEP = /* wgsl */ `${arithmeticWgsl("fused")}
struct Params { zero_bits: u32, n: u32, first: u32, ${CONSTANTS} }
@group(0) @binding(0) var<storage, read_write> values: array<f32>;
@group(0) @binding(1) var<storage, read> gradient: array<f32>;
@group(0) @binding(2) var<storage, read_write> first_moment: array<f32>;
@group(0) @binding(3) var<storage, read_write> second_moment: array<f32>;
@group(0) @binding(4) var<storage, read> scale: array<f32>;
@group(0) @binding(5) var<uniform> params: Params;

fn normal(x: f32) -> f32 { return select(x, 0.0, size_bits(x) < 0x00800000u); }

${
  overElements(`
    let slot = params.first + i;
    let g = mul(gradient[i], scale[0]);
    let m = normal(madd(first_moment[slot], params.beta1, mul(g, params.gain1)));
    let v = normal(madd(second_moment[slot], params.beta2, mul(mul(g, g), params.gain2)));
    let denominator = madd(keep(sqrt(v)), params.correction, params.epsilon);
    values[i] = madd(values[i], params.kept, -keep(mul(m, params.rate) / denominator));
    first_moment[slot] = m;
    second_moment[slot] = v;
  `)
}`;

/** Encodes a step of all parameters and both moments, in place, and the norm of the gradients. */
export function dispatchAdam(
  queue: GpuQueue,
  parameters: readonly GpuParameters[],
  firstMoment: GPUBuffer,
  secondMoment: GPUBuffer,
  norm: GPUBuffer,
  attributes: AdamAttributes,
): void {
  const scale = dispatchScale(queue, parameters, norm, attributes.clipNorm);
  const constants = adamConstants(attributes).map(wordOf);
  let first = 0;
  for (const { size, values, gradient } of parameters) {
    queue.dispatch({
      code: STEP,
      buffers: [values, gradient, firstMoment, secondMoment, scale],
      uniforms: [0, size, first, ...constants],
      workgroups: workgroupsOver(size),
    });
    first += size;
  }
}

/** Encodes the norm of all gradients together, and the factor that brings it down to `limit`. */
function dispatchScale(
  queue: GpuQueue,
  parameters: readonly GpuParameters[],
  norm: GPUBuffer,
  limit: number,
): GPUBuffer {
  const blocks = parameters.reduce((sum, { size }) => sum + blocksOf(size), 0);
  const sums = queue.scratch(4 * blocks);
  const scale = queue.scratch(4);
  let first = 0;
  for (const { size, gradient } of parameters) {
    dispatchBlockSums(queue, "squares", size, sums, first, gradient);
    first += blocksOf(size);
  }
  queue.dispatch({
    code: SCALE,
    buffers: [sums, norm, scale],
    uniforms: [0, blocks, wordOf(limit)],
    workgroups: [1],
  });
  return scale;
}
