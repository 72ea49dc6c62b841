/**
 * Gradient norms against their running median.
 *
 * @module
 */

import { numbers, type Resumable, type SavedState, type State } from "../state.ts";
import { RunningMedian } from "./running_median.ts";

/** Steps whose median a norm is compared with. */
const WINDOW = 200;
/** Norms before the first comparison: the median of a few says little. */
const FEWEST = 20;

/** A step whose gradient was longer than others, by the most. */
export interface GradientSpike {
  /** From 1. */
  readonly step: number;
  readonly norm: number;
  /** Of the norms before it. */
  readonly median: number;
  readonly ratio: number;
}

/** What is known of a training's gradients. */
export interface GradientReading {
  /** Norms told. */
  readonly steps: number;
  /** The largest ratio of a norm to the median before it. */
  readonly largest: GradientSpike | null;
  /** The first step with a norm that was not finite. */
  readonly notFinite: { readonly step: number; readonly norm: number } | null;
}

/**
 * Takes the global norm of every step's gradient *before* clipping (afterwards nothing can be seen), and
 * keeps the largest ratio to the median of the 200 steps before. Constant work a step.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const watch = new GradientWatch();
 * for (let step = 1; step <= 100; step++) watch.add(2);
 * assertEquals(watch.add(300), 150);
 * assertEquals(watch.reading.largest, { step: 101, norm: 300, median: 2, ratio: 150 });
 * ```
 */
export class GradientWatch implements Resumable {
  #median = new RunningMedian(WINDOW);
  #steps = 0;
  #largest: GradientSpike | null = null;
  #notFinite: GradientReading["notFinite"] = null;

  get reading(): GradientReading {
    return { steps: this.#steps, largest: this.#largest, notFinite: this.#notFinite };
  }

  /**
   * @param norm Of the next step; what is not finite is remembered and left out of the median.
   * @returns Its ratio to the median of the steps before; `null` for the first 20, after a median of 0,
   * and when it is not finite.
   */
  add(norm: number): number | null {
    const step = ++this.#steps;
    if (!Number.isFinite(norm)) {
      this.#notFinite ??= { step, norm };
      return null;
    }
    const { count, value: median } = this.#median;
    this.#median.add(norm);
    if (count < FEWEST || median === 0) return null;
    const ratio = norm / median;
    if (ratio > (this.#largest?.ratio ?? 0)) this.#largest = { step, norm, median, ratio };
    return ratio;
  }

  state(): State {
    const { step, norm, median } = this.#largest ?? { step: 0, norm: 0, median: 1 };
    const { step: badStep, norm: badNorm } = this.#notFinite ?? { step: 0, norm: 0 };
    return {
      window: numbers(this.#median.values()),
      steps: numbers([this.#steps]),
      largest: numbers([step, norm, median]),
      notFinite: numbers([badStep, badNorm]),
    };
  }

  restore(saved: SavedState): void {
    this.#median = new RunningMedian(WINDOW);
    for (const norm of saved.numbers("window")) this.#median.add(norm);
    this.#steps = saved.number("steps");
    const [step, norm, median] = saved.numbers("largest");
    this.#largest = step === 0
      ? null
      : { step: step!, norm: norm!, median: median!, ratio: norm! / median! };
    const [badStep, badNorm] = saved.numbers("notFinite");
    this.#notFinite = badStep === 0 ? null : { step: badStep!, norm: badNorm! };
  }
}
