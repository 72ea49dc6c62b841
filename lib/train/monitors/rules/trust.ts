/**
 * Whether the losses can be judged at all: they must be numbers, taken with frozen weights, and not
 * already as low as the data allow.
 *
 * @module
 */

import { amount, dated, percent } from "../text.ts";
import type { Rule, TrainingView } from "../types.ts";

/** NaN or an infinity anywhere. */
export const nonFinite: Rule = {
  id: "non_finite",
  severity: "error",
  request: "restart lower",
  lasting: true,
  thresholds: {},
  units: {},
  source: "document 003, monitoring checklist; document 000, red flags; facts §12.1",
  advice: "Numbers grew out of range: lower the learning rate, clip the gradient's norm (at 0.5, " +
    "say), and look for values in the data that are not finite.",
  check(view) {
    const found = firstNotFinite(view);
    return found === null ? null : { evidence: `${found}.` };
  },
};

function firstNotFinite({ newest, gradients, final }: TrainingView): string | null {
  const { epoch, onlineLoss, frozenLoss } = newest ?? {};
  const values: readonly (readonly [string, number | undefined])[] = [
    // A step comes before the end of its epoch.
    [`The gradient's norm of step ${gradients.notFinite?.step}`, gradients.notFinite?.norm],
    [`The on-line loss of epoch ${epoch}`, onlineLoss],
    [`The frozen loss of epoch ${epoch}`, frozenLoss],
    ["The final training loss", final?.train],
    ["The final test loss", final?.test],
  ];
  const found = values.find(([, value]) => value !== undefined && !Number.isFinite(value));
  return found === undefined ? null : `${found[0]} is ${found[1]}`;
}

/** Losses were only taken while the weights moved. */
export const onlineOnly: Rule<{ after: number }> = {
  id: "online_only",
  severity: "warning",
  thresholds: { after: 1 },
  units: { after: "epochs" },
  source: "facts §12.2, §10.2",
  advice: "This loss is a tracking error: do not select models by it. Evaluate after every epoch " +
    "with the weights held still.",
  check({ online, frozen }, { after }) {
    if (frozen.length > 0 || online.length < after) return null;
    const { epoch } = online.last();
    return {
      evidence:
        `${epoch} epoch${
          epoch === 1 ? " has" : "s have"
        } a loss taken while the weights moved, none ` +
        "has one with frozen weights.",
    };
  },
};

/**
 * The frozen loss is far above the on-line one: the weights follow the samples instead of learning
 * from them. A frozen loss *below* the on-line one is what any fall within an epoch looks like, so
 * only this side counts. `learned` excuses trainings whose frozen loss has fallen by that share.
 */
export const trackingGap: Rule<
  { absolute: number; relative: number; learned: number; after: number }
> = {
  id: "tracking_gap",
  severity: "warning",
  suppresses: true,
  lasting: true,
  thresholds: { absolute: 0.05, relative: 0.5, learned: 1, after: 1 },
  units: {
    absolute: "loss",
    relative: "share of the on-line loss",
    learned: "share of the first frozen loss",
    after: "epochs",
  },
  source: "facts §12.3, §9",
  advice:
    "The on-line loss does not say what the model has learned. Judge frozen losses only, and " +
    "look at the data and the truncation length before the learning rate.",
  check({ newest, online, frozen }, { absolute, relative, learned, after }) {
    const { epoch } = newest ?? { epoch: 0 };
    const onlineLoss = online.at(epoch), frozenLoss = frozen.at(epoch);
    if (onlineLoss === undefined || frozenLoss === undefined || frozen.length < after) return null;
    const gap = frozenLoss - onlineLoss;
    const limit = Math.max(absolute, relative * Math.abs(onlineLoss));
    const first = frozen.first!.value;
    const fallen = first > 0 ? (first - frozen.lowest!.value) / first : 0;
    if (gap <= limit || fallen > learned) return null;
    return {
      evidence:
        `At epoch ${epoch} the frozen loss ${amount(frozenLoss)} is ${
          amount(gap)
        } above the on-line ` +
        `loss ${amount(onlineLoss)} (threshold ${amount(limit)}).`,
    };
  },
};

/** The frozen loss is as low as the information in the data allows. */
export const atFloor: Rule<{ within: number }> = {
  id: "at_floor",
  severity: "info",
  request: "evaluate",
  suppresses: true,
  thresholds: { within: 0.02 },
  units: { within: "share of the floor" },
  source: "facts §12.4",
  advice:
    "No model and no learning rate gets below the floor of these data: training is done. For a " +
    "lower loss the data must hold more information.",
  check({ frozen, floor }, { within }) {
    const best = frozen.lowest;
    if (best === undefined || floor === null) return null;
    const off = best.value - floor;
    if (Math.abs(off) > within * Math.abs(floor)) return null;
    return {
      evidence:
        `The best frozen loss, ${dated(best)}, is within ${
          percent(Math.abs(off / floor))
        } of the ` +
        `information floor ${amount(floor)} (threshold ${percent(within)}).`,
    };
  },
};
