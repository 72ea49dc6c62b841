/**
 * The places of a ring buffer: which are taken, which is next, and which a minibatch draws. What lies in them
 * is the business of whoever holds the ring: rows of numbers (`replay.ts`), or pictures.
 *
 * @module
 */

import { integers } from "../random/distributions.ts";
import type { Key } from "../random/key.ts";
import { numbers, type Resumable, type SavedState, type State } from "../train/state.ts";

/**
 * A ring of places.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const ring = new Ring(3);
 * assertEquals([0, 1, 2, 3].map(() => ring.claim()), [0, 1, 2, 0]);
 * assertEquals(ring.size, 3);
 * assertEquals(ring.draw(rootKey(1), 64).length, 64);
 * ```
 */
export class Ring implements Resumable {
  readonly capacity: number;
  #size = 0;
  #next = 0;

  /** @throws {RangeError} When the capacity is not a positive integer. */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(
        `Cannot make a ring of ${capacity} places: use a positive integer`,
      );
    }
    this.capacity = capacity;
  }

  /** Places taken. */
  get size(): number {
    return this.#size;
  }

  /** The place taken last; of no meaning before the first. */
  get newest(): number {
    return (this.#next + this.capacity - 1) % this.capacity;
  }

  /** Takes the next place, the oldest when all are taken. */
  claim(): number {
    const place = this.#next;
    this.#next = (place + 1) % this.capacity;
    this.#size = Math.max(this.#size, place + 1);
    return place;
  }

  /**
   * Draws places that are taken, uniformly, with replacement.
   *
   * @returns `[n]`; the same for the same key and size.
   * @throws {RangeError} When none is taken.
   */
  draw(key: Key, n: number): Int32Array {
    return integers(key, n, 0, this.#size);
  }

  state(): State {
    return { places: numbers([this.#size, this.#next]) };
  }

  restore(saved: SavedState): void {
    const [size, next] = saved.numbers("places");
    this.#size = size!;
    this.#next = next!;
  }
}
