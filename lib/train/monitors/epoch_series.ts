/**
 * A quantity by epoch, with what the rules ask of it in constant time.
 *
 * @module
 */

/** One value of a series. */
export interface EpochValue {
  readonly epoch: number;
  readonly value: number;
}

/**
 * The finite values of a quantity, in the order of their epochs; epochs without one are not in it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const loss = new EpochSeries("on-line loss");
 * [3, 1, NaN, 2].forEach((value, i) => loss.add(i + 1, value));
 * assertEquals([loss.length, loss.last().epoch, loss.last(1).value], [3, 4, 1]);
 * assertEquals(loss.lowest, { epoch: 2, value: 1 });
 * assertEquals(loss.at(3), undefined);
 * assertEquals(loss.climb(1), { from: { epoch: 2, value: 1 }, to: { epoch: 4, value: 2 } });
 * assertEquals(loss.climb(2), null);
 * ```
 */
export class EpochSeries {
  readonly #points: EpochValue[] = [];
  #lowest: EpochValue | undefined;

  /** @param name What it is, for sentences. */
  constructor(readonly name: string) {}

  get length(): number {
    return this.#points.length;
  }

  get first(): EpochValue | undefined {
    return this.#points[0];
  }

  get newest(): EpochValue | undefined {
    return this.#points.at(-1);
  }

  /** The first of the lowest. */
  get lowest(): EpochValue | undefined {
    return this.#lowest;
  }

  /** The point `back` points before the newest, which must be there. */
  last(back = 0): EpochValue {
    return this.#points[this.#points.length - 1 - back]!;
  }

  /** The newest `count` points, oldest first. */
  tail(count: number): EpochValue[] {
    return this.#points.slice(-count);
  }

  /** Where the newest `rises` steps led from and to, if each of them went up. */
  climb(rises: number): { readonly from: EpochValue; readonly to: EpochValue } | null {
    if (this.length <= rises) return null;
    const points = this.tail(rises + 1);
    const all = points.every(({ value }, i) => i === 0 || value > points[i - 1]!.value);
    return all ? { from: points[0]!, to: points[rises]! } : null;
  }

  /** The value at an epoch, by bisection. */
  at(epoch: number): number | undefined {
    let low = 0, high = this.#points.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#points[middle]!.epoch < epoch) low = middle + 1;
      else high = middle;
    }
    const found = this.#points[low];
    return found?.epoch === epoch ? found.value : undefined;
  }

  add(epoch: number, value: number | undefined): void {
    if (value === undefined || !Number.isFinite(value)) return;
    const point = { epoch, value };
    this.#points.push(point);
    if (this.#lowest === undefined || value < this.#lowest.value) this.#lowest = point;
  }
}
