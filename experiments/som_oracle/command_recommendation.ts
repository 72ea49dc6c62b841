/**
 * Whether to go on with a training, by the score foretold of its end.
 *
 * @module
 */

import { short } from "assay/cli";
import { percent } from "./command_accepted.ts";
import { limitOf } from "./saved_facts.ts";
import type { ScoreRule } from "./saved_schema.ts";

/** What to do with a training. */
export interface Recommendation {
  readonly advice: "terminate" | "continue with caution" | "continue";
  /** A sentence. */
  readonly because: string;
}

/** What was foretold at a checkpoint. */
export interface Check {
  /** The latest share of a training at which it is this checkpoint. */
  readonly share: number;
  readonly score: number;
}

/**
 * What a rule recommends.
 *
 * @param now The last checkpoint.
 * @param before The one before, where something can be foretold of it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { DOCUMENT_RULE } from "./saved_schema.ts";
 *
 * const now = { share: 0.1, score: 0.75 };
 * assertEquals(recommend(DOCUMENT_RULE, now, null).advice, "continue with caution");
 * ```
 */
export function recommend(rule: ScoreRule, now: Check, before: Check | null): Recommendation {
  const limit = limitOf(rule);
  const score = `the score foretold is ${short(now.score)}`;
  if (rule.kind === "document") {
    if (now.score > limit) {
      return { advice: "terminate", because: `${score}, above ${short(limit)}.` };
    }
    return now.score > rule.caution
      ? {
        advice: "continue with caution",
        because: `${score}, above ${short(rule.caution)} but not ${short(limit)}.`,
      }
      : { advice: "continue", because: `${score}, not above ${short(rule.caution)}.` };
  }
  if (now.score <= limit) {
    return { advice: "continue", because: `${score}, not above the threshold ${short(limit)}.` };
  }
  const above = `${score}, above the threshold ${short(limit)}`;
  const caution = (why: string) =>
    ({ advice: "continue with caution", because: `${above}; ${why}.` }) as const;
  if (now.share < rule.firstShare) {
    return caution(`but nothing is stopped before ${percent(rule.firstShare)}`);
  }
  if (before === null || before.share < rule.firstShare || before.score <= limit) {
    return caution("check again at the next checkpoint, and terminate if it is above then too");
  }
  return { advice: "terminate", because: `${above}, as it was at the checkpoint before.` };
}
