/**
 * Batch normalisation in training as an operation on tensors.
 *
 * @module
 */

import { tf } from "../../device/tf.ts";
import { arithmetics } from "../arithmetic/arithmetic.ts";
import { dataOf, type RowSizes, rowSizes, runOnRows } from "../layer_norm/rows.ts";
import { type Operand, register } from "../operation.ts";
import { batchNormInput, batchNormWeights } from "./gradient.ts";
import { batchNormOracle } from "./oracle.ts";
import { dispatchBatchNorm } from "./wgsl.ts";

type Inputs = "x" | "gamma" | "beta";

/** A type, not an interface, since tfjs wants an index signature. */
type Attributes = { readonly epsilon: number };

const sizesOf = ({ x, gamma, beta }: Readonly<Record<Inputs, Operand<unknown>>>): RowSizes =>
  rowSizes("the batch normalisation", x, gamma, beta);

const run = register<Inputs, never, Attributes>({
  name: "AssayBatchNorm",
  shapes(inputs) {
    const { n } = sizesOf(inputs);
    return [inputs.x.shape, [n], [n], [n]];
  },
  cpu(inputs, outputs, { epsilon }) {
    const { x, gamma, beta } = dataOf(inputs);
    const rows = { ...sizesOf(inputs), x };
    batchNormOracle(arithmetics.strict, rows, gamma, beta, epsilon).forEach((values, i) =>
      outputs[i]!.data.set(values)
    );
  },
  wasm(pool, inputs, outputs, { epsilon }) {
    const { x, gamma, beta } = dataOf(inputs);
    const written = outputs.map(({ data }) => data);
    runOnRows(pool, "batchNorm", sizesOf(inputs), x, gamma, beta, epsilon, ...written);
  },
  webgpu(queue, inputs, [y, mean, variance, inverse], { epsilon }) {
    const written = {
      y: y!.data,
      mean: mean!.data,
      variance: variance!.data,
      inverse: inverse!.data,
    };
    dispatchBatchNorm(queue, sizesOf(inputs), { ...dataOf(inputs), ...written }, epsilon);
  },
  gradient: {
    inputs: ["x", "gamma"],
    outputs: [1, 3],
    of([dy], { inputs: { x, gamma }, outputs: [mean, inverse] }) {
      const given = { x: x!, dy: dy!, mean: mean!, inverse: inverse! };
      const [dGamma, dBeta] = batchNormWeights(given, {}) as [tf.Tensor, tf.Tensor];
      return {
        x: () => batchNormInput({ ...given, gamma: gamma!, dGamma, dBeta }, {})[0]!,
        gamma: () => dGamma,
        beta: () => dBeta,
      };
    },
  },
});

/** What {@linkcode batchNormTraining} returns. A type, not an interface, so that `tf.tidy` takes it. */
export type BatchNormalised = {
  /** f32, shaped as the input. */
  readonly y: tf.Tensor;
  /** f32 `[width]`; carries no gradient. */
  readonly mean: tf.Tensor;
  /** The biased variance, f32 `[width]`; carries no gradient. */
  readonly variance: tf.Tensor;
};

/**
 * Batch normalisation in training (Ioffe and Szegedy 2015): each column of `x`, an element of its last
 * axis over all others, is brought to mean 0 and biased variance 1, then scaled and shifted:
 * `y = (x - mean) / √(variance + epsilon) · gamma + beta`. All sums are chains over the rows ascending. `x`,
 * `gamma` and `beta` have gradients, that of `x` through mean and variance.
 *
 * @param x f32 `[..., width]`.
 * @param gamma f32 `[width]`; so is `beta`.
 * @throws {RangeError} When the shapes do not fit each other.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const x = tf.tensor2d([[1], [5]]);
 * const { y, mean, variance } = batchNormTraining(x, tf.tensor1d([10]), tf.tensor1d([3]), 0);
 * assertEquals((await readBack([y, mean, variance])).map((v) => [...v]), [[-7, 13], [3], [4]]);
 * ```
 */
export function batchNormTraining(
  x: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  epsilon: number,
): BatchNormalised {
  return tf.tidy(() => {
    const [y, mean, variance] = run({ x, gamma, beta }, { epsilon });
    return { y: y!, mean: mean!, variance: variance! };
  });
}
