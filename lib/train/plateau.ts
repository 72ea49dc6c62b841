/**
 * The learning rate that falls when the loss no longer does.
 *
 * @module
 */

import { numbers, type Resumable, type SavedState, type State } from "./state.ts";
import type { PlateauOptions } from "./types.ts";

/**
 * PyTorch's `ReduceLROnPlateau` in its relative mode: an epoch is good when its loss is below `best
 * (1 - threshold)`, `best` being the loss of the last good one; the bad epoch number `patience + 1` in a row
 * multiplies the rate by `factor`, and counting starts anew.
 *
 * @example
 * ```ts
 * import { Plateau } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const plateau = new Plateau(0.1, { factor: 0.5, patience: 1 });
 * assertEquals([3, 3, 3, 2].map((loss) => plateau.next(loss)), [0.1, 0.1, 0.05, 0.05]);
 * ```
 */
export class Plateau implements Resumable {
  readonly #options: Required<PlateauOptions>;
  #rate: number;
  #best = Infinity;
  #bad = 0;

  /** @throws {RangeError} When a setting is outside its range. */
  constructor(rate: number, { factor, patience, threshold = 1e-4, floor = 0 }: PlateauOptions) {
    if (!(factor > 0 && factor < 1)) {
      throw new RangeError(
        `Cannot reduce a learning rate by the factor ${factor}: it must be in (0, 1)`,
      );
    }
    if (!Number.isInteger(patience) || patience < 0) {
      throw new RangeError(
        `Cannot wait ${patience} epochs on a plateau: it must be an integer, 0 or more`,
      );
    }
    this.#rate = rate;
    this.#options = { factor, patience, threshold, floor };
  }

  /** The learning rate of the present epoch. */
  get rate(): number {
    return this.#rate;
  }

  /** Takes an epoch's loss; gives the learning rate of the next epoch. */
  next(loss: number): number {
    const { factor, patience, threshold, floor } = this.#options;
    if (loss < this.#best * (1 - threshold)) {
      this.#best = loss;
      this.#bad = 0;
    } else if (++this.#bad > patience) {
      this.#rate = Math.max(this.#rate * factor, floor);
      this.#bad = 0;
    }
    return this.#rate;
  }

  state(): State {
    return { clock: numbers([this.#rate, this.#best, this.#bad]) };
  }

  restore(saved: SavedState): void {
    const [rate, best, bad] = saved.numbers("clock");
    this.#rate = rate!;
    this.#best = best!;
    this.#bad = bad!;
  }
}
