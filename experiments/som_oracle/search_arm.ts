/**
 * One search under a budget of updates, with an oracle that ends trainings or without.
 *
 * @module
 */

import {
  neverStops,
  numbers,
  type Resumable,
  type RunStopper,
  type SavedState,
  type State,
  together,
} from "assay";
import {
  qualityScore,
  ratioTargets,
  type SomConfiguration,
  USUAL_CHECKPOINTS,
} from "../../data/som.ts";
import { type Oracle, type SomSoFar, trainWithOracle } from "./oracle_stopping.ts";
import type { MapProblem, MapSearch } from "./search_problem.ts";
import type { SharedTraining } from "./search_trainings.ts";

/** A configuration that a search has tried. */
export interface Trial {
  /** From 0. */
  readonly generation: number;
  /** What the search was told. Not feasible where the training was stopped. */
  readonly objectives: readonly number[];
  readonly violation: number;
  /** Checkpoints of its training that were reached. */
  readonly checkpoints: number;
  /** Updates until then. */
  readonly updates: number;
  /** Updates of the whole training. */
  readonly wholeUpdates: number;
  /** The score that the whole training ends with, whether or not the search let it: lower is better. */
  readonly score: number;
}

/** What ends trainings, and foretells the ends that a search is told then. */
export interface Watch {
  readonly oracle: Oracle;
  readonly stopper: RunStopper<SomSoFar>;
}

/** What a {@linkcode SearchArm} is made of. */
export interface SearchArmOptions {
  readonly search: MapSearch;
  readonly training: (configuration: SomConfiguration) => SharedTraining;
  /** `null`: every training goes to its end. */
  readonly watch: Watch | null;
  /** Updates that may be spent. */
  readonly budget: () => number;
  /** Generations at most. */
  readonly generations: number;
}

/** What the violation of a stopped training is more than the score that was foretold. */
const STOPPED = 1;

/** Numbers of a trial as they are saved. */
const COLUMNS = [
  "generation",
  "violation",
  "checkpoints",
  "updates",
  "wholeUpdates",
  "score",
] as const;

/**
 * Spends a budget generation by generation. The trainings of one are made side by side, but paid for one after the
 * other: the one in which the budget ends is cut off there, and it and those after it count for nothing.
 *
 * A training that was stopped is told as infeasible, by 1 and the score that was foretold. For the sake of what is
 * compared later every training is brought to its end after the search has decided; nothing of that is told or counted.
 */
export class SearchArm implements Resumable {
  readonly #options: SearchArmOptions;
  #trials: Trial[] = [];
  #spent = 0;
  #generation = 0;

  constructor(options: SearchArmOptions) {
    this.#options = options;
  }

  /** All that was tried within the budget, in the order in which it was paid for. */
  get trials(): readonly Trial[] {
    return this.#trials;
  }

  /** What it looks for. */
  get problem(): MapProblem {
    return this.#options.search.problem;
  }

  /** Configurations of the trials, but for those of a generation in which the budget ended. */
  get configurations(): readonly SomConfiguration[] {
    return this.#options.search.told;
  }

  /** Updates spent: all of the budget once it is over, unless the generations were. */
  get spent(): number {
    return this.#spent;
  }

  /** Generations at most. */
  get generations(): number {
    return this.#options.generations;
  }

  get over(): boolean {
    const { budget, generations } = this.#options;
    return this.#generation === generations || this.#spent === budget();
  }

  /** Tries another generation. */
  async step(): Promise<void> {
    const { search, training, watch, budget } = this.#options;
    const shared = search.propose().map(training), looks = shared.map((one) => one.look());
    const stopped = watch === null
      ? await trainWithOracle(looks, neverStops)
      : await trainWithOracle(looks, watch.stopper, this.#tried());
    const trials = await Promise.all(
      looks.map((look, i) => this.#trial(shared[i]!, look.soFar, stopped[i]!)),
    );
    for (const trial of trials) {
      if (this.#spent + trial.updates > budget()) {
        this.#spent = budget();
        return;
      }
      this.#spent += trial.updates;
      this.#trials.push(trial);
    }
    search.tell(trials);
    this.#generation = trials.length === 0 ? this.#options.generations : this.#generation + 1;
  }

  state(): State {
    const trials = this.#trials, width = trials[0]?.objectives.length ?? 0;
    return {
      ...together({ search: this.#options.search }).state(),
      ...Object.fromEntries(
        COLUMNS.map((column) => [column, numbers(trials.map((trial) => trial[column]))]),
      ),
      objectives: {
        shape: [trials.length, width],
        data: Float64Array.from(trials.flatMap(({ objectives }) => objectives)),
      },
      spent: numbers([this.#spent]),
      generations: numbers([this.#generation]),
    };
  }

  restore(saved: SavedState): void {
    this.#options.search.restore(saved.within("search"));
    const columns = COLUMNS.map((column) => saved.numbers(column));
    const objectives = saved.numbers("objectives"), count = columns[0]!.length;
    const width = objectives.length / count;
    this.#trials = Array.from({ length: count }, (_, i) => {
      const row = Object.fromEntries(COLUMNS.map((column, c) => [column, columns[c]![i]!]));
      return {
        ...row as Readonly<Record<typeof COLUMNS[number], number>>,
        objectives: [...objectives.subarray(i * width, (i + 1) * width)],
      };
    });
    this.#spent = saved.number("spent");
    this.#generation = saved.number("generations");
  }

  /** The trainings of the generations before, as far as they went. */
  #tried(): SomSoFar[] {
    const { training } = this.#options;
    return this.configurations.map((configuration, i) =>
      training(configuration).soFar(this.#trials[i]!.checkpoints)
    );
  }

  async #trial(shared: SharedTraining, soFar: SomSoFar, stopped: boolean): Promise<Trial> {
    const { problem } = this, { watch } = this.#options;
    const { history } = soFar, trained = shared.trained(), { run, quality } = trained;
    const common = {
      generation: this.#generation,
      checkpoints: history.length,
      updates: history.at(-1)!.updates,
      wholeUpdates: run.history.at(-1)!.updates,
      score: qualityScore(ratioTargets(run)),
    };
    if (!stopped) {
      const { topologicalCorrelation } = quality;
      const end = { ...ratioTargets(run), topologicalCorrelation };
      return {
        ...common,
        objectives: problem.objectives(end, history),
        violation: problem.violation(trained),
      };
    }
    const [foretold] = await watch!.oracle([soFar]);
    return {
      ...common,
      objectives: problem.objectives({ ...foretold!, topologicalCorrelation: 0 }, history),
      violation: STOPPED + Math.max(0, qualityScore(foretold!)),
    };
  }
}

/** Whether a trial's training was stopped. */
export function isStopped({ checkpoints }: Trial): boolean {
  return checkpoints < USUAL_CHECKPOINTS;
}
