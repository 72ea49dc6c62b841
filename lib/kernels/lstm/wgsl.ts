/**
 * The LSTM in WGSL.
 *
 * @module
 */

import { type GpuQueue, LOOP_ROUNDS } from "../../device/gpu_queue.ts";
import { dispatchGemm, type Slice } from "../gemm/wgsl.ts";
import type { LstmShape } from "./shape.ts";
import { dispatchBackward } from "./wgsl_backward.ts";
import { dispatchRecurrence, type StepSums } from "./wgsl_forward.ts";
import { bindings, gpuTracePlanes } from "./wgsl_slices.ts";

/** Operands and results of the forward pass, see `LstmOperands` and `LstmResults`. */
export interface LstmBuffers {
  readonly x: GPUBuffer | undefined;
  readonly kernel: GPUBuffer | undefined;
  readonly recurrentKernel: GPUBuffer;
  readonly bias: GPUBuffer;
  readonly initialHidden: GPUBuffer | undefined;
  readonly initialCell: GPUBuffer | undefined;
  readonly hidden: GPUBuffer | undefined;
  readonly finalHidden: GPUBuffer;
  readonly finalCell: GPUBuffer;
  readonly trace: GPUBuffer | undefined;
  readonly reversed: boolean;
  readonly biasBySample: boolean;
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
  readonly biasBySample: boolean;
}

/** Encodes the forward pass. */
export function dispatchLstm(queue: GpuQueue, shape: LstmShape, at: LstmBuffers): void {
  dispatchRecurrence(queue, shape, { ...at, sums: dispatchSums(queue, shape, at) });
  if (at.trace !== undefined && at.x !== undefined) {
    const inputs = { buffer: at.trace, offset: gpuTracePlanes(shape).inputs };
    dispatchSwap(queue, shape, at.x, inputs, { toSteps: true, reversed: at.reversed });
  }
}

/** The gates' sums before the hidden states' part: the bias, and the product of the inputs. */
function dispatchSums(
  queue: GpuQueue,
  { batch, time, features, units }: LstmShape,
  { x, kernel, bias, biasBySample }: LstmBuffers,
): StepSums {
  if (x === undefined || kernel === undefined) return { buffer: bias, repeated: true };
  const buffer = queue.scratch(16 * batch * time * units);
  const product = { m: batch * time, n: 4 * units, k: features };
  if (biasBySample) {
    queue.dispatch({
      code: REPEAT_ROWS,
      buffers: [bias, buffer],
      uniforms: [0, batch * time * 4 * units, time, 4 * units],
      workgroups: [workgroupsOf(batch * time * 4 * units)],
    });
    dispatchGemm(queue, { ...product, start: "c" }, x, kernel, buffer);
  } else dispatchGemm(queue, { ...product, start: "bias" }, x, kernel, buffer, bias);
  return { buffer, repeated: false };
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
  if (features > 0) weights(features, planes.inputs, at.dKernel);
  weights(units, planes.hidden, at.dRecurrentKernel);
  // A bias of each sample gathers its steps from the last to the first.
  const [rows, columns] = at.biasBySample ? [time, batch * n] : [k, n];
  for (let first = 0; first < rows; first += LOOP_ROUNDS) {
    queue.dispatch({
      code: COLUMN_SUMS,
      buffers: [at.dz, at.dBias],
      uniforms: [0, rows, columns, Number(at.biasBySample), first],
      workgroups: [workgroupsOf(columns)],
    });
  }
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
    workgroups: [workgroupsOf(size)],
  });
}

/** Workgroups of 64 threads for a shader that loops over `size` elements. */
function workgroupsOf(size: number): number {
  return Math.min(Math.ceil(size / 64), 65535);
}

/** A shader of two buffers whose threads go through elements `i` below `params.size`. */
function elementwise(params: string, size: string, body: string): string {
  return /* wgsl */ `
struct Params { zero_bits: u32, ${params} }
${bindings([["source", "read", "f32"], ["result", "read_write", "f32"]])}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var i = id.x; i < ${size}; i += 64u * groups.x) {
    ${body}
  }
}`;
}

const SWAP = elementwise(
  "batch: u32, time: u32, features: u32, to_steps: u32, reversed: u32, offset: u32",
  "params.batch * params.time * params.features",
  /* wgsl */ `
    let row = i / params.features;
    let step = row / params.batch;
    let time = select(step, params.time - 1u - step, params.reversed != 0u);
    let by_time = (row % params.batch * params.time + time) * params.features + i % params.features;
    if (params.to_steps != 0u) { result[params.offset + i] = source[by_time]; }
    else { result[params.offset + by_time] = source[i]; }`,
);

/** Each row of a matrix `times` times. */
const REPEAT_ROWS = elementwise(
  "size: u32, times: u32, columns: u32",
  "params.size",
  "result[i] = source[i / (params.times * params.columns) * params.columns + i % params.columns];",
);

/** The sums of columns, each a chain over the rows in one direction, continued from the `first` row on. */
const COLUMN_SUMS = elementwise(
  "rows: u32, columns: u32, upwards: u32, first: u32",
  "params.columns",
  /* wgsl */ `
    var sum = 0.0;
    if (params.first > 0u) { sum = result[i]; }
    let end = min(params.rows, params.first + ${LOOP_ROUNDS}u);
    for (var r = params.first; r < end; r++) {
      let row = select(r, params.rows - 1u - r, params.upwards != 0u);
      sum = fma(1.0, source[row * params.columns + i], sum);
    }
    result[i] = sum;`,
);
