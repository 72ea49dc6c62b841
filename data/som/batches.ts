/**
 * Which samples an iteration trains on.
 *
 * @module
 */

import {
  type Key,
  numbers,
  permutation,
  type Resumable,
  type SavedState,
  type State,
  uniform,
} from "assay";
import type { Sampling } from "./configuration.ts";

/** Uniform numbers drawn at a time. */
const BLOCK = 1024;

/**
 * Draws batches: the samples are shuffled once and parted into sections of nearly equal size, and each
 * batch takes as many from every section.
 *
 * `random` draws without replacement within a batch, and anew for the next. `reshuffle` walks through
 * each section to its end, shuffles it and begins again, so that within a batch a sample can come twice only
 * where a walk ends in it.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const batches = new Batches(rootKey(1), { samples: 6, sections: 1, sampling: "reshuffle" });
 * const batch = new Uint32Array(6);
 * const seen = new Set<number>();
 * for (let t = 0; t < 3; t++) {
 *   assertEquals(batches.draw(30, batch), 2);
 *   seen.add(batch[0]!).add(batch[1]!);
 * }
 * assertEquals(seen.size, 6);
 * ```
 */
export class Batches implements Resumable {
  readonly #samples: number;
  readonly #sampling: Sampling;
  readonly #key: Key;
  /** Samples, section after section. */
  readonly #order: Int32Array;
  /** First place of each section, and the end. */
  readonly #bounds: Int32Array;
  /** How far the walk through each section has come. */
  readonly #walked: Int32Array;
  /** Uniform numbers drawn so far. */
  #drawn = 0;
  #block = new Float64Array(0);

  /** @param key The same key draws the same batches. */
  constructor(
    key: Key,
    { samples, sections, sampling }: {
      readonly samples: number;
      readonly sections: number;
      readonly sampling: Sampling;
    },
  ) {
    this.#samples = samples;
    this.#sampling = sampling;
    this.#key = key.key("draws");
    this.#order = permutation(key.key("order"), samples);
    // The first `samples mod sections` are one larger.
    this.#bounds = Int32Array.from(
      { length: sections + 1 },
      (_, s) => s * Math.floor(samples / sections) + Math.min(s, samples % sections),
    );
    this.#walked = new Int32Array(sections);
  }

  /**
   * Draws the samples of the next batch: from every section `percent` per cent of all samples, rounded up, at
   * least one, but no more than it has.
   *
   * @param into Room for all samples; the batch is written to its beginning.
   * @returns How many.
   */
  draw(percent: number, into: Uint32Array): number {
    const wanted = Math.max(1, Math.ceil(this.#samples * percent / 100));
    let count = 0;
    for (let s = 0; s < this.#walked.length; s++) {
      const from = this.#bounds[s]!, size = this.#bounds[s + 1]! - from;
      for (let i = 0, n = Math.min(wanted, size); i < n; i++) {
        into[count++] = this.#order[
          this.#sampling === "random" ? this.#choose(from, i, size) : this.#walk(s, from, size)
        ]!;
      }
    }
    return count;
  }

  state(): State {
    return {
      order: { shape: [this.#samples], data: this.#order },
      walked: { shape: [this.#walked.length], data: this.#walked },
      drawn: numbers([this.#drawn]),
    };
  }

  restore(saved: SavedState): void {
    this.#order.set(saved.array("order", Int32Array));
    this.#walked.set(saved.array("walked", Int32Array));
    this.#drawn = saved.number("drawn");
    this.#fill();
  }

  /** One step of a Fisher–Yates shuffle of a section: the place of a sample not yet chosen. */
  #choose(from: number, i: number, size: number): number {
    this.#swap(from + i, from + i + Math.floor(this.#uniform() * (size - i)));
    return from + i;
  }

  /** The next place on the way through a section. */
  #walk(section: number, from: number, size: number): number {
    if (this.#walked[section] === size) {
      for (let i = 0; i < size; i++) this.#choose(from, i, size);
      this.#walked[section] = 0;
    }
    return from + this.#walked[section]!++;
  }

  #swap(a: number, b: number): void {
    const order = this.#order, moved = order[a]!;
    order[a] = order[b]!;
    order[b] = moved;
  }

  #uniform(): number {
    const at = this.#drawn % BLOCK;
    if (at === 0) this.#fill();
    this.#drawn++;
    return this.#block[at]!;
  }

  /** The block that the next number stands in. */
  #fill(): void {
    this.#block = uniform(this.#key.at(Math.floor(this.#drawn / BLOCK)), BLOCK);
  }
}
