/**
 * The gradients of a convolution as operations of their own.
 *
 * @module
 */

import { tf } from "../../device/tf.ts";
import { arithmetics } from "../arithmetic/arithmetic.ts";
import { register } from "../operation.ts";
import { type Activation, activationGradient } from "./activation.ts";
import { biasGradientOracle, filterGradientOracle, inputGradientOracle } from "./oracle.ts";
import type { Conv2dShape } from "./shape.ts";
import * as wasm from "./wasm.ts";
import * as wgsl from "./wgsl_gradients.ts";

/** The gradient of the kernel, from `x` and `dz`. */
export const filterGradient = register<"x" | "dz", never, Conv2dShape>({
  name: "AssayConv2dFilterGradient",
  shapes: (_, { kernelHeight, kernelWidth, channels, filters }) => [
    [kernelHeight, kernelWidth, channels, filters],
  ],
  cpu({ x, dz }, [dKernel], shape) {
    dKernel!.data.set(filterGradientOracle(arithmetics.strict, shape, x.data, dz.data));
  },
  wasm: (pool, { x, dz }, [dKernel], shape) =>
    wasm.filterGradient(pool, shape, [x.data, dz.data, dKernel!.data]),
  webgpu: (queue, { x, dz }, [dKernel], shape) =>
    wgsl.dispatchFilterGradient(queue, shape, [x.data, dz.data, dKernel!.data]),
});

/** The gradient of the bias, from `dz`. */
export const biasGradient = register<"dz", never, Conv2dShape>({
  name: "AssayConv2dBiasGradient",
  shapes: (_, { filters }) => [[filters]],
  cpu({ dz }, [dBias], shape) {
    dBias!.data.set(biasGradientOracle(shape, dz.data));
  },
  wasm: (pool, { dz }, [dBias], shape) => wasm.biasGradient(pool, shape, [dz.data, dBias!.data]),
  webgpu: (queue, { dz }, [dBias], shape) =>
    wgsl.dispatchBiasGradient(queue, shape, [dz.data, dBias!.data]),
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

type ActivationAttributes = { readonly activation: Activation };

const throughActivation = register<"dy" | "y", never, ActivationAttributes>({
  name: "AssayActivationGradient",
  shapes: ({ y }) => [y.shape],
  cpu({ dy, y }, [dz], { activation }) {
    for (let i = 0; i < y.data.length; i++) {
      dz!.data[i] = activationGradient(dy.data[i]!, y.data[i]!, activation);
    }
  },
  wasm: (pool, { dy, y }, [dz], { activation }) =>
    wasm.activationGradientOf(pool, tf.util.sizeFromShape([...y.shape]), activation, [
      dy.data,
      y.data,
      dz!.data,
    ]),
  webgpu: (queue, { dy, y }, [dz], { activation }) =>
    wgsl.dispatchActivationGradient(queue, tf.util.sizeFromShape([...y.shape]), activation, [
      dy.data,
      y.data,
      dz!.data,
    ]),
});

/** The gradient before an activation, from the one behind it and its result. */
export function beforeActivation(dy: tf.Tensor, y: tf.Tensor, activation: Activation): tf.Tensor {
  return activation === "linear" ? dy : throughActivation({ dy, y }, { activation })[0]!;
}
