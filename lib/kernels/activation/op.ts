/**
 * An activation by itself, as an operation on tensors: where something stands between it and the
 * matrix product whose epilogue it could be.
 *
 * @module
 */

import type { tf } from "../../device/tf.ts";
import {
  activate,
  type Activation,
  activationWgsl,
  numberOf,
  slope,
} from "../arithmetic/activation.ts";
import { arithmetics } from "../arithmetic/arithmetic.ts";
import { register, sizeOf } from "../operation.ts";
import { overElements, runOver, workgroupsOver } from "../over_elements.ts";

/** A type, not an interface, since tfjs wants an index signature. */
type Attributes = { readonly activation: Activation };

const gradient = register<"y" | "dy", never, Attributes>({
  name: "AssayActivationGradient",
  shapes: ({ y }) => [y.shape],
  cpu({ y, dy }, [dx], { activation }) {
    for (let i = 0; i < y.data.length; i++) {
      dx!.data[i] = slope(activation, y.data[i]!, dy.data[i]!, arithmetics.strict);
    }
  },
  wasm(pool, { y, dy }, [dx], { activation }) {
    const n = sizeOf(y.shape);
    runOver(pool, n, "slopeOver", numberOf(activation), y.data, dy.data, dx!.data, n);
  },
  webgpu(queue, { y, dy }, [dx], { activation }) {
    const n = sizeOf(y.shape);
    queue.dispatch({
      code: /* wgsl */ `${activationWgsl(activation)}
struct Params { zero_bits: u32, n: u32 }
@group(0) @binding(0) var<storage, read> y: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;
@group(0) @binding(3) var<uniform> params: Params;
${overElements("dx[i] = slope(y[i], dy[i]);")}`,
      buffers: [y.data, dy.data, dx!.data],
      uniforms: [0, n],
      workgroups: workgroupsOver(n),
    });
  },
});

const run = register<"x", never, Attributes>({
  name: "AssayActivation",
  shapes: ({ x }) => [x.shape],
  cpu({ x }, [y], { activation }) {
    for (let i = 0; i < x.data.length; i++) {
      y!.data[i] = activate(activation, x.data[i]!, arithmetics.strict);
    }
  },
  wasm(pool, { x }, [y], { activation }) {
    const n = sizeOf(x.shape);
    runOver(pool, n, "activateOver", numberOf(activation), x.data, y!.data, n);
  },
  webgpu(queue, { x }, [y], { activation }) {
    const n = sizeOf(x.shape);
    queue.dispatch({
      code: /* wgsl */ `${activationWgsl(activation)}
struct Params { zero_bits: u32, n: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<uniform> params: Params;
${overElements("y[i] = activate(x[i]);")}`,
      buffers: [x.data, y!.data],
      uniforms: [0, n],
      workgroups: workgroupsOver(n),
    });
  },
  gradient: {
    inputs: [],
    outputs: [0],
    of: ([dy], { outputs: [y] }, attributes) => ({
      x: () => gradient({ y: y!, dy: dy! }, attributes)[0]!,
    }),
  },
});

/**
 * `activation(x)`, element by element, with its gradient from the result.
 *
 * @param x f32 of any shape.
 * @returns f32 of the same shape.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const y = activated(tf.tensor1d([-100, 2]), "leakyRelu");
 * assertEquals([...(await readBack([y]))[0]!], [-1, 2]);
 * ```
 */
export function activated(x: tf.Tensor, activation: Activation): tf.Tensor {
  return run({ x }, { activation })[0]!;
}
