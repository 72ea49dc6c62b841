/**
 * Losses that do not fall, or not fast enough.
 *
 * @module
 */

import { pow } from "../../../numeric/elementary.ts";
import { amount, dated, percent } from "../text.ts";
import type { Rule } from "../types.ts";

/** The loss is flat, and high. */
export const plateauHigh: Rule<{ window: number; flat: number; loss: number; error: number }> = {
  id: "plateau_high",
  severity: "warning",
  request: "resume higher",
  thresholds: { window: 5, flat: 0.05, loss: 0.1, error: 0.2 },
  units: { window: "epochs", flat: "share of the loss before", loss: "loss", error: "loss" },
  source: "document 003, decision matrix; facts §6, §12.7",
  advice: "The loss stays high without moving: the learning rate may be too low.",
  check({ judged }, { window, flat, loss, error }) {
    if (judged.length <= window) return null;
    const before = judged.last(window), now = judged.last();
    const change = now.value / before.value - 1;
    if (now.value <= loss || Math.abs(change) >= flat) return null;
    const high = now.value > error;
    return {
      severity: high ? "error" : "warning",
      evidence: `The ${judged.name} went from ${dated(before)} to ${dated(now)}, a change of ` +
        `${percent(change)} (flat below ${percent(flat)}), and lies above ${
          amount(high ? error : loss)
        }.`,
    };
  },
};

/** The loss falls, but will take very long. */
export const slow: Rule<
  { after: number; window: number; flat: number; pace: number; loss: number }
> = {
  id: "slow",
  severity: "warning",
  request: "resume higher",
  thresholds: { after: 15, window: 5, flat: 0.05, pace: 0.05, loss: 0.1 },
  units: {
    after: "epochs",
    window: "epochs",
    flat: "share of the loss before",
    pace: "share of the loss, each epoch",
    loss: "loss",
  },
  source: "document 003, alternative learning rates; facts §6, §12.8",
  advice: "The loss falls too slowly: the learning rate is too low.",
  check({ judged }, { after, window, flat, pace, loss }) {
    if (judged.length <= window || judged.last().epoch < after) return null;
    const before = judged.last(window), now = judged.last();
    if (now.value <= loss || 1 - now.value / before.value < flat) return null;
    const each = 1 - pow(now.value / before.value, 1 / (now.epoch - before.epoch));
    if (each >= pace) return null;
    return {
      evidence:
        `The ${judged.name} fell from ${dated(before)} to ${dated(now)}, ${
          percent(each)
        } each epoch ` +
        `(threshold ${percent(pace)}), and lies above ${amount(loss)}.`,
    };
  },
};

/**
 * A rule that compares the loss at some epochs with what was expected there; the newest such epoch
 * counts.
 *
 * @param milestones The limit of the loss by epoch.
 *
 * @example
 * ```ts
 * import { diagnose } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const rules = { name: "mine", judges: "frozen", rules: [milestoneMissed({ 2: 0.5 })] } as const;
 * const epochs = [0.9, 0.6].map((frozenLoss, i) => ({ epoch: i + 1, frozenLoss }));
 * assertEquals(diagnose({ epochs }, rules).findings.map(({ rule }) => rule), ["milestone_missed"]);
 * ```
 */
export function milestoneMissed(milestones: Readonly<Record<number, number>>): Rule {
  return {
    id: "milestone_missed",
    severity: "warning",
    thresholds: milestones,
    units: Object.fromEntries(Object.keys(milestones).map((epoch) => [epoch, "loss"])),
    source: "document 003, expected results; facts §6, §12.9",
    advice:
      "The loss is behind its timetable, which was an expectation, not a measurement: compare " +
      "it with what the data allow.",
    check({ newest, judged }, limits) {
      const passed = Object.keys(limits).map(Number).filter((at) => at <= (newest?.epoch ?? 0));
      const epoch = Math.max(...passed);
      const value = judged.at(epoch), limit = limits[epoch];
      if (value === undefined || limit === undefined || value < limit) return null;
      return {
        evidence: `The ${judged.name} was ${dated({ epoch, value })}; it should have been below ${
          amount(limit)
        }.`,
      };
    },
  };
}

/** Document 000's red flag: a loss above 1 when five epochs have passed. */
export const highLoss: Rule<{ after: number; loss: number }> = {
  id: "high_loss",
  severity: "error",
  request: "stop",
  thresholds: { after: 5, loss: 1 },
  units: { after: "epochs", loss: "loss" },
  source: "document 000, red flags",
  advice:
    "Losses of normalised targets begin near their variance and fall: look at the scale of the " +
    "features and targets first, then at the clipping and the learning rate.",
  check({ judged }, { after, loss }) {
    if (judged.length === 0) return null;
    const now = judged.last();
    if (now.epoch <= after || now.value <= loss) return null;
    return {
      evidence: `The ${judged.name} is ${dated(now)}, above ${amount(loss)} after epoch ${after}.`,
    };
  },
};

/** The loss is stuck at the value it began with: nothing is being learned. */
export const constant: Rule<{ window: number; spread: number; learned: number }> = {
  id: "constant",
  severity: "error",
  request: "stop",
  thresholds: { window: 5, spread: 1e-6, learned: 0.01 },
  units: { window: "epochs", spread: "share of the loss", learned: "share of the first loss" },
  source: "document 000, red flags (the numbers are ours: the document has none)",
  advice:
    "The weights do not move the loss: look for a gradient that is zero (dead activations, a " +
    "detached graph, saturated outputs), a learning rate of zero, or targets without variation.",
  check({ judged }, { window, spread, learned }) {
    if (judged.length < window) return null;
    const values = judged.tail(window).map(({ value }) => value);
    const range = Math.max(...values) - Math.min(...values);
    const first = judged.first!.value, now = judged.last();
    if (range > spread * Math.abs(now.value) || first - now.value > learned * Math.abs(first)) {
      return null;
    }
    return {
      evidence:
        `The ${judged.name} has stayed within ${amount(range)} for ${window} epochs, ${
          dated(now)
        }, and ` +
        `began at ${amount(first)}.`,
    };
  },
};

/** The loss falls as it should. */
export const falling: Rule<{ window: number; rise: number }> = {
  id: "falling",
  severity: "info",
  request: "continue",
  thresholds: { window: 5, rise: 0.1 },
  units: { window: "epochs", rise: "share of the loss before" },
  source: "document 003, decision matrix; facts §6",
  advice: "Training goes well.",
  check({ judged }, { window, rise }) {
    if (judged.length < 2) return null;
    const points = judged.tail(window);
    const smooth = points.every(({ value }, i) =>
      i === 0 || value <= (1 + rise) * points[i - 1]!.value
    );
    const before = points[0]!, now = points.at(-1)!;
    if (!smooth || now.value >= before.value) return null;
    return {
      evidence:
        `The ${judged.name} fell from ${dated(before)} to ${dated(now)} without a rise above ` +
        `${percent(rise)}.`,
    };
  },
};
