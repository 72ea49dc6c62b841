/**
 * What PPO makes small, on the device.
 *
 * @module
 */

import { tf } from "../device/tf.ts";

/** What a minibatch was when it was collected, on the device. */
export interface Collection {
  /** f32 `[batch, actions]`: 1 for the action of each row. */
  readonly taken: tf.Tensor;
  /** Log-probabilities of these actions then, f32 `[batch]`. */
  readonly logProbabilities: tf.Tensor;
  /** f32 `[batch]`. */
  readonly advantages: tf.Tensor;
  /** What the critic learns, f32 `[batch]`. */
  readonly returns: tf.Tensor;
}

/** Weights of the parts of {@linkcode clippedLoss}. */
export interface ClippedLossOptions {
  /** Distance from 1 beyond which a probability ratio gains nothing. */
  readonly clip: number;
  readonly valueWeight: number;
  readonly entropyWeight: number;
}

/**
 * The probabilities of the actions taken now against then, f32 `[batch]`: exactly 1 where the network is the
 * one that collected, since both are computed by the same operations row by row.
 *
 * @param logProbabilities Of all actions, f32 `[batch, actions]`.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const now = tf.logSoftmax(tf.tensor2d([[0.3, -2]]));
 * const then = { taken: tf.tensor2d([[0, 1]]), logProbabilities: tf.reshape(tf.slice(now, [0, 1], [1, 1]), [1]) };
 * assertEquals((await readBack([ratios(now, then)]))[0]![0], 1);
 * ```
 */
export function ratios(
  logProbabilities: tf.Tensor,
  then: Pick<Collection, "taken" | "logProbabilities">,
): tf.Tensor {
  const now = tf.sum(tf.mul(logProbabilities, then.taken), 1);
  return tf.exp(tf.sub(now, then.logProbabilities));
}

/**
 * The clipped surrogate loss of PPO (Schulman et al. 2017) with its critic and entropy:
 * `-mean(min(ρ A, clip(ρ, 1 ± clip) A)) + valueWeight · mean((V - R)²) - entropyWeight · mean(H)`.
 *
 * @param logits f32 `[batch, actions]`.
 * @param values f32 `[batch, 1]`.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const loss = clippedLoss(tf.tensor2d([[0, 0]]), tf.tensor2d([[1]]), {
 *   taken: tf.tensor2d([[1, 0]]),
 *   logProbabilities: tf.tensor1d([Math.log(0.25)]),
 *   advantages: tf.tensor1d([3]),
 *   returns: tf.tensor1d([2]),
 * }, { clip: 0.2, valueWeight: 0.5, entropyWeight: 0.01 });
 * // The ratio is 2, and counts as 1.2; both actions are equally likely.
 * assertAlmostEquals((await readBack([loss]))[0]![0]!, -1.2 * 3 + 0.5 - 0.01 * Math.log(2), 1e-6);
 * ```
 */
export function clippedLoss(
  logits: tf.Tensor,
  values: tf.Tensor,
  then: Collection,
  { clip, valueWeight, entropyWeight }: ClippedLossOptions,
): tf.Scalar {
  return tf.tidy(() =>
    // A gradient of its own costs a dozen operations instead of sixty.
    tf.customGrad((...[l, v, save]: unknown[]) => {
      const logs = tf.logSoftmax(l as tf.Tensor);
      const probabilities = tf.exp(logs);
      const ratio = ratios(logs, then);
      const gain = tf.mul(ratio, then.advantages);
      const bounded = tf.mul(tf.clipByValue(ratio, 1 - clip, 1 + clip), then.advantages);
      const terms = tf.mul(probabilities, logs);
      // Σ p log p of a row, minus its entropy, [batch, 1].
      const order = tf.sum(terms, 1, true);
      const error = tf.sub(tf.reshape(v as tf.Tensor, then.returns.shape), then.returns);
      const parts = [
        tf.mul(tf.mean(tf.square(error)), valueWeight),
        tf.mul(tf.mean(order), entropyWeight),
      ];
      (save as tf.GradSaveFunc)([then.taken, probabilities, gain, bounded, terms, order, error]);
      return {
        value: tf.sub(tf.add(parts[0]!, parts[1]!), tf.mean(tf.minimum(gain, bounded))),
        gradFunc(dy: tf.Tensor, saved: tf.Tensor[]) {
          const [taken, p, gain, bounded, terms, order, error] = saved;
          const share = tf.div(dy, error!.size);
          // By the logarithm of its ratio a gain grows as itself, and where it is cut off not at all.
          const counts = tf.cast(tf.lessEqual(gain!, bounded!), "float32");
          const pull = tf.reshape(tf.mul(gain!, counts), order!.shape);
          const disorder = tf.mul(tf.sub(terms!, tf.mul(p!, order!)), entropyWeight);
          return [
            tf.mul(tf.sub(disorder, tf.mul(tf.sub(taken!, p!), pull)), share),
            tf.reshape(tf.mul(error!, tf.mul(share, 2 * valueWeight)), values.shape),
          ];
        },
      };
    })(logits, values) as tf.Scalar
  );
}
