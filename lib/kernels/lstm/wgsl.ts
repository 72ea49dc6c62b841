/**
 * The LSTM in WGSL.
 *
 * @module
 */

import type { GpuQueue } from "../../device/gpu_queue.ts";
import type { LstmShape } from "./shape.ts";

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
export function dispatchLstm(_queue: GpuQueue, _shape: LstmShape, _at: LstmBuffers): void {
  throw new Error("The LSTM has no shader yet");
}

/** Encodes the backward pass. */
export function dispatchLstmGradient(
  _queue: GpuQueue,
  _shape: LstmShape,
  _at: LstmGradientBuffers,
): void {
  throw new Error("The LSTM has no shader yet");
}

/** Encodes `dx = dz · kernelᵀ`, by time again: `dx` `[batch, time, features]`. */
export function dispatchLstmInputGradient(
  _queue: GpuQueue,
  _shape: LstmShape,
  _at: {
    readonly dz: GPUBuffer;
    readonly kernel: GPUBuffer;
    readonly dx: GPUBuffer;
    readonly reversed: boolean;
  },
): void {
  throw new Error("The LSTM has no shader yet");
}
