/**
 * What a dense layer, and a convolution, computes beside its matrix products, in WGSL: one thread for each
 * element, and for each sum of a column.
 *
 * @module
 */

import { type GpuQueue, LOOP_ROUNDS } from "../../device/gpu_queue.ts";
import { type Activation, activationWgsl } from "../arithmetic/activation.ts";
import { arithmeticWgsl } from "../arithmetic/wgsl.ts";
import { overElements, THREADS, workgroupsOver } from "../over_elements.ts";

/** Encodes `c = activation(c)` of `n` elements. */
export function dispatchActivation(
  queue: GpuQueue,
  activation: Activation,
  n: number,
  c: GPUBuffer,
): void {
  queue.dispatch({
    code: /* wgsl */ `${activationWgsl(activation)}
struct Params { zero_bits: u32, n: u32 }
@group(0) @binding(0) var<storage, read_write> c: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;
${overElements("c[i] = activate(c[i]);")}`,
    buffers: [c],
    uniforms: [0, n],
    workgroups: workgroupsOver(n),
  });
}

/** Encodes `dz = dy · activation'` of `n` elements, from the activation's outputs `y`. */
export function dispatchSlopes(
  queue: GpuQueue,
  activation: Activation,
  n: number,
  y: GPUBuffer,
  dy: GPUBuffer,
  dz: GPUBuffer,
): void {
  queue.dispatch({
    code: /* wgsl */ `${activationWgsl(activation)}
struct Params { zero_bits: u32, n: u32 }
@group(0) @binding(0) var<storage, read> y: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dz: array<f32>;
@group(0) @binding(3) var<uniform> params: Params;
${overElements("dz[i] = slope(y[i], dy[i]);")}`,
    buffers: [y, dy, dz],
    uniforms: [0, n],
    workgroups: workgroupsOver(n),
  });
}

/**
 * Encodes the sums of the columns of `dz`, `[rows, units]`, each one chain over the rows ascending, which
 * every further dispatch continues.
 */
export function dispatchColumnSums(
  queue: GpuQueue,
  rows: number,
  units: number,
  dz: GPUBuffer,
  sums: GPUBuffer,
): void {
  for (let first = 0; first < rows; first += LOOP_ROUNDS) {
    queue.dispatch({
      code: columnSumsWgsl,
      buffers: [dz, sums],
      uniforms: [0, units, first, Math.min(first + LOOP_ROUNDS, rows)],
      workgroups: [Math.ceil(units / THREADS)],
    });
  }
}

const columnSumsWgsl = /* wgsl */ `${arithmeticWgsl("fused")}
struct Params { zero_bits: u32, units: u32, first: u32, end: u32 }
@group(0) @binding(0) var<storage, read> dz: array<f32>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;
@group(0) @binding(2) var<uniform> params: Params;

@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3u) {
  zero_bits = params.zero_bits;
  if (id.x >= params.units) { return; }
  var sum = 0.0;
  if (params.first > 0u) { sum = sums[id.x]; }
  for (var i = params.first; i < params.end; i++) { sum = add(sum, dz[i * params.units + id.x]); }
  sums[id.x] = sum;
}`;
