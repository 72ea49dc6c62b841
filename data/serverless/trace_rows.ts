/**
 * Typed columns that grow with the rows of a file.
 *
 * @module
 */

/** Room for rows to begin with. */
const FIRST_ROOM = 1 << 16;

/** The columns of an invocation trace while it is read. */
export class TraceRows {
  /** Rows so far. */
  count = 0;
  #owners = new Uint16Array(FIRST_ROOM);
  #ends = new Float64Array(FIRST_ROOM);
  #durations = new Float32Array(FIRST_ROOM);

  /** Function of each row. */
  get owners(): Uint16Array {
    return this.#owners.subarray(0, this.count);
  }

  /** End of each row, seconds. */
  get ends(): Float64Array {
    return this.#ends.subarray(0, this.count);
  }

  /** Duration of each row, seconds. */
  get durations(): Float32Array {
    return this.#durations.subarray(0, this.count);
  }

  /** End of the last row; −∞ before the first. */
  get lastEnd(): number {
    return this.count === 0 ? -Infinity : this.#ends[this.count - 1]!;
  }

  /** Adds a row. */
  add(owner: number, end: number, duration: number): void {
    if (this.count === this.#ends.length) {
      this.#owners = grown(this.#owners, new Uint16Array(2 * this.count));
      this.#ends = grown(this.#ends, new Float64Array(2 * this.count));
      this.#durations = grown(this.#durations, new Float32Array(2 * this.count));
    }
    this.#owners[this.count] = owner;
    this.#ends[this.count] = end;
    this.#durations[this.count++] = duration;
  }

  /** Columns of the rows named, in that order. */
  take(
    rows: Int32Array,
  ): { functionIndex: Uint16Array; endSeconds: Float64Array; durationSeconds: Float32Array } {
    return {
      functionIndex: Uint16Array.from(rows, (row) => this.#owners[row]!),
      endSeconds: Float64Array.from(rows, (row) => this.#ends[row]!),
      durationSeconds: Float32Array.from(rows, (row) => this.#durations[row]!),
    };
  }
}

function grown<T extends Uint16Array | Float32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
