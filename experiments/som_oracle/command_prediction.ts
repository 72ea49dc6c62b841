/**
 * What a predictor says of a training under way.
 *
 * @module
 */

import { framedSequence } from "./command_framing.ts";
import { recommend, type Recommendation } from "./command_recommendation.ts";
import type { PartialSequence } from "./command_sequence.ts";
import { asErrors, asRatios } from "./histories.ts";
import { endsOf } from "./rivals.ts";
import { ruleScores } from "./saved_facts.ts";
import type { SavedPredictor } from "./saved_predictor.ts";
import type { SavedFacts, ScoreRule } from "./saved_schema.ts";

/** What was foretold, as the command prints it with `--json`. */
export interface Prediction {
  readonly schema: "som-oracle/prediction@1";
  readonly model: {
    readonly runId: string;
    readonly name: string;
    readonly network: string;
    readonly weightsSha256: string;
  };
  readonly sequence: {
    readonly sha256: string;
    readonly checkpoints: number;
    readonly progress: number;
  };
  readonly predicted: {
    readonly mqe: number;
    /** Over that of the first checkpoint. */
    readonly mqe_ratio: number;
    readonly topographic_error: number;
    readonly dead_neuron_ratio: number;
  };
  readonly score: {
    /** With the quantisation error as it is, or over that of the first checkpoint. */
    readonly of: "mqe" | "mqe_ratio";
    readonly value: number;
    /** Foretold of the checkpoint before. */
    readonly before: number | null;
    readonly rule: ScoreRule;
  };
  readonly recommendation: Recommendation;
  /** How good predictions are on test runs, at the last share that is behind of those learned from. */
  readonly test: {
    readonly share: number;
    readonly runs: number;
    /** Mean absolute errors, in what the predictor foretells. */
    readonly mae: Readonly<Record<string, number>>;
    readonly score: SavedFacts["test"]["byShare"][number]["score"];
  };
  /** What in the sequence was not learned from. */
  readonly notes: readonly string[];
}

/**
 * Asks a predictor about a training.
 *
 * @throws {InputError} When it was trained on others.
 */
export async function predictionOf(
  { facts, foretell }: SavedPredictor,
  sequence: PartialSequence,
): Promise<Prediction> {
  const { maps, prefixes, progress, notes } = framedSequence(sequence, facts);
  const { run, steps } = prefixes;
  const ends = endsOf(await foretell(prefixes), facts.network.ahead.length + 1);
  const scores = ruleScores(facts.rule, maps, run, ends);
  const checks = Array.from(steps, (count, i) => ({
    share: facts.checkpoints.most[count - 1]!,
    score: scores[i]!,
  }));
  const now = checks.at(-1)!, before = checks.at(-2) ?? null;
  const [error, topographic, dead] = asErrors(maps, run, ends).subarray(-3);
  const [ratio] = asRatios(maps, run, ends).subarray(-3);
  return {
    schema: "som-oracle/prediction@1",
    model: {
      runId: facts.run.id,
      name: facts.name,
      network: facts.network.name,
      weightsSha256: facts.weights.best.sha256,
    },
    sequence: { sha256: sequence.sha256, checkpoints: sequence.steps.length, progress },
    predicted: {
      mqe: error!,
      mqe_ratio: ratio!,
      topographic_error: topographic!,
      dead_neuron_ratio: dead!,
    },
    score: {
      of: facts.rule.kind === "document" ? "mqe" : "mqe_ratio",
      value: now.score,
      before: before?.score ?? null,
      rule: facts.rule,
    },
    recommendation: recommend(facts.rule, now, before),
    test: testOf(facts, now.share),
    notes,
  };
}

function testOf({ test, isRatio }: SavedFacts, now: number): Prediction["test"] {
  const { share, prefixes, mae, score } = test.byShare.findLast(({ share }) => share <= now) ??
    test.byShare[0]!;
  const [error, topographic, dead] = mae as [number, number, number];
  return {
    share,
    runs: prefixes,
    mae: {
      [isRatio ? "mqe_ratio" : "mqe"]: error,
      topographic_error: topographic,
      dead_neuron_ratio: dead,
    },
    score,
  };
}
