/**
 * Layer normalisation as an operation on tensors.
 *
 * @module
 */

import { tf } from "../../device/tf.ts";
import { arithmetics } from "../arithmetic/arithmetic.ts";
import { type Operand, register } from "../operation.ts";
import { layerNormInput, layerNormWeights } from "./gradient.ts";
import { layerNormOracle } from "./oracle.ts";
import { dataOf, type RowSizes, rowSizes, runOnRows } from "./rows.ts";
import { dispatchLayerNorm } from "./wgsl.ts";

type Inputs = "x" | "gamma" | "beta";

/** A type, not an interface, since tfjs wants an index signature. */
type Attributes = { readonly epsilon: number };

const sizesOf = ({ x, gamma, beta }: Readonly<Record<Inputs, Operand<unknown>>>): RowSizes =>
  rowSizes("the layer normalisation", x, gamma, beta);

const run = register<Inputs, never, Attributes>({
  name: "AssayLayerNorm",
  shapes(inputs) {
    const { rows } = sizesOf(inputs);
    return [inputs.x.shape, [rows], [rows]];
  },
  cpu(inputs, outputs, { epsilon }) {
    const { x, gamma, beta } = dataOf(inputs);
    const rows = { ...sizesOf(inputs), x };
    layerNormOracle(arithmetics.strict, rows, gamma, beta, epsilon).forEach((values, i) =>
      outputs[i]!.data.set(values)
    );
  },
  wasm(pool, inputs, [y, mean, inverse], { epsilon }) {
    const { x, gamma, beta } = dataOf(inputs);
    const scratch = pool.reserve(pool.kernels.rowSumScratchBytes!(pool.threads));
    const addresses = [y!.data, mean!.data, inverse!.data, scratch];
    runOnRows(pool, "layerNorm", sizesOf(inputs), x, gamma, beta, epsilon, ...addresses);
    pool.release(scratch);
  },
  webgpu(queue, inputs, [y, mean, inverse], { epsilon }) {
    const written = { y: y!.data, mean: mean!.data, inverse: inverse!.data };
    dispatchLayerNorm(queue, sizesOf(inputs), { ...dataOf(inputs), ...written }, epsilon);
  },
  gradient: {
    inputs: ["x", "gamma"],
    outputs: [1, 2],
    of([dy], { inputs: { x, gamma }, outputs: [mean, inverse] }) {
      const given = { x: x!, dy: dy!, gamma: gamma!, mean: mean!, inverse: inverse! };
      const [dGamma, dBeta] = layerNormWeights(given, {});
      return { x: () => layerNormInput(given, {})[0]!, gamma: () => dGamma!, beta: () => dBeta! };
    },
  },
});

/**
 * Layer normalisation (Ba et al. 2016): the elements of `x` along the axes that `gamma` has, its last
 * ones, are brought to mean 0 and biased variance 1, then scaled and shifted:
 * `y = (x - mean) / √(variance + epsilon) · gamma + beta`. Mean and variance are strided sums (`stridedSum()`)
 * over these elements; `x`, `gamma` and `beta` have gradients, whose sums over the samples are chains.
 *
 * @param x f32 `[..., ...normalised]`.
 * @param gamma f32 `[...normalised]`; so is `beta`.
 * @returns f32, shaped as `x`.
 * @throws {RangeError} When the shapes do not fit each other.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const y = layerNorm(tf.tensor2d([[1, 5]]), tf.tensor1d([1, 10]), tf.tensor1d([0, 3]), 0);
 * assertEquals([...(await readBack([y]))[0]!], [-1, 13]);
 * ```
 */
export function layerNorm(
  x: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  epsilon: number,
): tf.Tensor {
  return tf.tidy(() => run({ x, gamma, beta }, { epsilon })[0]!);
}
