/**
 * The sizes of an LSTM's sequence, and how the trace lies that its forward pass leaves for the backward
 * pass.
 *
 * @module
 */

/** Sizes of a sequence. */
export interface LstmShape {
  readonly batch: number;
  readonly time: number;
  /** Width of the input. */
  readonly features: number;
  /** Width of the states. */
  readonly units: number;
}

/** Where the planes of a trace begin, in floats. */
export interface TracePlanes {
  /** `[time batch, 4 units]`: input, forget, cell and output gate, after sigmoid and tanh. */
  readonly gates: number;
  /** `[time batch, units]`: the cells. */
  readonly cells: number;
  /** `[time batch, units]`: tanh of the cells. */
  readonly squashed: number;
  /** `[time batch, features + units + 1]`: what each step multiplied: x, the hidden state before, and 1. */
  readonly inputs: number;
  /** Floats in all. */
  readonly size: number;
}

/**
 * The trace's planes; its rows go through the steps in the order read, the samples of a step together.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const planes = tracePlanes({ batch: 1, time: 2, features: 3, units: 4 });
 * assertEquals(planes, { gates: 0, cells: 32, squashed: 40, inputs: 48, size: 64 });
 * ```
 */
export function tracePlanes({ batch, time, features, units }: LstmShape): TracePlanes {
  const rows = batch * time;
  return {
    gates: 0,
    cells: rows * 4 * units,
    squashed: rows * 5 * units,
    inputs: rows * 6 * units,
    size: rows * (7 * units + features + 1),
  };
}

/**
 * Floats for the gradients of the gates' sums, one row of `4 units` for each row of the trace. How they
 * lie is each implementation's own: the WASM has them in panels of eight columns, the last one filled up.
 */
export function dzSize({ batch, time, units }: LstmShape): number {
  return batch * time * 8 * Math.ceil(units / 2);
}
