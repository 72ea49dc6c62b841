/**
 * Attention pooling over the time as an operation: softmax and weighted sum in one, and their gradients.
 *
 * @module
 */

import type { tf } from "../../device/tf.ts";
import { arithmetics } from "../arithmetic/arithmetic.ts";
import { register, type Shape } from "../operation.ts";
import {
  type PoolingShape,
  softmaxAttentionGradientOracle,
  softmaxAttentionOracle,
} from "./oracle.ts";
import { dispatchSoftmaxAttention, dispatchSoftmaxAttentionGradient } from "./wgsl.ts";

type None = Record<never, never>;

/** Elements of the values below which waking the other threads takes longer than it saves. */
const SHARED_FROM = 20_000;

const run = register<"scores" | "values", "mask", None>({
  name: "AssaySoftmaxAttention",
  shapes({ scores, values, mask }) {
    const { batch, time, width } = shapeOf(values.shape);
    for (const [name, given] of Object.entries({ scores, ...(mask && { mask }) })) {
      const { shape } = given;
      if (shape.length !== 2 || shape[0] !== batch || shape[1] !== time) {
        throw new RangeError(
          `Cannot pool values of shape [${values.shape}] with a ${name} tensor of shape [${shape}]: it must ` +
            `be [${batch}, ${time}]`,
        );
      }
    }
    return [[batch, width], [batch, time]];
  },
  cpu({ scores, values, mask }, [context, weights]) {
    const shape = shapeOf(values.shape);
    const { strict } = arithmetics;
    const found = softmaxAttentionOracle(strict, shape, scores.data, values.data, mask?.data);
    context!.data.set(found.context);
    weights!.data.set(found.weights);
  },
  wasm(pool, { scores, values, mask }, [context, weights]) {
    const { batch, time, width } = shapeOf(values.shape);
    const addresses = [scores.data, values.data, mask?.data ?? 0, context!.data, weights!.data];
    const shared = batch * time * width >= SHARED_FROM;
    pool[shared ? "run" : "runAlone"]("softmaxAttention", batch, time, width, ...addresses);
  },
  webgpu(queue, { scores, values, mask }, [context, weights]) {
    dispatchSoftmaxAttention(queue, shapeOf(values.shape), {
      scores: scores.data,
      values: values.data,
      mask: mask?.data,
      context: context!.data,
      weights: weights!.data,
    });
  },
  gradient: {
    inputs: ["values"],
    outputs: [1],
    of([dContext, dWeights], { inputs: { values }, outputs: [weights] }) {
      const [dScores, dValues] = gradient({
        values: values!,
        weights: weights!,
        dContext: dContext!,
        dWeights: dWeights!,
      }, {});
      return { scores: () => dScores!, values: () => dValues! };
    },
  },
});

/** `[dScores, dValues]`. */
const gradient = register<"values" | "weights" | "dContext" | "dWeights", never, None>({
  name: "AssaySoftmaxAttentionGradient",
  shapes: ({ values, weights }) => [weights.shape, values.shape],
  cpu({ values, weights, dContext, dWeights }, [dScores, dValues]) {
    const found = softmaxAttentionGradientOracle(
      arithmetics.strict,
      shapeOf(values.shape),
      values.data,
      weights.data,
      dContext.data,
      dWeights.data,
    );
    dScores!.data.set(found.dScores);
    dValues!.data.set(found.dValues);
  },
  wasm(pool, { values, weights, dContext, dWeights }, [dScores, dValues]) {
    const { batch, time, width } = shapeOf(values.shape);
    const read = [values.data, weights.data, dContext.data, dWeights.data];
    const args = [batch, time, width, ...read, dScores!.data, dValues!.data];
    const shared = batch * time * width >= SHARED_FROM;
    pool[shared ? "run" : "runAlone"]("softmaxAttentionGradient", ...args);
  },
  webgpu(queue, { values, weights, dContext, dWeights }, [dScores, dValues]) {
    dispatchSoftmaxAttentionGradient(queue, shapeOf(values.shape), {
      values: values.data,
      weights: weights.data,
      dContext: dContext.data,
      dWeights: dWeights.data,
      dScores: dScores!.data,
      dValues: dValues!.data,
    });
  },
});

/** What {@linkcode softmaxAttention} returns. */
export interface Attention {
  /** The weighted sums, f32 `[batch, width]`. */
  readonly context: tf.Tensor2D;
  /** The weights of the steps, which sum to 1, f32 `[batch, time]`. */
  readonly weights: tf.Tensor2D;
}

/**
 * Attention pooling: `weights = softmax(scores)` over the time, `context = Σₜ weights[t] · values[t]`. The
 * maximum is subtracted before the exponential; both sums are chains over the time ascending. A step whose
 * mask is zero has the weight zero, and what stands in a step of weight zero has no effect; where the mask
 * leaves no step, weights and context are zero. Differentiable in scores and values, through both outputs.
 *
 * @param scores f32 `[batch, time]`.
 * @param values f32 `[batch, time, width]`.
 * @param mask f32 `[batch, time]`: zero where a step is padding. Default: none is.
 * @throws {RangeError} When the shapes do not fit each other.
 * @throws {TypeError} When the mask is of another dtype, such as bool.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const values = tf.tensor3d([[[1], [3], [9]]]);
 * const { context, weights } = softmaxAttention(tf.zeros([1, 3]), values, tf.tensor2d([[1, 1, 0]]));
 * const read = await readBack([context, weights]);
 * assertEquals(read.map((v) => [...v]), [[2], [0.5, 0.5, 0]]);
 * ```
 */
export function softmaxAttention(
  scores: tf.Tensor,
  values: tf.Tensor,
  mask?: tf.Tensor,
): Attention {
  if (mask && mask.dtype !== "float32") {
    throw new TypeError(
      `Cannot pool with a mask of dtype ${mask.dtype}: it must be float32, so cast it with tf.cast`,
    );
  }
  const [context, weights] = run({ scores, values, mask }, {});
  return { context: context as tf.Tensor2D, weights: weights as tf.Tensor2D };
}

function shapeOf(values: Shape): PoolingShape {
  const [batch, time, width] = values;
  if (values.length !== 3 || values.some((extent) => extent === 0)) {
    throw new RangeError(
      `Cannot pool values of shape [${values}]: they must be [batch, time, width], not empty`,
    );
  }
  return { batch: batch!, time: time!, width: width! };
}
