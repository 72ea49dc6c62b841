/**
 * Runs of maps as histories to learn from.
 *
 * @module
 */

import { InputError } from "assay";
import {
  areCheckpoints,
  type Checkpoint,
  configurationId,
  CONTEXT_FEATURES,
  DOCUMENT_FEATURES,
  documentFeatures,
  isSomRun,
  PLAN_FEATURES,
  planFeatures,
  ratioTargets,
  runContext,
  type RunRecord,
  type Step,
  STEP_FEATURES,
  stepFeatures,
} from "../../data/som.ts";
import type { Histories, RunHistory } from "./prefixes.ts";

/** What is to be foretold, the quantisation error over that of the first checkpoint or as it is. */
export const TARGETS = ["mqe", "topographic_error", "dead_neuron_ratio"] as const;

/** What a predictor may be told of a run before it begins. */
export type ContextName = "none" | "map" | "plan";

/** What is taken of the runs. */
export interface HistoriesOptions {
  /** 6: progress, errors over their first, schedules over their first; 3: the errors as the document feeds them. */
  readonly features: 3 | 6;
  /** `map`: data and map; `plan`: the length and the schedules too. */
  readonly context: ContextName;
}

/** Histories of maps. */
export interface MapHistories extends Histories {
  /** Whether quantisation errors are over that of the first checkpoint. */
  readonly isRatio: boolean;
  /** `[runs]`: that of the first checkpoint. */
  readonly initialMqe: Float64Array;
}

/**
 * Histories of runs that were logged alike. A run that does not say what it was trained on is a data set of its own.
 *
 * @throws {InputError} When the runs lack what is to be taken of them.
 */
export function mapHistories(
  runs: readonly RunRecord[],
  { features, context }: HistoriesOptions,
): MapHistories {
  const isRatio = features === 6, known = contextOf(context);
  const names = isRatio ? STEP_FEATURES : DOCUMENT_FEATURES;
  return {
    features: names,
    context: known.names,
    targets: TARGETS,
    current: TARGETS.map((_, t) => t + (isRatio ? 1 : 0)),
    isRatio,
    initialMqe: Float64Array.from(runs, ({ history }) => history[0]!.mqe),
    runs: runs.map((run): RunHistory => {
      const steps = apart(run.history);
      const { mqe, topographicError, deadNeuronRatio } = isRatio ? ratioTargets(run) : run.final;
      return {
        dataset: isSomRun(run) ? run.dataSetId : run.uid,
        configuration: isSomRun(run) ? configurationId(run.configuration) : run.uid,
        progress: progressOf(steps),
        values: isRatio ? stepFeatures(checkpoints(steps, run)) : documentFeatures(steps),
        context: known.of(run),
        targets: [mqe, topographicError, deadNeuronRatio],
      };
    }),
  };
}

/** Values of targets `[count, 3]` with every quantisation error over its run's first. */
export function asRatios(
  { isRatio, initialMqe }: MapHistories,
  run: ArrayLike<number>,
  values: ArrayLike<number>,
): Float64Array {
  return scaledMqe(values, (i) => isRatio ? 1 : 1 / initialMqe[run[i]!]!);
}

/** Values of targets `[count, 3]` with every quantisation error as it is. */
export function asErrors(
  { isRatio, initialMqe }: MapHistories,
  run: ArrayLike<number>,
  values: ArrayLike<number>,
): Float64Array {
  return scaledMqe(values, (i) => isRatio ? initialMqe[run[i]!]! : 1);
}

function scaledMqe(values: ArrayLike<number>, factor: (i: number) => number): Float64Array {
  return Float64Array.from(
    values,
    (value, at) => at % TARGETS.length === 0 ? value * factor(at / TARGETS.length) : value,
  );
}

/** Without checkpoints at the same iteration, which very short runs have. */
function apart<S extends Step>(history: readonly S[]): readonly S[] {
  return history.filter(({ epoch }, i) => i === 0 || epoch > history[i - 1]!.epoch);
}

function progressOf(steps: readonly Step[]): number[] {
  return areCheckpoints(steps)
    ? steps.map(({ progress }) => progress)
    : steps.map(({ epoch }) => epoch / steps.at(-1)!.epoch);
}

function checkpoints(steps: readonly Step[], { uid }: RunRecord): readonly Checkpoint[] {
  if (areCheckpoints(steps)) return steps;
  throw new InputError(
    `Cannot take 6 features of run "${uid}": its history has errors, but neither progress nor schedules. ` +
      `Take 3 (--set features=3 --set context=none).`,
  );
}

function contextOf(
  context: ContextName,
): { readonly names: readonly string[]; of(run: RunRecord): ArrayLike<number> } {
  if (context === "none") return { names: [], of: () => [] };
  return {
    names: [...CONTEXT_FEATURES, ...context === "plan" ? PLAN_FEATURES : []],
    of(run) {
      if (isSomRun(run)) {
        return [...runContext(run), ...context === "plan" ? planFeatures(run) : []];
      }
      throw new InputError(
        `Cannot say how run "${run.uid}" was configured: its file has no origin. Do without the context ` +
          `(--set context=none).`,
      );
    },
  };
}
