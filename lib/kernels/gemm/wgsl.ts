/**
 * The matrix product in WGSL: one thread for each output, one chain of `fma` over k ascending.
 *
 * @module
 */

import type { GpuQueue } from "../../device/gpu_queue.ts";
import type { GemmShape } from "./gemm.ts";

/** Threads of a workgroup along n and m. */
const TILE = 8;

/** Encodes `out = left · right + bias`; `bias` is needed where `shape.start` is `bias`. */
export function dispatchGemm(
  queue: GpuQueue,
  shape: GemmShape,
  left: GPUBuffer,
  right: GPUBuffer,
  out: GPUBuffer,
  bias?: GPUBuffer,
): void {
  const { m, n, k } = shape;
  queue.dispatch({
    code: gemmWgsl(shape),
    buffers: bias === undefined ? [left, right, out] : [left, right, out, bias],
    uniforms: [0, m, n, k],
    workgroups: [Math.ceil(n / TILE), Math.ceil(m / TILE)],
  });
}

function gemmWgsl({ leftTransposed, rightTransposed, start }: GemmShape): string {
  const biased = start === "bias";
  return /* wgsl */ `
struct Params { zero_bits: u32, m: u32, n: u32, k: u32 }
@group(0) @binding(0) var<storage, read> left: array<f32>;
@group(0) @binding(1) var<storage, read> right: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
${biased ? "@group(0) @binding(3) var<storage, read> bias: array<f32>;" : ""}
@group(0) @binding(${biased ? 4 : 3}) var<uniform> params: Params;

@compute @workgroup_size(${TILE}, ${TILE})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y;
  let j = id.x;
  if (i >= params.m || j >= params.n) { return; }
  var sum = ${biased ? "bias[j]" : "0.0"};
  for (var p = 0u; p < params.k; p++) {
    let a = left[${leftTransposed ? "p * params.m + i" : "i * params.k + p"}];
    let b = right[${rightTransposed ? "j * params.k + p" : "p * params.n + j"}];
    sum = fma(a, b, sum);
  }
  out[i * params.n + j] = sum;
}`;
}
