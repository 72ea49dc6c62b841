/**
 * Gradients and memory: what goes wrong beside the loss.
 *
 * @module
 */

import { amount, percent } from "../text.ts";
import type { Rule } from "../types.ts";

/** A gradient, before clipping, that was many times as long as the ones before it. */
export const gradientSpike: Rule<{ warning: number; error: number }> = {
  id: "gradient_spike",
  severity: "warning",
  thresholds: { warning: 20, error: 100 },
  units: { warning: "times the running median", error: "times the running median" },
  source: "facts of document 001, §6, §10.6 (relative instead of its absolute 10 000 and 50 000)",
  advice:
    "Look at the batch of that step. Clipping the norm hides such a step but does not explain it.",
  check({ gradients: { largest } }, { warning, error }) {
    if (largest === null || largest.ratio <= warning) return null;
    const { step, norm, median, ratio } = largest;
    return {
      severity: ratio > error ? "error" : "warning",
      evidence:
        `At step ${step} the gradient's norm before clipping was ${amount(norm)}, ${
          amount(ratio)
        } ` +
        `times the median ${amount(median)} of the steps before (threshold ${
          amount(ratio > error ? error : warning)
        }).`,
    };
  },
};

/** Memory that grows without end. */
export const memoryGrowth: Rule<{ rises: number; rise: number }> = {
  id: "memory_growth",
  severity: "warning",
  thresholds: { rises: 10, rise: 0.1 },
  units: { rises: "rises in a row", rise: "share of the memory before them" },
  source: "document 003, monitoring checklist; facts §6 (the numbers are ours)",
  advice: "Something keeps what it should release: count tensors before and after an epoch.",
  check({ memory }, { rises, rise }) {
    const climb = memory.climb(rises);
    if (climb === null) return null;
    const { from, to } = climb;
    const total = to.value / from.value - 1;
    if (total <= rise) return null;
    return {
      evidence:
        `Memory grew at each of ${rises} epochs, from ${from.value} bytes at epoch ${from.epoch} to ` +
        `${to.value} at epoch ${to.epoch}, by ${percent(total)} (threshold ${percent(rise)}).`,
    };
  },
};
