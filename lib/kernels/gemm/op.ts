/**
 * The matrix product as an operation on tensors: the building block of the operations that multiply.
 *
 * @module
 */

import type { tf } from "../../device/tf.ts";
import { arithmetics } from "../arithmetic/arithmetic.ts";
import { register, type Shape } from "../operation.ts";
import { gemm, gemmScratchBytes, type GemmShape } from "./gemm.ts";
import { gemmOracle } from "./oracle.ts";
import { dispatchGemm } from "./wgsl.ts";

/** How the operands lie. A type, not an interface, since tfjs wants an index signature. */
type Attributes = { readonly leftTransposed: boolean; readonly rightTransposed: boolean };

const run = register<"left" | "right", "bias", Attributes>({
  name: "AssayGemm",
  shapes(inputs, attributes) {
    const { m, n } = shapeOf(inputs.left.shape, inputs.right.shape, attributes);
    return [[m, n]];
  },
  cpu({ left, right, bias }, [out], attributes) {
    const shape = withStart(shapeOf(left.shape, right.shape, attributes), bias !== undefined);
    out!.data.set(gemmOracle(arithmetics.strict, shape, left.data, right.data, bias?.data));
  },
  wasm(pool, { left, right, bias }, [out], attributes) {
    const shape = withStart(shapeOf(left.shape, right.shape, attributes), bias !== undefined);
    const scratch = pool.reserve(gemmScratchBytes(pool, shape));
    gemm(pool, shape, {
      a: left.data,
      b: right.data,
      c: out!.data,
      scratch,
      ...(bias && { bias: bias.data }),
    });
    pool.release(scratch);
  },
  webgpu(queue, { left, right, bias }, [out], attributes) {
    const shape = withStart(shapeOf(left.shape, right.shape, attributes), bias !== undefined);
    dispatchGemm(queue, shape, left.data, right.data, out!.data, bias?.data);
  },
});

/** Settings of {@linkcode product}. */
export interface ProductOptions {
  /** Uses the transpose of the left matrix. Default false. */
  readonly leftTransposed?: boolean;
  /** Uses the transpose of the right matrix. Default false. */
  readonly rightTransposed?: boolean;
  /** Begins every row's sums with these, f32 `[n]`, instead of zeros. */
  readonly bias?: tf.Tensor;
}

/**
 * `left · right + bias`, each output one chain of multiply-adds over k ascending, begun at the bias. It
 * has no gradient: the operations that use it have theirs.
 *
 * @param left f32 `[m, k]`, or `[k, m]` where `leftTransposed`.
 * @param right f32 `[k, n]`, or `[n, k]` where `rightTransposed`.
 * @returns f32 `[m, n]`.
 * @throws {RangeError} When the matrices do not fit each other.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const y = product(tf.tensor2d([[1, 2]]), tf.tensor2d([[3, 4]]), { rightTransposed: true });
 * assertEquals([...(await readBack([y]))[0]!], [11]);
 * ```
 */
export function product(
  left: tf.Tensor,
  right: tf.Tensor,
  { leftTransposed = false, rightTransposed = false, bias }: ProductOptions = {},
): tf.Tensor2D {
  return run({ left, right, bias }, { leftTransposed, rightTransposed })[0] as tf.Tensor2D;
}

function shapeOf(left: Shape, right: Shape, attributes: Attributes): GemmShape {
  const { leftTransposed, rightTransposed } = attributes;
  const [m, k] = leftTransposed ? [left[1]!, left[0]!] : [left[0]!, left[1]!];
  const [rows, n] = rightTransposed ? [right[1]!, right[0]!] : [right[0]!, right[1]!];
  if (left.length !== 2 || right.length !== 2 || k !== rows) {
    throw new RangeError(
      `Cannot multiply matrices of shapes [${left}]${leftTransposed ? " transposed" : ""} and ` +
        `[${right}]${
          rightTransposed ? " transposed" : ""
        }: the sums would have ${k} and ${rows} terms`,
    );
  }
  return { m, n, k, leftTransposed, rightTransposed };
}

function withStart(shape: GemmShape, biased: boolean): GemmShape {
  return { ...shape, start: biased ? "bias" : "zero" };
}
