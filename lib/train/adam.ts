/**
 * The Adam optimiser, with its state in the open.
 *
 * @module
 */

import { tf } from "../device/tf.ts";
import { adamStep } from "../kernels/adam/op.ts";
import { numbers, type Resumable, type SavedState, type State } from "./state.ts";
import type { NamedVariable } from "./types.ts";

/** Settings of {@linkcode Adam}. */
export interface AdamOptions {
  readonly learningRate: number;
  /** Decay rates of the first and second moment. Defaults 0.9 and 0.999. */
  readonly beta1?: number;
  readonly beta2?: number;
  /** Added to the square root of the second moment. Default 1e-8. */
  readonly epsilon?: number;
  /** Scales the gradient of all variables together down to this norm when it is longer. Default: never. */
  readonly clipNorm?: number;
  /**
   * Takes `learningRate · weightDecay` of every variable away at each step, beside the gradient (AdamW,
   * Loshchilov and Hutter 2019). Default 0.
   */
  readonly weightDecay?: number;
}

/**
 * Adam (Kingma and Ba 2015) as PyTorch computes it: with `m`, `v` the decayed means of gradient and
 * squared gradient, each step moves a variable by `-(lr / (1 - β₁ᵗ)) m / (√v / √(1 - β₂ᵗ) + ε)`.
 *
 * The slots of all variables lie end to end in one vector each. A step is one operation that changes
 * variables and slots in place; a tensor that shares a variable's data (`tf.clone`, `assign`) keeps its
 * values. The corrections are computed on the host in f64.
 *
 * @example
 * ```ts
 * import { Adam, openDevice, readBack, tf } from "assay";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const w = tf.variable(tf.tensor1d([1, 2]));
 * const adam = new Adam([{ name: "w", variable: w }], { learningRate: 0.1 });
 * const norm = adam.step({ [w.name]: tf.tensor1d([3, -5]) });
 * // The first step is the learning rate against the sign of the gradient.
 * const [moved, length] = await readBack([w, norm]);
 * assertAlmostEquals(moved![0]!, 0.9, 1e-6);
 * assertAlmostEquals(length![0]!, Math.hypot(3, -5), 1e-6);
 * ```
 */
export class Adam implements Resumable {
  /** Of the next step; may be changed between steps. */
  learningRate: number;
  readonly #variables: readonly NamedVariable[];
  readonly #firstMoment: tf.Variable<tf.Rank.R1>;
  readonly #secondMoment: tf.Variable<tf.Rank.R1>;
  readonly #beta1: number;
  readonly #beta2: number;
  readonly #epsilon: number;
  readonly #clipNorm: number;
  readonly #weightDecay: number;
  #steps = 0;
  // β₁ᵗ and β₂ᵗ by repeated multiplication: the bits of `**` are the engine's own.
  #beta1Power = 1;
  #beta2Power = 1;

  /** @throws {RangeError} When a setting is outside its range. */
  constructor(variables: readonly NamedVariable[], options: AdamOptions) {
    const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
    const { clipNorm = Infinity, weightDecay = 0 } = options;
    const check = (name: string, value: number, fits: boolean, allowed: string) => {
      if (!fits) {
        throw new RangeError(`Cannot use Adam with ${name} ${value}: it must be ${allowed}`);
      }
    };
    check(
      "learningRate",
      learningRate,
      learningRate >= 0 && learningRate < Infinity,
      "0 or more, finite",
    );
    check("beta1", beta1, beta1 >= 0 && beta1 < 1, "in [0, 1)");
    check("beta2", beta2, beta2 >= 0 && beta2 < 1, "in [0, 1)");
    check("epsilon", epsilon, epsilon >= 0 && epsilon < Infinity, "0 or more, finite");
    check("clipNorm", clipNorm, clipNorm > 0, "above 0");
    check(
      "weightDecay",
      weightDecay,
      weightDecay >= 0 && weightDecay < Infinity,
      "0 or more, finite",
    );
    this.learningRate = learningRate;
    this.#variables = variables;
    this.#beta1 = beta1;
    this.#beta2 = beta2;
    this.#epsilon = epsilon;
    this.#clipNorm = clipNorm;
    this.#weightDecay = weightDecay;
    const size = variables.reduce((sum, { variable }) => sum + variable.size, 0);
    const zeros = () => tf.tidy(() => tf.variable(tf.zeros([size]) as tf.Tensor1D, false));
    this.#firstMoment = zeros();
    this.#secondMoment = zeros();
  }

  /** Steps taken. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * The moments, each f32 `[all parameters]` with the variables end to end in their order; the steps, the
   * powers of the decay rates and the learning rate. Not the variables.
   */
  state(): State {
    return {
      first_moment: this.#firstMoment,
      second_moment: this.#secondMoment,
      clock: numbers([this.#steps, this.#beta1Power, this.#beta2Power]),
      learning_rate: numbers([this.learningRate]),
    };
  }

  restore(saved: SavedState): void {
    saved.assign([
      { name: "first_moment", variable: this.#firstMoment },
      { name: "second_moment", variable: this.#secondMoment },
    ]);
    const [steps, beta1Power, beta2Power] = saved.numbers("clock");
    this.#steps = steps!;
    this.#beta1Power = beta1Power!;
    this.#beta2Power = beta2Power!;
    this.learningRate = saved.number("learning_rate");
  }

  /**
   * Moves the variables one step.
   *
   * @param gradients By the variables' tfjs names, as `tf.variableGrads` gives them; stay as they are.
   * @returns The norm of all gradients together before clipping, a scalar; the caller disposes it.
   * @throws {Error} When a variable has no gradient.
   */
  step(gradients: tf.NamedTensorMap): tf.Scalar {
    this.#steps++;
    this.#beta1Power *= this.#beta1;
    this.#beta2Power *= this.#beta2;
    return adamStep(
      this.#variables.map(({ variable }) => variable),
      this.#variables.map(({ name, variable }) => {
        const own = gradients[variable.name];
        if (own === undefined) {
          throw new Error(
            `Cannot train "${name}": the loss does not depend on it. Use it in the model, or leave it out of ` +
              "the trainable variables",
          );
        }
        return own;
      }),
      this.#firstMoment,
      this.#secondMoment,
      {
        rate: this.learningRate / (1 - this.#beta1Power),
        correction: 1 / Math.sqrt(1 - this.#beta2Power),
        epsilon: this.#epsilon,
        beta1: this.#beta1,
        beta2: this.#beta2,
        kept: 1 - this.learningRate * this.#weightDecay,
        clipNorm: this.#clipNorm,
      },
    );
  }

  /** Releases the slots. */
  dispose(): void {
    this.#firstMoment.dispose();
    this.#secondMoment.dispose();
  }
}
