/**
 * The rules that are asked together, and in which order.
 *
 * @module
 */

import { converged, generalises, overfitting, suspicious } from "./rules/outcome.ts";
import { constant, falling, highLoss, milestoneMissed, plateauHigh, slow } from "./rules/pace.ts";
import { gradientSpike, memoryGrowth } from "./rules/resources.ts";
import { divergence, oscillation, rising } from "./rules/stability.ts";
import { atFloor, nonFinite, onlineOnly, trackingGap } from "./rules/trust.ts";
import type { Rule, RuleSet, Thresholds } from "./types.ts";

/**
 * A rule set with other thresholds; the rest stays.
 *
 * @param changes By rule id, thresholds by name.
 * @throws {RangeError} When the set has no such rule, the rule no such threshold, or a value is not a
 * finite number.
 *
 * @example
 * ```ts
 * import { diagnose, signalExtractionRules } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const stricter = adjustRules(signalExtractionRules, { milestone_missed: { 5: 0.15 } });
 * const epochs = [0.4, 0.3, 0.25, 0.2, 0.18].map((frozenLoss, i) => ({ epoch: i + 1, frozenLoss }));
 * assertEquals(diagnose({ epochs }, signalExtractionRules).findings.length, 0);
 * assertEquals(diagnose({ epochs }, stricter).findings[0]?.rule, "milestone_missed");
 * ```
 */
export function adjustRules(
  set: RuleSet,
  changes: Readonly<Record<string, Thresholds>>,
): RuleSet {
  const ids = set.rules.map(({ id }) => id);
  const unknown = Object.keys(changes).find((id) => !ids.includes(id));
  if (unknown !== undefined) {
    throw new RangeError(
      `Cannot adjust the rule "${unknown}" of the ${set.name} rules: there is none. They are ${
        ids.join(", ")
      }`,
    );
  }
  const rules = set.rules.map((rule) => adjusted(rule, changes[rule.id] ?? {}));
  return { ...set, rules };
}

function adjusted<T extends Thresholds>(rule: Rule<T>, changes: Partial<T>): Rule<T> {
  for (const [name, value] of Object.entries(changes)) {
    if (!(name in rule.thresholds) || !Number.isFinite(value)) {
      throw new RangeError(
        `Cannot set the threshold "${name}" of the rule "${rule.id}" to ${value}: it takes finite numbers for ${
          Object.keys(rule.thresholds).join(", ") || "nothing"
        }`,
      );
    }
  }
  return { ...rule, thresholds: { ...rule.thresholds, ...changes } };
}

/** Of a fall in orders of magnitude, the share that a rise must undo where losses can be of any size. */
const LOST = 0.25;

const scaleFreeTrust: readonly Rule[] = [
  nonFinite,
  // Some loops evaluate every few epochs only.
  adjusted(onlineOnly, { after: 5 }),
  // A model that learns and then overfits has such a gap too, so here only while nothing is learned.
  {
    ...adjusted(trackingGap, { absolute: 0, relative: 1, learned: 0.05, after: 3 }),
    lasting: false,
  },
  atFloor,
];

// Under noise of a tenth the lowest of some hundred losses lies a third below their mean, and half above it
// is where every third epoch is: twice the best is not.
const scaleFreeStability: readonly Rule[] = [
  adjusted(divergence, { aboveBest: 1, epochs: 3, rise: 1, lost: LOST }),
  adjusted(oscillation, { warning: 0.6, error: 1, lost: LOST }),
];

const scaleFreeOutcome: readonly Rule[] = [
  overfitting,
  // Chance makes a small test set a little easier, not twice as easy.
  adjusted(suspicious, { ratio: 0.5 }),
  gradientSpike,
  memoryGrowth,
];

/**
 * The rules that suit any training: none asks how large a loss is, and each is silent on an ordinary
 * training that falls with noise (a standard deviation of a tenth of the loss), settles and stops.
 */
export const defaultRules: RuleSet = {
  name: "default",
  judges: "frozen",
  rules: [...scaleFreeTrust, ...scaleFreeStability, constant, ...scaleFreeOutcome],
};

/** Document 003 made whole: its thresholds, which are losses of its own task, behind the rules of trust. */
export const signalExtractionRules: RuleSet = {
  name: "signal-extraction",
  judges: "frozen",
  rules: [
    nonFinite,
    onlineOnly,
    trackingGap,
    atFloor,
    divergence,
    oscillation,
    plateauHigh,
    slow,
    milestoneMissed({ 5: 0.2, 10: 0.1, 15: 0.05, 25: 0.01 }),
    converged,
    overfitting,
    suspicious,
    gradientSpike,
    memoryGrowth,
  ],
};

/** The red flags of document 000, among the rules that suit any training. */
export const serverlessRules: RuleSet = {
  name: "serverless",
  judges: "frozen",
  rules: [
    ...scaleFreeTrust,
    highLoss,
    rising,
    adjusted(constant, { spread: 1e-3 }),
    ...scaleFreeStability,
    ...scaleFreeOutcome,
  ],
};

/**
 * Document 003's decision matrix alone, on the loss that it looked at. It asks neither whether that loss
 * was taken with frozen weights nor what the data allow.
 */
export const seedRules: RuleSet = {
  name: "seed",
  judges: "online",
  rules: [
    nonFinite,
    divergence,
    adjusted(oscillation, { warning: 0.3 }),
    plateauHigh,
    converged,
    overfitting,
    generalises,
    falling,
  ],
};

/** The names of {@linkcode ruleSets}, for the choice in an experiment's config: `rules: z.enum(ruleSetNames)`. */
export const ruleSetNames = ["default", "signal-extraction", "serverless", "seed"] as const;

/** A name of a rule set. */
export type RuleSetName = (typeof ruleSetNames)[number];

/** The rule sets by name. */
export const ruleSets: Readonly<Record<RuleSetName, RuleSet>> = {
  default: defaultRules,
  "signal-extraction": signalExtractionRules,
  serverless: serverlessRules,
  seed: seedRules,
};
