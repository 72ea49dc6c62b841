/**
 * Initial weights from keys. Each function gives an initializer that stock tfjs layers take too. The
 * values are drawn on the host: the same on every backend.
 *
 * @module
 */

import { tf, tfl } from "../device/tf.ts";
import { normal, uniform as drawUniform } from "../random/distributions.ts";
import type { Key } from "../random/key.ts";

/** Makes the initial value of a weight of a given shape; what tfjs calls an initializer. */
export type Initializer = ReturnType<typeof tfl.initializers.zeros>;

// tfjs exports its initializers, but not the class they share, which its layers test with `instanceof`.
const Base = Object.getPrototypeOf(tfl.initializers.zeros().constructor) as new () => Initializer;

class FromValues extends Base {
  static readonly className = "AssayValues";
  readonly #values: (shape: readonly number[]) => ArrayLike<number>;

  constructor(values: (shape: readonly number[]) => ArrayLike<number>) {
    super();
    this.#values = values;
  }

  override apply(shape: (number | null)[]): tf.Tensor {
    return tf.tensor(Float32Array.from(this.#values(shape as number[])), shape as number[]);
  }
}

/**
 * An initializer whose values, row by row, a function of the shape gives.
 *
 * @example
 * ```ts
 * import { initializers, openDevice, readBack } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const counting = initializers.fromValues(([n]) => Array.from({ length: n! }, (_, i) => i));
 * assertEquals([...(await readBack([counting.apply([3])]))[0]!], [0, 1, 2]);
 * ```
 */
export function fromValues(values: (shape: readonly number[]) => ArrayLike<number>): Initializer {
  return new FromValues(values);
}

/** Inputs of an output and outputs of an input, in a product or, with the kernel's field, a convolution. */
function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  if (shape.length !== 2 && shape.length !== 4) {
    throw new RangeError(
      `Cannot tell fan-in and fan-out of a weight of shape [${shape}]: it must be [in, out] or ` +
        "[height, width, in, out]",
    );
  }
  const field = tf.util.sizeFromShape(shape.slice(0, -2));
  return { fanIn: field * shape.at(-2)!, fanOut: field * shape.at(-1)! };
}

/**
 * Uniform on `[-limit, limit)`.
 *
 * @example
 * ```ts
 * import { initializers, openDevice, readBack, rootKey } from "assay";
 * import { assert } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const [values] = await readBack([initializers.uniform(rootKey(1), 0.1).apply([3, 4])]);
 * assert(values!.length === 12 && values!.every((v) => Math.abs(v) <= 0.1));
 * ```
 */
export function uniform(key: Key, limit: number): Initializer {
  return fromValues((shape) => drawUniform(key, tf.util.sizeFromShape([...shape]), -limit, limit));
}

/**
 * PyTorch's default: uniform on `[-1/√fanIn, 1/√fanIn)` for a weight `[in, out]`, or
 * `[height, width, in, out]` with `fanIn = height · width · in`.
 *
 * @example
 * ```ts
 * import { initializers, openDevice, readBack, rootKey } from "assay";
 * import { assert } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const [values] = await readBack([initializers.uniformFanIn(rootKey(1)).apply([4, 100])]);
 * assert(values!.every((v) => Math.abs(v) <= 0.5));
 * ```
 */
export function uniformFanIn(key: Key): Initializer {
  return fromValues((shape) => {
    const limit = 1 / Math.sqrt(fans(shape).fanIn);
    return drawUniform(key, tf.util.sizeFromShape([...shape]), -limit, limit);
  });
}

/**
 * Glorot and Bengio 2010: uniform on `[-l, l)` with `l = √(6 / (fanIn + fanOut))`, for a weight `[in, out]` or
 * `[height, width, in, out]`, both fans with the kernel's field.
 *
 * @example
 * ```ts
 * import { initializers, openDevice, readBack, rootKey } from "assay";
 * import { assert } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const [values] = await readBack([initializers.glorotUniform(rootKey(1)).apply([12, 12])]);
 * assert(values!.every((v) => Math.abs(v) <= 0.5));
 * ```
 */
export function glorotUniform(key: Key): Initializer {
  return fromValues((shape) => {
    const { fanIn, fanOut } = fans(shape);
    const limit = Math.sqrt(6 / (fanIn + fanOut));
    return drawUniform(key, tf.util.sizeFromShape([...shape]), -limit, limit);
  });
}

/** Settings of {@linkcode kaimingNormal}. */
export interface KaimingOptions {
  /** Which fan keeps its variance: `in` that of values, `out` that of gradients. Default `in`. */
  readonly fan?: "in" | "out";
  /** Of the activation that follows, below zero: 0.01 of `leakyRelu`. Default 0. */
  readonly slope?: number;
}

/**
 * He et al. 2015, what PyTorch calls `kaiming_normal_`: normal with mean zero and variance
 * `2 / ((1 + slope²) fan)`, for a weight `[in, out]` or `[height, width, in, out]` before a ReLU.
 *
 * @example
 * ```ts
 * import { initializers, openDevice, readBack, rootKey } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const variance = async (fan: "in" | "out") => {
 *   const [values] = await readBack([initializers.kaimingNormal(rootKey(1), { fan }).apply([50, 100])]);
 *   return values!.reduce((sum, v) => sum + v * v, 0) / values!.length;
 * };
 * assertAlmostEquals(await variance("in"), 2 / 50, 0.002);
 * assertAlmostEquals(await variance("out"), 2 / 100, 0.001);
 * ```
 */
export function kaimingNormal(
  key: Key,
  { fan = "in", slope = 0 }: KaimingOptions = {},
): Initializer {
  return fromValues((shape) => {
    const { fanIn, fanOut } = fans(shape);
    const variance = 2 / ((1 + slope * slope) * (fan === "in" ? fanIn : fanOut));
    return normal(key, tf.util.sizeFromShape([...shape]), 0, Math.sqrt(variance));
  });
}

/**
 * The same value everywhere.
 *
 * @example
 * ```ts
 * import { initializers, openDevice, readBack } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * assertEquals([...(await readBack([initializers.constant(0.5).apply([2])]))[0]!], [0.5, 0.5]);
 * ```
 */
export function constant(value: number): Initializer {
  return fromValues((shape) => new Float32Array(tf.util.sizeFromShape([...shape])).fill(value));
}

/**
 * A random matrix with orthonormal rows, or columns when it has fewer of these, times `gain`: normal draws
 * made orthonormal by Gram-Schmidt in f64, which is the uniform distribution over such matrices
 * (Saxe et al. 2014, Mezzadri 2007). A kernel `[height, width, in, out]` is one of `height · width · in` rows.
 *
 * @param gain For example √2 before a ReLU. Default 1.
 *
 * @example
 * ```ts
 * import { initializers, openDevice, readBack, rootKey } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const [w] = await readBack([initializers.orthogonal(rootKey(1)).apply([2, 3])]);
 * assertAlmostEquals(w![0]! * w![3]! + w![1]! * w![4]! + w![2]! * w![5]!, 0, 1e-6);
 * ```
 */
export function orthogonal(key: Key, gain = 1): Initializer {
  return fromValues((shape) => {
    const { fanIn } = fans(shape), fanOut = shape.at(-1)!;
    const count = Math.min(fanIn, fanOut);
    const length = Math.max(fanIn, fanOut);
    const vectors = orthonormal(normal(key, count * length), count, length)
      .map((value) => gain * value);
    if (fanIn <= fanOut) return vectors;
    const transposed = new Float64Array(vectors.length);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < length; j++) transposed[j * count + i] = vectors[i * length + j]!;
    }
    return transposed;
  });
}

/** Makes `count` rows of `length` orthonormal in place. */
function orthonormal(rows: Float64Array, count: number, length: number): Float64Array {
  for (let i = 0; i < count; i++) {
    const row = rows.subarray(i * length, (i + 1) * length);
    // Twice is enough: the second pass removes what rounding left of the first.
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const other = rows.subarray(j * length, (j + 1) * length);
        let dot = 0;
        for (let k = 0; k < length; k++) dot += row[k]! * other[k]!;
        for (let k = 0; k < length; k++) row[k]! -= dot * other[k]!;
      }
    }
    let square = 0;
    for (let k = 0; k < length; k++) square += row[k]! * row[k]!;
    const scale = 1 / Math.sqrt(square);
    for (let k = 0; k < length; k++) row[k]! *= scale;
  }
  return rows;
}
