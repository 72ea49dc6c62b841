/**
 * The dense layer as an operation: matrix product, bias and activation in one, and its gradients.
 *
 * @module
 */

import type { tf } from "../../device/tf.ts";
import { type Activation, activations, numberOf } from "../arithmetic/activation.ts";
import { arithmetics } from "../arithmetic/arithmetic.ts";
import { gemm, gemmScratchBytes, type GemmShape } from "../gemm/gemm.ts";
import { product } from "../gemm/op.ts";
import { dispatchGemm } from "../gemm/wgsl.ts";
import { register, type Shape } from "../operation.ts";
import { runOver } from "../over_elements.ts";
import { denseGradientOracle, denseOracle, type DenseShape } from "./oracle.ts";
import { dispatchActivation, dispatchColumnSums, dispatchSlopes } from "./wgsl.ts";

/** A type, not an interface, since tfjs wants an index signature. */
type Attributes = { readonly activation: Activation };

const run = register<"x" | "kernel", "bias", Attributes>({
  name: "AssayDense",
  shapes({ x, kernel, bias }, { activation }) {
    const { rows, units } = shapeOf(x.shape, kernel.shape, activation, bias?.shape);
    return [[rows, units]];
  },
  cpu({ x, kernel, bias }, [y], { activation }) {
    const shape = shapeOf(x.shape, kernel.shape, activation);
    y!.data.set(denseOracle(arithmetics.strict, shape, x.data, kernel.data, bias?.data));
  },
  wasm(pool, { x, kernel, bias }, [y], { activation }) {
    const shape = productOf(shapeOf(x.shape, kernel.shape, activation), bias !== undefined);
    const scratch = pool.reserve(gemmScratchBytes(pool, shape));
    const addresses = { a: x.data, b: kernel.data, c: y!.data, scratch };
    gemm(pool, shape, bias ? { ...addresses, bias: bias.data } : addresses, activation);
    pool.release(scratch);
  },
  webgpu(queue, { x, kernel, bias }, [y], { activation }) {
    const shape = productOf(shapeOf(x.shape, kernel.shape, activation), bias !== undefined);
    dispatchGemm(queue, shape, x.data, kernel.data, y!.data, bias?.data);
    if (activation !== "linear") dispatchActivation(queue, activation, shape.m * shape.n, y!.data);
  },
  gradient: {
    inputs: ["x", "kernel"],
    outputs: [0],
    of([dy], { inputs: { x, kernel }, outputs: [y] }, { activation }) {
      // Where the activation is linear its gradient is dy itself.
      const [dKernel, dBias, dz = dy] = gradient({ x: x!, y: y!, dy: dy! }, { activation });
      return {
        x: () => product(dz!, kernel!, { rightTransposed: true }),
        kernel: () => dKernel!,
        bias: () => dBias!,
      };
    },
  },
});

/** `[dKernel, dBias, dz]`, without the last where the activation is linear. */
const gradient = register<"x" | "y" | "dy", never, Attributes>({
  name: "AssayDenseGradient",
  shapes({ x, y }, { activation }) {
    const [width, units] = [x.shape[1]!, y.shape[1]!];
    return [[width, units], [units], ...(activation === "linear" ? [] : [y.shape])];
  },
  cpu({ x, y, dy }, [dKernel, dBias, dz], { activation }) {
    const found = denseGradientOracle(
      arithmetics.strict,
      gradientShape(x.shape, y.shape, activation),
      x.data,
      y.data,
      dy.data,
    );
    dKernel!.data.set(found.dKernel);
    dBias!.data.set(found.dBias);
    dz?.data.set(found.dz);
  },
  wasm(pool, { x, y, dy }, [dKernel, dBias, dz = dy], { activation }) {
    const { rows, width, units } = gradientShape(x.shape, y.shape, activation);
    const args = [numberOf(activation), rows, units, y.data, dy.data, dz.data, dBias!.data];
    runOver(pool, rows * units, "denseSlopes", ...args);
    const shape = { m: width, n: units, k: rows, leftTransposed: true };
    const scratch = pool.reserve(gemmScratchBytes(pool, shape));
    gemm(pool, shape, { a: x.data, b: dz.data, c: dKernel!.data, scratch });
    pool.release(scratch);
  },
  webgpu(queue, { x, y, dy }, [dKernel, dBias, dz = dy], { activation }) {
    const { rows, width, units } = gradientShape(x.shape, y.shape, activation);
    if (dz !== dy) dispatchSlopes(queue, activation, rows * units, y.data, dy.data, dz.data);
    dispatchColumnSums(queue, rows, units, dz.data, dBias!.data);
    const shape = { m: width, n: units, k: rows, leftTransposed: true };
    dispatchGemm(queue, shape, x.data, dz.data, dKernel!.data);
  },
});

/** Settings of {@linkcode dense}. */
export interface DenseOptions {
  /** What follows the sums; `leakyRelu` has the slope 0.01 below zero. Default `linear`. */
  readonly activation?: Activation;
}

/**
 * `activation(x · kernel + bias)`, each sum one chain of multiply-adds over the inputs ascending, begun at
 * the bias. Differentiable in all three: the gradients of kernel and bias are chains over the rows
 * ascending, that of `x` over the units.
 *
 * @param x f32 `[rows, in]`.
 * @param kernel f32 `[in, units]`.
 * @param bias f32 `[units]`; zeros where it is left out.
 * @returns f32 `[rows, units]`.
 * @throws {RangeError} When the shapes do not fit each other, or there is no such activation.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const [x, kernel] = [tf.tensor2d([[1, 2]]), tf.tensor2d([[3, 4], [5, 6]])];
 * const y = dense(x, kernel, tf.tensor1d([0.5, -20]), { activation: "relu" });
 * assertEquals([...(await readBack([y]))[0]!], [13.5, 0]);
 * ```
 */
export function dense(
  x: tf.Tensor,
  kernel: tf.Tensor,
  bias?: tf.Tensor,
  { activation = "linear" }: DenseOptions = {},
): tf.Tensor2D {
  return run({ x, kernel, bias }, { activation })[0] as tf.Tensor2D;
}

function shapeOf(x: Shape, kernel: Shape, activation: Activation, bias?: Shape): DenseShape {
  const [rows, width] = [x[0]!, x[1]!];
  const units = kernel[1]!;
  if (
    x.length !== 2 || kernel.length !== 2 || kernel[0] !== width ||
    bias !== undefined && (bias.length !== 1 || bias[0] !== units)
  ) {
    const given = bias === undefined ? "no bias" : `a bias of shape [${bias}]`;
    throw new RangeError(
      `Cannot apply a dense layer to an input of shape [${x}] with a kernel of shape [${kernel}] and ` +
        `${given}: they must be [rows, in], [in, units] and [units]`,
    );
  }
  if (!activations.includes(activation)) {
    throw new RangeError(
      `Cannot apply a dense layer with the activation "${activation}". Activations: ${
        activations.join(", ")
      }`,
    );
  }
  return { rows, width, units, activation };
}

function gradientShape(x: Shape, y: Shape, activation: Activation): DenseShape {
  return { rows: x[0]!, width: x[1]!, units: y[1]!, activation };
}

function productOf({ rows, width, units }: DenseShape, biased: boolean): GemmShape {
  return { m: rows, n: units, k: width, start: biased ? "bias" : "zero" };
}
