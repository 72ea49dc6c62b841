/**
 * The weights of one moment, to go back to.
 *
 * @module
 */

import { tf } from "../device/tf.ts";
import { numbers, type Resumable, type SavedState, type State } from "./state.ts";
import type { NamedVariable } from "./types.ts";

/**
 * The weights of one moment. A clone shares a variable's data until the variable moves on: `assign` gives it
 * other data, and so does an operation in place before it writes into what is shared.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const variable = tf.variable(tf.scalar(1));
 * const snapshot = new Snapshot([{ name: "w", variable }]);
 * snapshot.take();
 * variable.assign(tf.scalar(2));
 * snapshot.apply();
 * assertEquals((await readBack([variable]))[0]![0], 1);
 * ```
 */
export class Snapshot implements Resumable {
  readonly #weights: readonly NamedVariable[];
  #values: tf.Tensor[] = [];

  constructor(weights: readonly NamedVariable[]) {
    this.#weights = weights;
  }

  take(): void {
    tf.dispose(this.#values);
    this.#values = this.#weights.map(({ variable }) => tf.clone(variable));
  }

  /** Gives the variables the values of that moment. */
  apply(): void {
    this.#values.forEach((value, i) => this.#weights[i]!.variable.assign(value));
  }

  state(): State {
    return {
      taken: numbers(this.#values.length > 0 ? [1] : [0]),
      ...Object.fromEntries(this.#values.map((value, i) => [this.#weights[i]!.name, value])),
    };
  }

  restore(saved: SavedState): void {
    tf.dispose(this.#values);
    this.#values = saved.number("taken") === 0
      ? []
      : this.#weights.map(({ name, variable }) => tf.tensor(saved.floats(name), variable.shape));
  }

  dispose(): void {
    tf.dispose(this.#values);
  }
}
