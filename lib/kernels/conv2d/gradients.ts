/**
 * The gradients of a convolution as operations of their own.
 *
 * @module
 */

import type { Activation } from "../arithmetic/activation.ts";
import { arithmetics } from "../arithmetic/arithmetic.ts";
import { slopesOracle } from "../dense/oracle.ts";
import { dispatchColumnSums, dispatchSlopes } from "../dense/wgsl.ts";
import { register } from "../operation.ts";
import { filterGradientOracle, inputGradientOracle } from "./oracle.ts";
import type { Conv2dShape } from "./shape.ts";
import * as wasm from "./wasm.ts";
import * as wgsl from "./wgsl_gradients.ts";

/** A type, not an interface, since tfjs wants an index signature. */
export type Attributes = { readonly shape: Conv2dShape; readonly activation: Activation };

/** `[dKernel, dBias, dz]`, without the last where the activation is linear. */
export const gradient = register<"x" | "y" | "dy", never, Attributes>({
  name: "AssayConv2dGradient",
  shapes({ y }, { shape: { kernelHeight, kernelWidth, channels, filters }, activation }) {
    const kernel = [kernelHeight, kernelWidth, channels, filters];
    return [kernel, [filters], ...(activation === "linear" ? [] : [y.shape])];
  },
  cpu({ x, y, dy }, [dKernel, dBias, dz], { shape, activation }) {
    const { strict } = arithmetics;
    const found = slopesOracle(strict, activation, shape.filters, y.data, dy.data);
    dKernel!.data.set(filterGradientOracle(strict, shape, x.data, found.dz));
    dBias!.data.set(found.dBias);
    dz?.data.set(found.dz);
  },
  wasm(pool, { x, y, dy }, [dKernel, dBias, dz = dy], { shape, activation }) {
    wasm.slopes(pool, shape, activation, [y.data, dy.data, dz.data, dBias!.data]);
    wasm.filterGradient(pool, shape, [x.data, dz.data, dKernel!.data]);
  },
  webgpu(queue, { x, y, dy }, [dKernel, dBias, dz = dy], { shape, activation }) {
    const { batch, outHeight, outWidth, filters } = shape;
    const outputs = batch * outHeight * outWidth;
    if (dz !== dy) dispatchSlopes(queue, activation, outputs * filters, y.data, dy.data, dz.data);
    dispatchColumnSums(queue, outputs, filters, dz.data, dBias!.data);
    wgsl.dispatchFilterGradient(queue, shape, [x.data, dz.data, dKernel!.data]);
  },
});

/** The gradient of the images, from `dz` and the kernel. */
export const inputGradient = register<"dz" | "kernel", never, Conv2dShape>({
  name: "AssayConv2dInputGradient",
  shapes: (_, { batch, height, width, channels }) => [[batch, height, width, channels]],
  cpu({ dz, kernel }, [dx], shape) {
    dx!.data.set(inputGradientOracle(arithmetics.strict, shape, dz.data, kernel.data));
  },
  wasm: (pool, { dz, kernel }, [dx], shape) =>
    wasm.inputGradient(pool, shape, [dz.data, kernel.data, dx!.data]),
  webgpu: (queue, { dz, kernel }, [dx], shape) =>
    wgsl.dispatchInputGradient(queue, shape, [dz.data, kernel.data, dx!.data]),
});
