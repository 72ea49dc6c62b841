/**
 * The prefixes of padded sequences as loops: what every other implementation must equal.
 *
 * @module
 */

/** The sizes of sequences. */
export interface SequenceShape {
  readonly batch: number;
  readonly time: number;
  readonly width: number;
}

/**
 * How many steps a sequence has before its padding: those before the first whose mask is zero.
 *
 * @param mask `[batch, time]`.
 * @param b The sequence.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([0, 1].map((b) => prefixLength([1, 1, 0, 1, 1, 1], b, 3)), [2, 3]);
 * ```
 */
export function prefixLength(mask: ArrayLike<number>, b: number, time: number): number {
  let length = 0;
  while (length < time && mask[b * time + length] !== 0) length++;
  return length;
}

/**
 * Each sequence's prefix, as it is or reversed in time, and zeros behind it.
 *
 * @param x `[batch, time, width]`.
 * @param mask `[batch, time]`.
 * @returns f32, shaped as `x`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const shape = { batch: 1, time: 3, width: 1 };
 * assertEquals([...prefixStepsOracle(shape, [1, 2, 3], [1, 1, 0], true)], [2, 1, 0]);
 * ```
 */
export function prefixStepsOracle(
  { batch, time, width }: SequenceShape,
  x: ArrayLike<number>,
  mask: ArrayLike<number>,
  reversed: boolean,
): Float32Array {
  const out = new Float32Array(batch * time * width);
  for (let b = 0; b < batch; b++) {
    const length = prefixLength(mask, b, time);
    for (let t = 0; t < length; t++) {
      const from = (b * time + (reversed ? length - 1 - t : t)) * width;
      for (let j = 0; j < width; j++) out[(b * time + t) * width + j] = x[from + j]!;
    }
  }
  return out;
}

/**
 * The last step of each sequence's prefix, zeros where there is none.
 *
 * @param x `[batch, time, width]`.
 * @param mask `[batch, time]`.
 * @returns f32 `[batch, width]`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([...lastStepOracle({ batch: 1, time: 3, width: 1 }, [1, 2, 3], [1, 1, 0])], [2]);
 * ```
 */
export function lastStepOracle(
  { batch, time, width }: SequenceShape,
  x: ArrayLike<number>,
  mask: ArrayLike<number>,
): Float32Array {
  const out = new Float32Array(batch * width);
  for (let b = 0; b < batch; b++) {
    const length = prefixLength(mask, b, time);
    if (length === 0) continue;
    const from = (b * time + length - 1) * width;
    for (let j = 0; j < width; j++) out[b * width + j] = x[from + j]!;
  }
  return out;
}

/**
 * The gradient of {@linkcode lastStepOracle}: `dy` at the last step of each prefix, zeros elsewhere.
 *
 * @param dy `[batch, width]`.
 * @param mask `[batch, time]`.
 * @returns f32 `[batch, time, width]`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const shape = { batch: 1, time: 3, width: 1 };
 * assertEquals([...lastStepGradientOracle(shape, [7], [1, 1, 0])], [0, 7, 0]);
 * ```
 */
export function lastStepGradientOracle(
  { batch, time, width }: SequenceShape,
  dy: ArrayLike<number>,
  mask: ArrayLike<number>,
): Float32Array {
  const out = new Float32Array(batch * time * width);
  for (let b = 0; b < batch; b++) {
    const length = prefixLength(mask, b, time);
    if (length === 0) continue;
    const to = (b * time + length - 1) * width;
    for (let j = 0; j < width; j++) out[to + j] = dy[b * width + j]!;
  }
  return out;
}
