/**
 * The newest samples, in typed arrays of fixed size: memory does not grow however long a service runs.
 *
 * @module
 */

/** What a ring holds. */
export interface SampleRingOptions {
  /** Samples it keeps; the oldest make room. */
  readonly capacity: number;
  /** Values of a sample. */
  readonly width: number;
  /** Seconds from one sample to the next. */
  readonly spacingSeconds: number;
}

/** How far from a whole step a sample may lie, as a share of the spacing, before the clock counts as irregular. */
export const SPACING_TOLERANCE = 0.25;

/**
 * Samples in time order. A sample more than one step after the one before it leaves a gap, and a window
 * never reaches across one: to a model its rows are evenly spaced.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const ring = new SampleRing({ capacity: 3, width: 1, spacingSeconds: 60 });
 * for (const minute of [0, 1, 2, 3]) ring.push(60 * minute, [minute]);
 * assertEquals(ring.window(3), Float32Array.of(1, 2, 3));
 * ring.push(600, [10]);
 * assertEquals([ring.gaps, ring.unbroken, ring.window(2)], [1, 1, null]);
 * ```
 */
export class SampleRing {
  readonly #timestamps: Float64Array;
  readonly #values: Float32Array;
  readonly #width: number;
  readonly #spacing: number;
  #total = 0;
  #unbroken = 0;
  #gaps = 0;

  /** @throws {RangeError} When capacity or width is not a whole number from 1. */
  constructor({ capacity, width, spacingSeconds }: SampleRingOptions) {
    for (const [name, value] of [["capacity", capacity], ["width", width]] as const) {
      if (!Number.isSafeInteger(value) || value < 1) {
        throw new RangeError(
          `Cannot make a ring of samples: the ${name} is ${value}, a whole number from 1 is needed`,
        );
      }
    }
    this.#timestamps = new Float64Array(capacity);
    this.#values = new Float32Array(capacity * width);
    this.#width = width;
    this.#spacing = spacingSeconds;
  }

  /** Samples at hand. */
  get size(): number {
    return Math.min(this.#total, this.#timestamps.length);
  }

  /** Samples at hand since the last gap. */
  get unbroken(): number {
    return Math.min(this.#unbroken, this.size);
  }

  /** Gaps since the start. */
  get gaps(): number {
    return this.#gaps;
  }

  /** Unix seconds of the newest sample; null before the first. */
  get lastTimestamp(): number | null {
    return this.#total === 0 ? null : this.#timestamps[this.#slot(this.#total - 1)]!;
  }

  /**
   * Adds a sample.
   *
   * @param timestamp Unix seconds, after those of the newest sample.
   * @param values `[width]`, copied.
   * @throws {RangeError} When it does not lie after the newest sample or has another width.
   */
  push(timestamp: number, values: ArrayLike<number>): void {
    const last = this.lastTimestamp;
    if (values.length !== this.#width || !(last === null || timestamp > last)) {
      throw new RangeError(
        `Cannot add a sample of ${values.length} values at ${timestamp}: ${this.#width} values are ` +
          `needed, after ${last}`,
      );
    }
    const broken = last !== null && timestamp - last > (1 + SPACING_TOLERANCE) * this.#spacing;
    if (broken) this.#gaps++;
    this.#unbroken = broken ? 1 : this.#unbroken + 1;
    const slot = this.#slot(this.#total++);
    this.#timestamps[slot] = timestamp;
    this.#values.set(values, slot * this.#width);
  }

  /** The newest `rows` samples, oldest first: `[rows, width]`; null when fewer came without a gap. */
  window(rows: number): Float32Array | null {
    if (this.unbroken < rows) return null;
    const window = new Float32Array(rows * this.#width);
    for (let row = 0; row < rows; row++) {
      const from = this.#slot(this.#total - rows + row) * this.#width;
      window.set(this.#values.subarray(from, from + this.#width), row * this.#width);
    }
    return window;
  }

  #slot(index: number): number {
    return index % this.#timestamps.length;
  }
}
