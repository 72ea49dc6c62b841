/**
 * The layer that takes the last step of a sequence.
 *
 * @module
 */

import { tf, tfl } from "../device/tf.ts";
import { lastStep as lastStepOf, prefixSteps } from "../kernels/prefix/op.ts";

/** Settings of {@linkcode lastStep}. */
export interface LastStepOptions {
  /**
   * Whether the steps are those of a bidirectional layer. The second half of its last axis has read from the
   * end, so that what it read last is the first step. Default false.
   */
  readonly bidirectional?: boolean;
  /** Name of the layer. */
  readonly name: string;
}

/**
 * What a recurrent layer with `returnSequences` would have returned without: f32 `[batch, time, width]` and its
 * mask `[batch, time]` to `[batch, width]`, the last step of each sequence before its first step whose mask is
 * zero; zeros where there is none. For networks that need both, all steps and the last.
 *
 * @throws {RangeError} When it is not applied to such steps and their mask, or they are bidirectional and of
 * an odd width.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const [h, mask] = [tf.tensor3d([[[1, 2], [3, 4], [0, 0]]]), tf.tensor2d([[1, 1, 0]])];
 * const taken = (bidirectional: boolean) =>
 *   lastStep({ bidirectional, name: "last" }).apply([h, mask]) as tf.Tensor;
 * const [one, both] = await readBack([taken(false), taken(true)]);
 * assertEquals([[...one!], [...both!]], [[3, 4], [3, 2]]);
 * ```
 */
export function lastStep(options: LastStepOptions): tfl.layers.Layer {
  return new LastStep(options);
}

class LastStep extends tfl.layers.Layer {
  static readonly className = "AssayLastStep";
  readonly #bidirectional: boolean;

  constructor({ bidirectional = false, name }: LastStepOptions) {
    super({ name });
    this.#bidirectional = bidirectional;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const [steps, mask] = inputShape as tfl.Shape[];
    const width = Array.isArray(steps) ? steps[2] : undefined;
    const fits = Array.isArray(mask) && mask.length === 2 && mask[1] === steps![1];
    if (!fits || typeof width !== "number" || (this.#bidirectional && width % 2 > 0)) {
      throw new RangeError(
        `Cannot build the layer "${this.name}" on an input of shape [${inputShape}]: it must be steps ` +
          `[batch, time, width] with the last axis known${
            this.#bidirectional ? " and even" : ""
          }, and their mask [batch, time]`,
      );
    }
    this.built = true;
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    const [[batch, , width]] = inputShape as [tfl.Shape, tfl.Shape];
    return [batch!, width!];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [steps, mask] = inputs as [tf.Tensor, tf.Tensor];
    if (!this.#bidirectional) return lastStepOf(steps, mask);
    return tf.tidy(() => {
      const [batch, , width] = steps.shape;
      const half = width! / 2;
      const last = lastStepOf(steps, mask);
      const first = lastStepOf(prefixSteps(steps, mask, { reversed: true }), mask);
      return tf.concat([
        tf.slice(last, [0, 0], [batch!, half]),
        tf.slice(first, [0, half], [batch!, half]),
      ], 1);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), bidirectional: this.#bidirectional };
  }
}
