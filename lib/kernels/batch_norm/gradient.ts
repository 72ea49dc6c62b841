/**
 * The two operations that differentiate batch normalisation: one for gamma and beta, and one for the
 * input, which needs the gradients of these.
 *
 * @module
 */

import { arithmetics } from "../arithmetic/arithmetic.ts";
import { dataOf, type RowSizes, rowSizes, runOnRows } from "../layer_norm/rows.ts";
import { dispatchNormWeights } from "../layer_norm/wgsl.ts";
import { type Operand, register } from "../operation.ts";
import { batchNormInputOracle, batchNormWeightsOracle } from "./oracle.ts";
import { dispatchBatchNormInput } from "./wgsl.ts";

const sizesOf = ({ x, mean }: Readonly<Record<"x" | "mean", Operand<unknown>>>): RowSizes =>
  rowSizes("the gradient of batch normalisation", x, mean, mean);

/** The gradients of gamma and beta, `[n]`. */
export const batchNormWeights = register<
  "x" | "dy" | "mean" | "inverse",
  never,
  Record<never, never>
>({
  name: "AssayBatchNormWeights",
  shapes: ({ mean }) => [mean.shape, mean.shape],
  cpu(inputs, outputs) {
    const rows = { ...sizesOf(inputs), ...dataOf(inputs) };
    batchNormWeightsOracle(arithmetics.strict, rows).forEach((values, i) =>
      outputs[i]!.data.set(values)
    );
  },
  wasm(pool, inputs, [dGamma, dBeta]) {
    const { x, dy, mean, inverse } = dataOf(inputs);
    const addresses = [x, dy, mean, inverse, dGamma!.data, dBeta!.data];
    runOnRows(pool, "batchNormWeights", sizesOf(inputs), ...addresses);
  },
  webgpu(queue, inputs, [dGamma, dBeta]) {
    const written = { dGamma: dGamma!.data, dBeta: dBeta!.data };
    dispatchNormWeights(queue, "column", sizesOf(inputs), { ...dataOf(inputs), ...written });
  },
});

/** The gradient of the input, shaped as x. */
export const batchNormInput = register<
  "x" | "dy" | "gamma" | "mean" | "inverse" | "dGamma" | "dBeta",
  never,
  Record<never, never>
>({
  name: "AssayBatchNormInput",
  shapes: ({ x }) => [x.shape],
  cpu(inputs, [dx]) {
    const data = dataOf(inputs);
    const rows = { ...sizesOf(inputs), ...data };
    const gradients = [data.dGamma, data.dBeta] as const;
    dx!.data.set(batchNormInputOracle(arithmetics.strict, rows, data.gamma, gradients));
  },
  wasm(pool, inputs, [dx]) {
    const { x, dy, gamma, mean, inverse, dGamma, dBeta } = dataOf(inputs);
    const addresses = [x, dy, gamma, mean, inverse, dGamma, dBeta, dx!.data];
    runOnRows(pool, "batchNormInput", sizesOf(inputs), ...addresses);
  },
  webgpu(queue, inputs, [dx]) {
    dispatchBatchNormInput(queue, sizesOf(inputs), { ...dataOf(inputs), dx: dx!.data });
  },
});
