/**
 * The LSTM in WGSL.
 *
 * @module
 */

import type { GpuQueue } from "../../device/gpu_queue.ts";
import { dispatchGemm, type Slice } from "../gemm/wgsl.ts";
import type { LstmShape } from "./shape.ts";
import { dispatchBackward } from "./wgsl_backward.ts";
import { dispatchRecurrence } from "./wgsl_forward.ts";
import { gpuTracePlanes } from "./wgsl_slices.ts";

/** Operands and results of the forward pass, see `LstmOperands` and `LstmResults`. */
export interface LstmBuffers {
  readonly x: GPUBuffer;
  readonly kernel: GPUBuffer;
  readonly recurrentKernel: GPUBuffer;
  readonly bias: GPUBuffer;
  readonly initialHidden: GPUBuffer | undefined;
  readonly initialCell: GPUBuffer | undefined;
  readonly hidden: GPUBuffer | undefined;
  readonly finalHidden: GPUBuffer;
  readonly finalCell: GPUBuffer;
  readonly trace: GPUBuffer | undefined;
  readonly reversed: boolean;
}

/** Operands and results of the backward pass, see `LstmGradientOperands` and `LstmGradients`. */
export interface LstmGradientBuffers {
  readonly trace: GPUBuffer;
  readonly recurrentKernel: GPUBuffer;
  readonly dHidden: GPUBuffer | undefined;
  readonly dFinalHidden: GPUBuffer;
  readonly dFinalCell: GPUBuffer;
  readonly initialCell: GPUBuffer | undefined;
  readonly dz: GPUBuffer;
  readonly dKernel: GPUBuffer;
  readonly dRecurrentKernel: GPUBuffer;
  readonly dBias: GPUBuffer;
  readonly dInitialHidden: GPUBuffer | undefined;
  readonly dInitialCell: GPUBuffer | undefined;
  readonly reversed: boolean;
}

/** Encodes the forward pass. */
export function dispatchLstm(queue: GpuQueue, shape: LstmShape, at: LstmBuffers): void {
  const { batch, time, features, units } = shape;
  const sums = queue.scratch(16 * batch * time * units);
  const product = { m: batch * time, n: 4 * units, k: features, start: "bias" } as const;
  dispatchGemm(queue, product, at.x, at.kernel, sums, at.bias);
  dispatchRecurrence(queue, shape, { ...at, sums });
  if (at.trace !== undefined) {
    dispatchSwap(queue, shape, at.x, { buffer: at.trace, offset: gpuTracePlanes(shape).inputs }, {
      toSteps: true,
      reversed: at.reversed,
    });
  }
}

/** Encodes the backward pass. */
export function dispatchLstmGradient(
  queue: GpuQueue,
  shape: LstmShape,
  at: LstmGradientBuffers,
): void {
  const { batch, time, features, units } = shape;
  dispatchBackward(queue, shape, at);
  const planes = gpuTracePlanes(shape);
  const n = 4 * units, k = time * batch;
  const weights = (m: number, offset: number, out: GPUBuffer) => {
    const left = { buffer: at.trace, offset };
    dispatchGemm(queue, { m, n, k, leftTransposed: true }, left, at.dz, out);
  };
  weights(features, planes.inputs, at.dKernel);
  weights(units, planes.hidden, at.dRecurrentKernel);
  queue.dispatch({
    code: COLUMN_SUMS,
    buffers: [at.dz, at.dBias],
    uniforms: [0, k, n],
    workgroups: [Math.ceil(n / 32)],
  });
}

/** Encodes `dx = dz · kernelᵀ`, by time again: `dx` `[batch, time, features]`. */
export function dispatchLstmInputGradient(
  queue: GpuQueue,
  shape: LstmShape,
  at: {
    readonly dz: GPUBuffer;
    readonly kernel: GPUBuffer;
    readonly dx: GPUBuffer;
    readonly reversed: boolean;
  },
): void {
  const { batch, time, features, units } = shape;
  const steps = queue.scratch(4 * batch * time * features);
  const product = { m: time * batch, n: features, k: 4 * units, rightTransposed: true };
  dispatchGemm(queue, product, at.dz, at.kernel, steps);
  dispatchSwap(queue, shape, steps, { buffer: at.dx, offset: 0 }, {
    toSteps: false,
    reversed: at.reversed,
  });
}

/** Encodes the way from `[batch, time, features]` to `[time, batch, features]` in the order read, or back. */
function dispatchSwap(
  queue: GpuQueue,
  { batch, time, features }: LstmShape,
  from: GPUBuffer,
  to: Slice,
  { toSteps, reversed }: { readonly toSteps: boolean; readonly reversed: boolean },
): void {
  const size = batch * time * features;
  queue.dispatch({
    code: SWAP,
    buffers: [from, to.buffer],
    uniforms: [0, batch, time, features, Number(toSteps), Number(reversed), to.offset],
    workgroups: [Math.min(Math.ceil(size / 64), 65535)],
  });
}

const SWAP = /* wgsl */ `
struct Params {
  zero_bits: u32, batch: u32, time: u32, features: u32, to_steps: u32, reversed: u32, offset: u32,
}
@group(0) @binding(0) var<storage, read> source: array<f32>;
@group(0) @binding(1) var<storage, read_write> swapped: array<f32>;
@group(0) @binding(2) var<uniform> params: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let size = params.batch * params.time * params.features;
  for (var i = id.x; i < size; i += 64u * groups.x) {
    let row = i / params.features;
    let step = row / params.batch;
    let time = select(step, params.time - 1u - step, params.reversed != 0u);
    let by_time = (row % params.batch * params.time + time) * params.features + i % params.features;
    if (params.to_steps != 0u) { swapped[params.offset + i] = source[by_time]; }
    else { swapped[params.offset + by_time] = source[i]; }
  }
}`;

/** One thread a column: a chain over the rows ascending. */
const COLUMN_SUMS = /* wgsl */ `
struct Params { zero_bits: u32, rows: u32, columns: u32 }
@group(0) @binding(0) var<storage, read> matrix: array<f32>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;
@group(0) @binding(2) var<uniform> params: Params;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= params.columns) { return; }
  var sum = 0.0;
  for (var row = 0u; row < params.rows; row++) {
    sum = fma(1.0, matrix[row * params.columns + id.x], sum);
  }
  sums[id.x] = sum;
}`;
