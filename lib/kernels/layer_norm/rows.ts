/**
 * What layer and batch normalisation share: how a tensor falls into rows of normalised elements.
 *
 * @module
 */

import type { KernelPool } from "../../device/wasm/pool.ts";
import type { Operand, Shape } from "../operation.ts";

/** A tensor as `rows` rows of `n` elements. */
export interface RowSizes {
  readonly rows: number;
  readonly n: number;
}

/**
 * The rows of `x` where the last axes have the shape of `gamma`.
 *
 * @param what The operation, for the message.
 * @throws {RangeError} When they have not, or `beta` has another shape, or an axis is empty.
 */
export function rowSizes(
  what: string,
  x: Operand<unknown>,
  gamma: Operand<unknown>,
  beta: Operand<unknown>,
): RowSizes {
  const leading = x.shape.length - gamma.shape.length;
  const fits = leading >= 0 && gamma.shape.every((extent, i) => extent === x.shape[leading + i]) &&
    beta.shape.join() === gamma.shape.join();
  const n = sizeOf(gamma.shape), rows = sizeOf(x.shape) / n;
  if (!fits || !(rows >= 1)) {
    throw new RangeError(
      `Cannot compute ${what} of shape [${x.shape}] with gamma of shape [${gamma.shape}] and beta of shape ` +
        `[${beta.shape}]: these two must have the shape of the last axes, and no axis may be empty`,
    );
  }
  return { rows, n };
}

/** The number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** The elements of operands, by the same names. */
export function dataOf<Name extends string, Data>(
  operands: Readonly<Record<Name, Operand<Data>>>,
): Record<Name, Data> {
  const entries = Object.entries<Operand<Data>>(operands);
  return Object.fromEntries(entries.map(([name, { data }]) => [name, data])) as Record<Name, Data>;
}

/** Elements below which waking the other threads takes longer than it saves. */
const SHARED_FROM = 20_000;

/** Runs a kernel whose first arguments are `rows` and `n`, on all threads where that pays. */
export function runOnRows(
  pool: KernelPool,
  name: string,
  { rows, n }: RowSizes,
  ...args: readonly number[]
): void {
  if (rows * n < SHARED_FROM) pool.runAlone(name, rows, n, ...args);
  else pool.run(name, rows, n, ...args);
}

/** Threads of a workgroup of shaders that have a thread for each element or column. */
export const GPU_THREADS = 64;

/** Workgroups for `count` such threads; the shaders go on to the next ones where a dispatch has too few. */
export function gpuGroups(count: number): [number] {
  return [Math.min(Math.ceil(count / GPU_THREADS), 65_535)];
}
