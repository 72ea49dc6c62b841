/**
 * When a gradient is so long that somebody should know.
 *
 * @module
 */

import { GradientWatch } from "../train/monitors/gradient_watch.ts";
import type { Resumable, SavedState, State } from "../train/state.ts";

/** From where on a norm is worth a warning, and from where on it is critical. */
interface Limits {
  readonly warning: number;
  readonly critical: number;
}

/**
 * Limits of a gradient's norm, and of its ratio to the median of the 200 before it.
 *
 * - `relative`: a hundred times the usual is critical, whatever the usual is.
 * - `document`: the driving document's first limits. It compared them with sums of the norms of single tensors,
 *   which are longer, and later with norms after clipping, which no limit above the clipping can ever reach.
 */
export const gradientLimits = {
  relative: {
    norm: { warning: 1000, critical: 100_000 },
    ratio: { warning: 10, critical: 100 },
  },
  document: {
    norm: { warning: 10_000, critical: 50_000 },
    ratio: { warning: Infinity, critical: Infinity },
  },
} as const satisfies Record<string, { readonly norm: Limits; readonly ratio: Limits }>;

/** The name of such limits. */
export type GradientLimits = keyof typeof gradientLimits;

/** How grave it is. */
export type GradientLevel = "calm" | "warning" | "critical";

/**
 * Judges the norms of gradients *before* clipping, of one step after the other. What is not finite is critical.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const alarm = new GradientAlarm("relative");
 * for (let step = 0; step < 200; step++) alarm.add(0.5);
 * assertEquals([0.5, 6, 51, NaN].map((norm) => alarm.add(norm)), ["calm", "warning", "critical", "critical"]);
 * ```
 */
export class GradientAlarm implements Resumable {
  readonly #limits: { readonly norm: Limits; readonly ratio: Limits };
  readonly #watch = new GradientWatch();

  constructor(limits: GradientLimits) {
    this.#limits = gradientLimits[limits];
  }

  /** How grave the norm of the next step's gradient is. */
  add(norm: number): GradientLevel {
    const { norm: ofNorm, ratio: ofRatio } = this.#limits;
    const ratio = this.#watch.add(norm) ?? 0;
    const beyond = (level: keyof Limits) => !(norm <= ofNorm[level]) || ratio > ofRatio[level];
    return beyond("critical") ? "critical" : beyond("warning") ? "warning" : "calm";
  }

  state(): State {
    return this.#watch.state();
  }

  restore(saved: SavedState): void {
    this.#watch.restore(saved);
  }
}
