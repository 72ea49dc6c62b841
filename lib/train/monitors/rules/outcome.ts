/**
 * What a training has come to: a target reached, with its tier, or a gap between train and test.
 *
 * @module
 */

import { amount, dated, percent } from "../text.ts";
import type { FinalLosses, Rule } from "../types.ts";
import { above, lostShare, onlineStillFalls } from "./stability.ts";

/** Names of the tiers, the best first. */
const tiers = ["excellent", "good", "minimum"] as const;

type Tier = typeof tiers[number];
type TierLimits = Readonly<Record<`${Tier}Train` | `${Tier}Test` | `${Tier}Ratio`, number>>;

/** The training loss is below the target; with a test loss, the document's tier as well. */
export const converged: Rule<TierLimits & { loss: number }> = {
  id: "converged",
  severity: "info",
  request: "evaluate",
  thresholds: {
    loss: 0.01,
    excellentTrain: 0.001,
    excellentTest: 0.002,
    excellentRatio: 1.2,
    goodTrain: 0.005,
    goodTest: 0.007,
    goodRatio: 1.4,
    minimumTrain: 0.01,
    minimumTest: 0.015,
    minimumRatio: 1.5,
  },
  units: {
    loss: "loss",
    excellentTrain: "loss",
    excellentTest: "loss",
    excellentRatio: "test / train",
    goodTrain: "loss",
    goodTest: "loss",
    goodRatio: "test / train",
    minimumTrain: "loss",
    minimumTest: "loss",
    minimumRatio: "test / train",
  },
  source: "document 003, decision matrix and success criteria; facts §7, §12.10",
  advice: "The target is reached: evaluate the test set with frozen weights.",
  check({ judged, final }, limits) {
    const { train, test } = final ?? {};
    if (train !== undefined && test !== undefined) {
      if (!(train < limits.loss)) return null;
      const tier = tierOf(train, test, limits);
      return {
        attached: true,
        evidence:
          `Training loss ${amount(train)}, test loss ${amount(test)}, ratio ${
            amount(test / train)
          }: ` +
          (tier === undefined ? "below the target, and in no tier." : `tier ${tier}.`),
      };
    }
    const now = train ?? (judged.length > 0 ? judged.last().value : Infinity);
    if (!(now < limits.loss)) return null;
    const what = train === undefined
      ? `${judged.name} is ${dated(judged.last())}`
      : `final training loss is ${amount(train)}`;
    return { evidence: `The ${what}, below ${amount(limits.loss)}.` };
  },
};

function tierOf(train: number, test: number, limits: TierLimits): Tier | undefined {
  return tiers.find((tier) =>
    train < limits[`${tier}Train`] && test < limits[`${tier}Test`] &&
    test / train < limits[`${tier}Ratio`]
  );
}

/**
 * The test loss is far above the training loss; or, before there is one, the frozen loss rises away
 * from its best while the on-line loss falls.
 */
export const overfitting: Rule<
  { ratio: number; error: number; risen: number; epochs: number; lost: number }
> = {
  id: "overfitting",
  severity: "warning",
  request: "stop",
  thresholds: { ratio: 1.5, error: 2, risen: 1, epochs: 3, lost: 0.25 },
  units: {
    ratio: "test / train",
    error: "test / train",
    risen: "share of the best frozen loss",
    epochs: "epochs in a row above it",
    lost: "share of the fall so far, as log",
  },
  source: "document 003, decision matrix; facts §6, §12.10",
  advice:
    "The model remembers its training data: keep the weights of the best epoch, regularise, or " +
    "train on more data.",
  check(view, { ratio, error, risen, epochs, lost }) {
    const { frozen, final } = view;
    const found = ratioOf(final);
    if (found !== null) {
      if (found <= ratio) return null;
      const threshold = found > error ? error : ratio;
      return {
        severity: found > error ? "error" : "warning",
        evidence: `${ratioText(final!, found)} (threshold ${amount(threshold)}).`,
      };
    }
    if (!onlineStillFalls(view) || lostShare(frozen) < lost) return null;
    const match = above(frozen, risen, epochs);
    return match && { evidence: `${match.evidence} Meanwhile the on-line loss fell.` };
  },
};

/** The test loss is below the training loss: something of the test set may be known in training. */
export const suspicious: Rule<{ ratio: number }> = {
  id: "suspicious",
  severity: "warning",
  thresholds: { ratio: 0.9 },
  units: { ratio: "test / train" },
  source: "facts §12.10, §10.3",
  advice:
    "A test set is seldom easier than the training set: look for samples or targets that both " +
    "share, and for a test set that is too small.",
  check({ final }, { ratio }) {
    const found = ratioOf(final);
    if (found === null || found >= ratio) return null;
    return { evidence: `${ratioText(final!, found)} (threshold ${amount(ratio)}).` };
  },
};

/** The test loss is about the training loss. */
export const generalises: Rule<{ ratio: number }> = {
  id: "generalises",
  severity: "info",
  request: "continue",
  thresholds: { ratio: 1.5 },
  units: { ratio: "test / train" },
  source: "document 003, decision matrix and checklist; facts §6",
  advice: "Success: go on to the figures.",
  check({ final }, { ratio }) {
    const found = ratioOf(final);
    if (found === null || found > ratio) return null;
    return { evidence: `${ratioText(final!, found)} (at most ${amount(ratio)}).` };
  },
};

/** Test over train; `null` where it says nothing. */
function ratioOf(final: FinalLosses | null): number | null {
  if (final?.test === undefined || !(final.train > 0)) return null;
  const ratio = final.test / final.train;
  return Number.isFinite(ratio) ? ratio : null;
}

function ratioText({ train, test }: FinalLosses, ratio: number): string {
  const share = percent(Math.abs(ratio - 1));
  return `The test loss ${amount(test!)} is ${amount(ratio)} times the training loss ${
    amount(train)
  }, ` +
    `${share} ${ratio < 1 ? "below" : "above"} it`;
}
