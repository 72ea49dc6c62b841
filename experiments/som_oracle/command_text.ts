/**
 * A prediction for a person.
 *
 * @module
 */

import { alignTable, short, wrapParagraph } from "assay/cli";
import { percent } from "./command_accepted.ts";
import type { Prediction } from "./command_prediction.ts";
import type { SavedFacts, ScoreRule } from "./saved_schema.ts";

/** What was foretold and how far it can be relied on, a table, and what to do. */
export function predictionText(
  { model, predicted, score, recommendation, sequence, test }: Prediction,
  { checkpoints, splits }: SavedFacts,
): string {
  const error = (name: string) => short(test.mae[name] ?? null);
  const row = (title: string, name: keyof Prediction["predicted"]) => [
    title,
    short(predicted[name]),
    error(name),
  ];
  const table = alignTable([
    ["at the end", "predicted", "test MAE"],
    row("mqe", "mqe"),
    row("mqe over its first", "mqe_ratio"),
    row("topographic error", "topographic_error"),
    row("dead-neuron ratio", "dead_neuron_ratio"),
    ["score, lower is better", short(score.value), short(test.score.mae)],
  ], [1, 2]);
  const read = `Read ${sequence.checkpoints} of ${checkpoints.least.length} checkpoints, ${
    percent(sequence.progress)
  } of the training. The predictor is "${model.name}" (${model.network}) of run ${model.runId}.`;
  const reliance = `${ruleText(score.rule)} Of ${test.runs} test runs at ${
    percent(test.share)
  } it put ${percent(test.score.accuracy)} on the right side of that threshold; ${
    percent(test.score.above)
  } of them end above it. It learned from ${splits.train.runs} runs.`;
  const advice = `${recommendation.advice}: ${recommendation.because}`;
  return [wrapParagraph(read), table, wrapParagraph(reliance), wrapParagraph(advice)].join("\n\n");
}

function ruleText(rule: ScoreRule): string {
  return rule.kind === "document"
    ? `The document is cautious above ${short(rule.caution)}; its threshold for terminating is ${
      short(rule.terminate)
    }.`
    : `The threshold ${short(rule.threshold)} is the ${
      short(100 * rule.percentile)
    }th percentile of the score of ${rule.runs} training runs.`;
}
