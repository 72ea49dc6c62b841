/**
 * The LSTM on the pool's memory: the passes themselves are jobs of `assembly/lstm_forward.ts` and
 * `lstm_backward.ts`; the weights' gradients are one matrix product. Addresses are in bytes, 0 where
 * there is nothing.
 *
 * @module
 */

import type { KernelPool } from "../../device/wasm/pool.ts";
import { gemm, gemmScratchBytes } from "../gemm/gemm.ts";
import { type LstmShape, tracePlanes } from "./shape.ts";

/** Columns of a panel of a right matrix. */
const PANEL = 8;

/** Operands and results of the forward pass, see `LstmOperands` and `LstmResults`. */
export interface LstmAddresses {
  readonly x: number;
  readonly kernel: number;
  readonly recurrentKernel: number;
  readonly bias: number;
  readonly initialHidden: number;
  readonly initialCell: number;
  readonly hidden: number;
  readonly finalHidden: number;
  readonly finalCell: number;
  readonly trace: number;
  readonly reversed: boolean;
  readonly biasBySample: boolean;
}

/** Operands and results of the backward pass, see `LstmGradientOperands` and `LstmGradients`. */
export interface LstmGradientAddresses {
  readonly trace: number;
  readonly recurrentKernel: number;
  readonly dHidden: number;
  readonly dFinalHidden: number;
  readonly dFinalCell: number;
  readonly initialCell: number;
  readonly dz: number;
  readonly dKernel: number;
  readonly dRecurrentKernel: number;
  readonly dBias: number;
  readonly dInitialHidden: number;
  readonly dInitialCell: number;
  readonly reversed: boolean;
  readonly biasBySample: boolean;
}

/** Runs the forward pass. */
export function runLstm(pool: KernelPool, shape: LstmShape, at: LstmAddresses): void {
  const { batch, time, features, units } = shape;
  const { threads } = pool;
  const scratch = pool.reserve(
    pool.kernels.lstmForwardScratchBytes!(threads, batch, features, units) >>> 0,
  );
  // deno-fmt-ignore
  pool.run("lstmForward", batch, time, features, units, at.x, at.kernel, at.recurrentKernel, at.bias,
    at.initialHidden, at.initialCell, at.hidden, at.finalHidden, at.finalCell, at.trace,
    Number(at.reversed) + 2 * Number(at.biasBySample), scratch);
  pool.release(scratch);
}

/** Runs the backward pass. */
export function runLstmGradient(
  pool: KernelPool,
  shape: LstmShape,
  at: LstmGradientAddresses,
): void {
  const { batch, time, features, units } = shape;
  const passBytes = pool.kernels.lstmBackwardScratchBytes!(pool.threads, batch, units) >>> 0;
  const pass = pool.reserve(passBytes);
  const n = 4 * units;
  if (n % PANEL > 0) {
    // The last panel of dz is not full; what nobody computes is nought, so that dz has the same bits always.
    const panel = 4 * PANEL * time * batch;
    const last = at.dz + Math.floor(n / PANEL) * panel;
    new Uint8Array(pool.memory.buffer).fill(0, last, last + panel);
  }
  // deno-fmt-ignore
  pool.run("lstmBackward", batch, time, units, at.recurrentKernel, at.trace, at.dHidden,
    at.dFinalHidden, at.dFinalCell, at.initialCell, at.dz, at.biasBySample ? at.dBias : 0,
    at.dInitialHidden, at.dInitialCell, Number(at.reversed), pass);
  pool.release(pass);

  const m = features + units + 1;
  const product = { m, n, k: time * batch, leftTransposed: true, rightPacked: true } as const;
  const scratch = pool.reserve(gemmScratchBytes(pool, product));
  const all = pool.reserve(4 * m * n);
  const a = at.trace + 4 * tracePlanes(shape).inputs;
  gemm(pool, product, { a, b: at.dz, c: all, scratch });
  const bytes = new Uint8Array(pool.memory.buffer);
  const row = 4 * n;
  bytes.copyWithin(at.dKernel, all, all + features * row);
  bytes.copyWithin(at.dRecurrentKernel, all + features * row, all + (m - 1) * row);
  if (!at.biasBySample) bytes.copyWithin(at.dBias, all + (m - 1) * row, all + m * row);
  pool.release(all);
  pool.release(scratch);
}

/** `dx = dz · kernelᵀ`, `[batch, time, features]`, from `dz` as {@linkcode runLstmGradient} leaves it. */
export function runLstmInputGradient(
  pool: KernelPool,
  { batch, time, features, units }: LstmShape,
  at: {
    readonly dz: number;
    readonly kernel: number;
    readonly dx: number;
    readonly reversed: boolean;
  },
): void {
  const scratch = pool.reserve(
    pool.kernels.lstmInputsScratchBytes!(pool.threads, batch, time, features, units) >>> 0,
  );
  // deno-fmt-ignore
  pool.run("lstmInputs", batch, time, features, units, at.dz, at.kernel, at.dx, Number(at.reversed),
    scratch);
  pool.release(scratch);
}
