/**
 * Sequences of unequal length in one batch: the steps before each one's padding, in order, reversed, or the
 * last of them, as operations.
 *
 * @module
 */

import type { tf } from "../../device/tf.ts";
import { register, type Shape } from "../operation.ts";
import { runOver } from "../over_elements.ts";
import {
  lastStepGradientOracle,
  lastStepOracle,
  prefixStepsOracle,
  type SequenceShape,
} from "./oracle.ts";
import { dispatchLastStep, dispatchLastStepGradient, dispatchPrefixSteps } from "./wgsl.ts";

/** A type, not an interface, since tfjs wants an index signature. */
type Order = { readonly reversed: boolean };

const steps = register<"x" | "mask", never, Order>({
  name: "AssayPrefixSteps",
  shapes: ({ x, mask }) => [(shapeOf(x.shape, mask.shape), x.shape)],
  cpu({ x, mask }, [out], { reversed }) {
    const shape = shapeOf(x.shape, mask.shape);
    out!.data.set(prefixStepsOracle(shape, x.data, mask.data, reversed));
  },
  wasm(pool, { x, mask }, [out], { reversed }) {
    const { batch, time, width } = shapeOf(x.shape, mask.shape);
    const args = [batch, time, 4 * width, x.data, mask.data, out!.data, Number(reversed)];
    runOver(pool, batch * time * width, "prefixSteps", ...args);
  },
  webgpu(queue, { x, mask }, [out], { reversed }) {
    const shape = shapeOf(x.shape, mask.shape);
    dispatchPrefixSteps(queue, shape, [x.data, mask.data, out!.data], reversed);
  },
  gradient: {
    inputs: ["mask"],
    // A step that moves to a place came from there as well: the operation is its own transpose.
    of: ([dy], { inputs: { mask } }, order) => ({
      x: (): tf.Tensor => steps({ x: dy!, mask: mask! }, order)[0]!,
    }),
  },
});

type None = Record<never, never>;

const last = register<"x" | "mask", never, None>({
  name: "AssayLastStep",
  shapes({ x, mask }) {
    const { batch, width } = shapeOf(x.shape, mask.shape);
    return [[batch, width]];
  },
  cpu({ x, mask }, [out]) {
    out!.data.set(lastStepOracle(shapeOf(x.shape, mask.shape), x.data, mask.data));
  },
  wasm(pool, { x, mask }, [out]) {
    const { batch, time, width } = shapeOf(x.shape, mask.shape);
    const args = [batch, time, 4 * width, x.data, mask.data, out!.data];
    runOver(pool, batch * width, "lastStep", ...args);
  },
  webgpu(queue, { x, mask }, [out]) {
    dispatchLastStep(queue, shapeOf(x.shape, mask.shape), [x.data, mask.data, out!.data]);
  },
  gradient: {
    inputs: ["mask"],
    of: ([dy], { inputs: { mask } }) => ({
      x: (): tf.Tensor => lastGradient({ dy: dy!, mask: mask! }, {})[0]!,
    }),
  },
});

const lastGradient = register<"dy" | "mask", never, None>({
  name: "AssayLastStepGradient",
  shapes({ dy, mask }) {
    const { batch, time, width } = shapeOfGradient(dy.shape, mask.shape);
    return [[batch, time, width]];
  },
  cpu({ dy, mask }, [dx]) {
    const shape = shapeOfGradient(dy.shape, mask.shape);
    dx!.data.set(lastStepGradientOracle(shape, dy.data, mask.data));
  },
  wasm(pool, { dy, mask }, [dx]) {
    const { batch, time, width } = shapeOfGradient(dy.shape, mask.shape);
    const args = [batch, time, 4 * width, dy.data, mask.data, dx!.data];
    runOver(pool, batch * time * width, "lastStepGradient", ...args);
  },
  webgpu(queue, { dy, mask }, [dx]) {
    const shape = shapeOfGradient(dy.shape, mask.shape);
    dispatchLastStepGradient(queue, shape, [dy.data, mask.data, dx!.data]);
  },
});

/** Settings of {@linkcode prefixSteps}. */
export interface PrefixOptions {
  /** Whether the last step of a prefix comes first. Default false. */
  readonly reversed?: boolean;
}

/**
 * The prefix of each sequence, as it is or reversed in time, and zeros behind it. A sequence's prefix are its
 * steps before the first whose mask is zero; what stands behind has no effect, be it a number or not. Copies,
 * so the bits are the same on every backend. Differentiable in `x`; the mask has no gradient.
 *
 * @param x f32 `[batch, time, width]`.
 * @param mask f32 `[batch, time]`.
 * @returns f32 `[batch, time, width]`.
 * @throws {RangeError} When the shapes do not fit each other.
 * @throws {TypeError} When the mask is of another dtype, such as bool.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const [x, mask] = [tf.tensor3d([[[1], [2], [3]]]), tf.tensor2d([[1, 1, 0]])];
 * const y = prefixSteps(x, mask, { reversed: true });
 * assertEquals([...(await readBack([y]))[0]!], [2, 1, 0]);
 * ```
 */
export function prefixSteps(
  x: tf.Tensor,
  mask: tf.Tensor,
  { reversed = false }: PrefixOptions = {},
): tf.Tensor3D {
  checkMask(mask);
  return steps({ x, mask }, { reversed })[0] as tf.Tensor3D;
}

/**
 * The last step of each sequence's prefix, zeros where the mask leaves no step. As {@linkcode prefixSteps}
 * otherwise.
 *
 * @param x f32 `[batch, time, width]`.
 * @param mask f32 `[batch, time]`.
 * @returns f32 `[batch, width]`.
 * @throws {RangeError} When the shapes do not fit each other.
 * @throws {TypeError} When the mask is of another dtype, such as bool.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const y = lastStep(tf.tensor3d([[[1], [2], [3]]]), tf.tensor2d([[1, 1, 0]]));
 * assertEquals([...(await readBack([y]))[0]!], [2]);
 * ```
 */
export function lastStep(x: tf.Tensor, mask: tf.Tensor): tf.Tensor2D {
  checkMask(mask);
  return last({ x, mask }, {})[0] as tf.Tensor2D;
}

function checkMask({ dtype }: tf.Tensor): void {
  if (dtype === "float32") return;
  throw new TypeError(
    `Cannot tell padding by a mask of dtype ${dtype}: it must be float32, so cast it with tf.cast`,
  );
}

function shapeOf(x: Shape, mask: Shape): SequenceShape {
  const [batch, time, width] = x;
  if (
    x.length !== 3 || x.includes(0) || mask.length !== 2 || mask[0] !== batch || mask[1] !== time
  ) {
    throw new RangeError(
      `Cannot tell the padding of sequences [${x}] by a mask [${mask}]: they must be [batch, time, width], ` +
        "not empty, and [batch, time]",
    );
  }
  return { batch: batch!, time: time!, width: width! };
}

/** Of the gradient of the last steps, whose sequences have the mask's time. */
function shapeOfGradient([batch, width]: Shape, mask: Shape): SequenceShape {
  return shapeOf([batch!, mask[1]!, width!], mask);
}
