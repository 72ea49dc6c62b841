/**
 * Losses that rise or swing.
 *
 * Ratios of losses mean something for positive losses only; a series that was ever 0 or below is not
 * judged by them.
 *
 * @module
 */

import { log } from "../../../numeric/elementary.ts";
import type { EpochSeries, EpochValue } from "../epoch_series.ts";
import { amount, dated, percent } from "../text.ts";
import type { Rule, RuleMatch, TrainingView } from "../types.ts";

/**
 * The loss has left its best behind. `lost` is the share of the fall so far, in orders of magnitude,
 * that must be undone: noise on a loss of 1e-7 that began at 1 undoes little of it. While the on-line
 * loss goes on falling a rising frozen loss is no divergence but {@linkcode overfitting}.
 */
export const divergence: Rule<
  { aboveBest: number; epochs: number; rises: number; rise: number; lost: number }
> = {
  id: "divergence",
  severity: "error",
  request: "restart lower",
  thresholds: { aboveBest: 0.5, epochs: 1, rises: 2, rise: 0.2, lost: 0 },
  units: {
    aboveBest: "share of the best loss",
    epochs: "epochs in a row above it",
    rises: "rises in a row",
    rise: "share of the loss before them",
    lost: "share of the fall so far, as log",
  },
  source: "document 003, decision matrix; facts §6, §12.5",
  advice: "The loss runs away from its best: the learning rate is too high.",
  check(view, { aboveBest, epochs, rises, rise, lost }) {
    if (onlineStillFalls(view) || lostShare(view.judged) < lost) return null;
    return above(view.judged, aboveBest, epochs) ?? climbed(view.judged, rises, rise);
  },
};

/** Document 000's red flag: the loss increases instead of decreasing. */
export const rising: Rule<{ rises: number; rise: number }> = {
  id: "rising",
  severity: "error",
  request: "restart lower",
  thresholds: { rises: 3, rise: 0.05 },
  units: { rises: "rises in a row", rise: "share of the loss before them" },
  source: "document 000, red flags (the numbers are ours: the document has none)",
  advice: "The loss increases instead of decreasing: lower the learning rate (the document tries " +
    "0.0005), and check that gradients are clipped.",
  check: ({ judged }, { rises, rise }) => climbed(judged, rises, rise),
};

/**
 * The loss swings: within a window it turns at least `turns` times, and its greatest rise is a large
 * share of its mean. The document's (max − min) / mean would call every steep fall a swing.
 */
export const oscillation: Rule<
  { window: number; warning: number; error: number; turns: number; lost: number }
> = {
  id: "oscillation",
  severity: "error",
  request: "restart lower",
  thresholds: { window: 5, warning: 0.2, error: 0.3, turns: 2, lost: 0 },
  units: {
    window: "epochs",
    warning: "share of the window's mean",
    error: "share of the window's mean",
    turns: "changes of direction",
    lost: "share of the fall so far, as log",
  },
  source: "document 003, decision matrix and checklist; facts §6, §12.6",
  advice: "The loss swings instead of settling: the learning rate is too high.",
  check({ judged }, { window, warning, error, turns, lost }) {
    if (judged.length < window || judged.lowest!.value <= 0) return null;
    const points = judged.tail(window);
    const { from, to } = greatestRise(points);
    const mean = points.reduce((sum, { value }) => sum + value, 0) / window;
    const swing = (to.value - from.value) / mean;
    if (swing <= warning || turnsOf(points) < turns) return null;
    if (lostShare(judged, to.value / from.value) < lost) return null;
    const threshold = swing > error ? error : warning;
    return {
      evidence:
        `Within ${window} epochs the ${judged.name} turns ${
          turnsOf(points)
        } times and rises from ` +
        `${dated(from)} to ${dated(to)}, ${percent(swing)} of its mean ${
          amount(mean)
        } (threshold ` +
        `${percent(threshold)}).`,
      ...(swing > error ? {} : { severity: "warning", attached: true }),
    };
  },
};

/** The best loss is behind, and the on-line loss has fallen since: what rises is the gap, not the loss. */
export function onlineStillFalls({ judged, online, frozen }: TrainingView): boolean {
  if (judged !== frozen || frozen.length < 2) return false;
  const then = online.at(frozen.lowest!.epoch), now = online.at(frozen.last().epoch);
  return then !== undefined && now !== undefined && now < then;
}

/**
 * How much of the fall from the first loss to the best a rise undoes, in logarithms: 1 without a fall, 0
 * where ratios mean nothing. Default: the rise from the best to the newest.
 */
export function lostShare({ first, lowest, newest }: EpochSeries, rise?: number): number {
  if (lowest === undefined || lowest.value <= 0) return 0;
  const fall = log(first!.value / lowest.value);
  return fall === 0 ? 1 : log(rise ?? newest!.value / lowest.value) / fall;
}

/** The newest `epochs` losses are all more than `share` above the best. */
export function above(series: EpochSeries, share: number, epochs: number): RuleMatch | null {
  const best = series.lowest;
  if (best === undefined || best.value <= 0 || series.length <= epochs) return null;
  if (!series.tail(epochs).every(({ value }) => value > (1 + share) * best.value)) return null;
  const now = series.last();
  return {
    evidence:
      `The ${series.name} is ${dated(now)}, ${
        percent(now.value / best.value - 1)
      } above its best, ` +
      `${dated(best)} (threshold ${percent(share)}${
        epochs > 1 ? ` for ${epochs} epochs in a row` : ""
      }).`,
  };
}

function climbed(series: EpochSeries, rises: number, share: number): RuleMatch | null {
  const climb = series.climb(rises);
  if (climb === null || series.lowest!.value <= 0) return null;
  const { from, to } = climb;
  const total = to.value / from.value - 1;
  if (total <= share) return null;
  return {
    evidence: `The ${series.name} rose ${rises} times in a row, from ${dated(from)} to ` +
      `${dated(to)}, by ${percent(total)} (threshold ${percent(share)}).`,
  };
}

function greatestRise(points: readonly EpochValue[]): { from: EpochValue; to: EpochValue } {
  let low = points[0]!;
  let found = { from: low, to: low };
  for (const point of points) {
    if (point.value < low.value) low = point;
    if (point.value - low.value > found.to.value - found.from.value) {
      found = { from: low, to: point };
    }
  }
  return found;
}

function turnsOf(points: readonly EpochValue[]): number {
  const directions = points.slice(1)
    .map(({ value }, i) => Math.sign(value - points[i]!.value))
    .filter((direction) => direction !== 0);
  return directions.filter((direction, i) => i > 0 && direction !== directions[i - 1]).length;
}
