/**
 * The two operations that differentiate layer normalisation: one for the input, one for gamma and beta.
 *
 * @module
 */

import { arithmetics } from "../arithmetic/arithmetic.ts";
import { type Operand, register } from "../operation.ts";
import { layerNormInputOracle, layerNormWeightsOracle } from "./oracle.ts";
import { dataOf, type RowSizes, rowSizes, runOnRows } from "./rows.ts";
import { dispatchLayerNormInput, dispatchNormWeights } from "./wgsl.ts";

type Inputs = "x" | "dy" | "gamma" | "mean" | "inverse";

const sizesOf = ({ x, gamma }: Readonly<Record<Inputs, Operand<unknown>>>): RowSizes =>
  rowSizes("the gradient of layer normalisation", x, gamma, gamma);

/** The gradient of the input, shaped as x. */
export const layerNormInput = register<Inputs, never, Record<never, never>>({
  name: "AssayLayerNormInput",
  shapes: ({ x }) => [x.shape],
  cpu(inputs, [dx]) {
    const data = dataOf(inputs);
    const rows = { ...sizesOf(inputs), ...data };
    dx!.data.set(layerNormInputOracle(arithmetics.strict, rows, data.gamma));
  },
  wasm(pool, inputs, [dx]) {
    const { x, dy, gamma, mean, inverse } = dataOf(inputs);
    const scratch = pool.reserve(pool.kernels.rowSumScratchBytes!(pool.threads));
    const addresses = [x, dy, gamma, mean, inverse, dx!.data, scratch];
    runOnRows(pool, "layerNormInput", sizesOf(inputs), ...addresses);
    pool.release(scratch);
  },
  webgpu(queue, inputs, [dx]) {
    dispatchLayerNormInput(queue, sizesOf(inputs), { ...dataOf(inputs), dx: dx!.data });
  },
});

/** The gradients of gamma and beta, shaped as gamma, whose elements are not looked at. */
export const layerNormWeights = register<Inputs, never, Record<never, never>>({
  name: "AssayLayerNormWeights",
  shapes: ({ gamma }) => [gamma.shape, gamma.shape],
  cpu(inputs, outputs) {
    const rows = { ...sizesOf(inputs), ...dataOf(inputs) };
    layerNormWeightsOracle(arithmetics.strict, rows).forEach((values, i) =>
      outputs[i]!.data.set(values)
    );
  },
  wasm(pool, inputs, [dGamma, dBeta]) {
    const { x, dy, mean, inverse } = dataOf(inputs);
    const addresses = [x, dy, mean, inverse, dGamma!.data, dBeta!.data];
    runOnRows(pool, "layerNormWeights", sizesOf(inputs), ...addresses);
  },
  webgpu(queue, inputs, [dGamma, dBeta]) {
    dispatchNormWeights(queue, "row", sizesOf(inputs), {
      ...dataOf(inputs),
      dGamma: dGamma!.data,
      dBeta: dBeta!.data,
    });
  },
});
