/**
 * Attention pooling and its gradients in WGSL: a workgroup for each sample, in which every sum belongs to
 * one thread, those over all steps to the first.
 *
 * @module
 */

import type { GpuQueue } from "../../device/gpu_queue.ts";
import { arithmeticWgsl } from "../arithmetic/wgsl.ts";
import type { PoolingShape } from "./oracle.ts";

/** Threads of a workgroup. */
const THREADS = 64;
/** Most workgroups of a dispatch along one axis; beyond, each takes several samples. */
const MOST_WORKGROUPS = 65535;

/** Encodes `[context, weights]`. */
export function dispatchSoftmaxAttention(
  queue: GpuQueue,
  shape: PoolingShape,
  { scores, values, mask, context, weights }:
    & {
      readonly [name in "scores" | "values" | "context" | "weights"]: GPUBuffer;
    }
    & { readonly mask: GPUBuffer | undefined },
): void {
  dispatch(
    queue,
    shape,
    forwardWgsl(mask !== undefined),
    [scores, values, context, weights, ...(mask ? [mask] : [])],
  );
}

/** Encodes `[dScores, dValues]`. */
export function dispatchSoftmaxAttentionGradient(
  queue: GpuQueue,
  shape: PoolingShape,
  { values, weights, dContext, dWeights, dScores, dValues }: {
    readonly [
      name in "values" | "weights" | "dContext" | "dWeights" | "dScores" | "dValues"
    ]: GPUBuffer;
  },
): void {
  const buffers = [values, weights, dContext, dWeights, dScores, dValues];
  dispatch(queue, shape, gradientWgsl, buffers);
}

function dispatch(
  queue: GpuQueue,
  { batch, time, width }: PoolingShape,
  code: string,
  buffers: readonly GPUBuffer[],
): void {
  const workgroups = [Math.min(batch, MOST_WORKGROUPS)] as const;
  queue.dispatch({ code, buffers, uniforms: [0, batch, time, width], workgroups });
}

/** A shader whose workgroups run `body` for each `sample`; its first step is step `at` of all. */
const sampleShader = (
  buffers: readonly (readonly [name: string, access: "read" | "read_write"])[],
  declarations: string,
  body: string,
) => /* wgsl */ `
struct Params { zero_bits: u32, batch: u32, time: u32, width: u32 }
${
  buffers.map(([name, access], i) =>
    `@group(0) @binding(${i}) var<storage, ${access}> ${name}: array<f32>;`
  ).join("\n")
}
@group(0) @binding(${buffers.length}) var<uniform> params: Params;
${arithmeticWgsl("fused")}
${declarations}

const threads = ${THREADS}u;
@compute @workgroup_size(threads)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  zero_bits = params.zero_bits;
  let time = params.time;
  let width = params.width;
  for (var sample = group.x; sample < params.batch; sample += groups.x) {
    let at = sample * time;
${body}
  }
}`;

const forwardWgsl = (masked: boolean) =>
  sampleShader(
    [
      ["scores", "read"],
      ["values", "read"],
      ["context", "read_write"],
      ["weights", "read_write"],
      ...(masked ? [["mask", "read"] as const] : []),
    ],
    `
var<workgroup> greatest: f32;
var<workgroup> total: f32;

fn is_real(step: u32) -> bool { return ${masked ? "mask[step] != 0.0" : "true"}; }

fn exponential(step: u32) -> f32 {
  return select(0.0, expf(add(scores[step], -greatest)), is_real(step));
}`,
    `
    if (thread == 0u) {
      var most = -0x1.fffffep+127f;
      for (var t = 0u; t < time; t++) {
        if (is_real(at + t)) { most = above(most, scores[at + t]); }
      }
      greatest = most;
    }
    workgroupBarrier();
    for (var t = thread; t < time; t += threads) { weights[at + t] = exponential(at + t); }
    storageBarrier();
    if (thread == 0u) {
      var sum = 0.0;
      for (var t = 0u; t < time; t++) { sum = add(sum, weights[at + t]); }
      total = select(sum, 1.0, sum == 0.0);
    }
    workgroupBarrier();
    for (var t = thread; t < time; t += threads) {
      weights[at + t] = divide(weights[at + t], total);
    }
    storageBarrier();
    for (var j = thread; j < width; j += threads) {
      var sum = 0.0;
      for (var t = 0u; t < time; t++) {
        let weight = weights[at + t];
        if (weight != 0.0) { sum = fma(weight, values[(at + t) * width + j], sum); }
      }
      context[sample * width + j] = sum;
    }`,
  );

const gradientWgsl = sampleShader(
  [
    ["values", "read"],
    ["weights", "read"],
    ["d_context", "read"],
    ["d_weights", "read"],
    ["d_scores", "read_write"],
    ["d_values", "read_write"],
  ],
  "var<workgroup> mean: f32;",
  `
    // The whole gradients of the weights, which stand in for those of the scores until their mean is known.
    for (var t = thread; t < time; t += threads) {
      var g = d_weights[at + t];
      for (var j = 0u; j < width; j++) {
        g = fma(d_context[sample * width + j], values[(at + t) * width + j], g);
      }
      d_scores[at + t] = g;
    }
    storageBarrier();
    if (thread == 0u) {
      var sum = 0.0;
      for (var t = 0u; t < time; t++) {
        let weight = weights[at + t];
        if (weight != 0.0) { sum = fma(weight, d_scores[at + t], sum); }
      }
      mean = sum;
    }
    workgroupBarrier();
    for (var t = thread; t < time; t += threads) {
      let weight = weights[at + t];
      let pull = mul(weight, add(d_scores[at + t], -mean));
      d_scores[at + t] = select(pull, 0.0, weight == 0.0);
    }
    for (var i = thread; i < time * width; i += threads) {
      let dy = d_context[sample * width + i % width];
      d_values[at * width + i] = mul(weights[at + i / width], dy);
    }`,
);
