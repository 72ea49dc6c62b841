/**
 * The median of the newest values of a stream.
 *
 * @module
 */

/**
 * Median of the newest `window` values. The values are kept twice, as they came and in order; a new one
 * takes the place of the oldest, and only what lies between their two ranks moves. The work of a value
 * depends on the window alone, not on how many came before.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const median = new RunningMedian(3);
 * const medians = [5, 1, 9, 2, 2].map((value) => {
 *   median.add(value);
 *   return median.value;
 * });
 * assertEquals(medians, [5, 3, 5, 2, 2]);
 * ```
 */
export class RunningMedian {
  readonly #ring: Float64Array;
  readonly #sorted: Float64Array;
  #count = 0;
  #oldest = 0;

  /** @throws {RangeError} When `window` is no positive integer. */
  constructor(window: number) {
    if (!Number.isInteger(window) || window < 1) {
      throw new RangeError(
        `Cannot take a running median over ${window} values: it must be a positive integer`,
      );
    }
    this.#ring = new Float64Array(window);
    this.#sorted = new Float64Array(window);
  }

  /** Values in the window so far. */
  get count(): number {
    return this.#count;
  }

  /** Mean of the two middle values when their number is even; NaN before the first. */
  get value(): number {
    if (this.#count === 0) return NaN;
    const middle = this.#count >> 1;
    const upper = this.#sorted[middle]!;
    return this.#count % 2 === 1 ? upper : (this.#sorted[middle - 1]! + upper) / 2;
  }

  /** The values of the window, oldest first. */
  values(): number[] {
    return Array.from(
      { length: this.#count },
      (_, i) => this.#ring[(this.#oldest + i) % this.#ring.length]!,
    );
  }

  /** @throws {RangeError} When the value is not finite: it has no rank. */
  add(value: number): void {
    if (!Number.isFinite(value)) {
      throw new RangeError(`Cannot take ${value} into a running median: it must be finite`);
    }
    const sorted = this.#sorted;
    let gap = this.#count;
    if (this.#count < this.#ring.length) {
      this.#ring[this.#count++] = value;
    } else {
      gap = this.#rank(this.#ring[this.#oldest]!);
      this.#ring[this.#oldest] = value;
      this.#oldest = (this.#oldest + 1) % this.#ring.length;
    }
    // The gap wanders to where the new value belongs.
    for (; gap > 0 && sorted[gap - 1]! > value; gap--) sorted[gap] = sorted[gap - 1]!;
    for (; gap < this.#count - 1 && sorted[gap + 1]! < value; gap++) sorted[gap] = sorted[gap + 1]!;
    sorted[gap] = value;
  }

  /** Index of a value that is there. */
  #rank(value: number): number {
    let low = 0, high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]! < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
