/**
 * Mean losses as operations: one scalar, and in the gradient one pass over the predictions.
 *
 * @module
 */

import { tf } from "../../device/tf.ts";
import { arithmetics } from "../arithmetic/arithmetic.ts";
import { blocksOf } from "../block_sum/oracle.ts";
import { register, sizeOf } from "../operation.ts";
import { runOver } from "../over_elements.ts";
import { meanLossGradientOracle, meanLossOracle, type Penalty, slopeFactor } from "./oracle.ts";
import { dispatchMeanLoss, dispatchMeanLossGradient } from "./wgsl.ts";

/** A type, not an interface, since tfjs wants an index signature. */
type Attributes = { readonly penalty: Penalty };

const run = register<"predicted" | "expected", never, Attributes>({
  name: "AssayMeanLoss",
  shapes({ predicted, expected }) {
    if (!tf.util.arraysEqual([...predicted.shape], [...expected.shape])) {
      throw new RangeError(
        `Cannot compare predictions of shape [${predicted.shape}] with targets of shape ` +
          `[${expected.shape}]: the shapes must be equal`,
      );
    }
    return [[]];
  },
  cpu({ predicted, expected }, [loss], { penalty }) {
    loss!.data[0] = meanLossOracle(arithmetics.strict, penalty, predicted.data, expected.data);
  },
  wasm(pool, { predicted, expected }, [loss], { penalty }) {
    const n = sizeOf(predicted.shape);
    const sums = pool.reserve(4 * blocksOf(n));
    const absolute = Number(penalty === "absolute");
    const args = [absolute, predicted.data, expected.data, n, sums, loss!.data];
    runOver(pool, n, "meanLoss", ...args);
    pool.release(sums);
  },
  webgpu(queue, { predicted, expected }, [loss], { penalty }) {
    const n = sizeOf(predicted.shape);
    dispatchMeanLoss(queue, penalty, n, predicted.data, expected.data, loss!.data);
  },
  gradient: {
    inputs: ["predicted", "expected"],
    of: ([dy], { inputs: { predicted, expected } }, attributes) => ({
      predicted: () =>
        gradient({ predicted: predicted!, expected: expected!, dy: dy! }, attributes)[0]!,
      // Targets count as constants, even where they were computed from a variable.
      expected: () => tf.zerosLike(expected!),
    }),
  },
});

const gradient = register<"predicted" | "expected" | "dy", never, Attributes>({
  name: "AssayMeanLossGradient",
  shapes: ({ predicted }) => [predicted.shape],
  cpu({ predicted, expected, dy }, [slope], { penalty }) {
    slope!.data.set(meanLossGradientOracle(penalty, predicted.data, expected.data, dy.data[0]!));
  },
  wasm(pool, { predicted, expected, dy }, [slope], { penalty }) {
    const n = sizeOf(predicted.shape);
    const absolute = Number(penalty === "absolute");
    const factor = slopeFactor(penalty, n);
    const args = [absolute, predicted.data, expected.data, n, dy.data, factor, slope!.data];
    runOver(pool, n, "meanLossGradient", ...args);
  },
  webgpu(queue, { predicted, expected, dy }, [slope], { penalty }) {
    const [n, out] = [sizeOf(predicted.shape), slope!.data];
    dispatchMeanLossGradient(queue, penalty, n, predicted.data, expected.data, dy.data, out);
  },
});

/**
 * The mean of the squared or absolute differences of all elements, with a gradient for the predictions;
 * targets count as constants. The terms are summed in the order of `block_sum/oracle.ts`.
 *
 * @param predicted f32 of any shape.
 * @param expected f32 of the same shape.
 * @throws {RangeError} When the shapes differ.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const loss = meanLoss(tf.tensor1d([2, 0]), tf.tensor1d([1, 3]), "absolute");
 * assertEquals((await readBack([loss]))[0]![0], 2);
 * ```
 */
export function meanLoss(predicted: tf.Tensor, expected: tf.Tensor, penalty: Penalty): tf.Scalar {
  return run({ predicted, expected }, { penalty })[0] as tf.Scalar;
}
