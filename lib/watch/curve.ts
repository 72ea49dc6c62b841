/**
 * The numbers of one tag of one run, as a curve of bounded length: where there are more, neighbours are
 * averaged, so that a run of a million steps is drawn with a few hundred points.
 *
 * @module
 */

import { rounded } from "../report/figures/figure.ts";

/** A point: step, and the mean of the values up to it. */
export type CurvePoint = readonly [step: number, value: number];

/** Points from a place on. */
export interface CurveChange {
  /** How many points before them stay. */
  readonly from: number;
  readonly points: readonly CurvePoint[];
}

/** Points of a curve at most. */
export const MOST_POINTS = 240;

/** The curve of a tag. The same values give the same points, however they come. */
export class Curve {
  /** The complete points, each the mean of as many values as `#share`, and the one in progress. */
  #points: CurvePoint[] = [];
  #share = 1;
  /** Values of the last point, where it is not complete. */
  #inLast = 0;
  #changedFrom = 0;
  /** Values that are no number. */
  missing = 0;
  /** Step, epoch and value of the last event. */
  last: { readonly step: number; readonly epoch: number | null; readonly value: number | null } = {
    step: 0,
    epoch: null,
    value: null,
  };
  /** The smallest and the largest value so far, `null` before there is a number. */
  range: { readonly low: number; readonly high: number } | null = null;

  /** Adds the next event's value; `null` stands for one that is no number. */
  add(step: number, value: number | null, epoch: number | null = null): void {
    this.last = { step, epoch, value };
    if (value === null) {
      this.missing++;
      return;
    }
    const { low, high } = this.range ?? { low: value, high: value };
    this.range = { low: Math.min(low, value), high: Math.max(high, value) };
    if (this.#inLast > 0) {
      const [, mean] = this.#points.pop()!;
      this.#inLast++;
      this.#points.push([step, mean + (value - mean) / this.#inLast]);
    } else {
      this.#points.push([step, value]);
      this.#inLast = 1;
    }
    this.#changedFrom = Math.min(this.#changedFrom, this.#points.length - 1);
    if (this.#inLast === this.#share) this.#inLast = 0;
    if (this.#points.length === MOST_POINTS && this.#inLast === 0) this.#halve();
  }

  /** All its points. */
  get points(): readonly CurvePoint[] {
    return this.#points.map(([step, value]) => [step, rounded(value)]);
  }

  /** What has changed since this was last asked; `null` when nothing has. */
  takeChange(): CurveChange | null {
    const from = this.#changedFrom;
    if (from >= this.#points.length) return null;
    const points = this.points.slice(from);
    this.#changedFrom = this.#points.length;
    return { from, points };
  }

  #halve(): void {
    this.#points = Array.from({ length: this.#points.length / 2 }, (_, i) => {
      const [[, a], [step, b]] = [this.#points[2 * i]!, this.#points[2 * i + 1]!];
      return [step, (a + b) / 2];
    });
    this.#share *= 2;
    this.#changedFrom = 0;
  }
}
