/**
 * The trainings that searches ask for, each made once however many searches look at it.
 *
 * @module
 */

import type { Key } from "assay";
import {
  configurationId,
  type MapQuality,
  type ScaledData,
  type SomConfiguration,
  type SomRun,
  somRun,
  SomTraining,
  uidOf,
  USUAL_CHECKPOINTS,
} from "../../data/som.ts";
import type { SomSoFar, Training } from "./oracle_stopping.ts";

/** A training that is over. */
export interface TrainedMap {
  readonly run: SomRun;
  readonly quality: MapQuality;
}

/** A training, made as far as somebody has asked for. */
export class SharedTraining {
  readonly #origin: Omit<SomSoFar, "history">;
  #training: SomTraining | null;
  #trained: TrainedMap | null = null;

  constructor(training: SomTraining) {
    const { data: { id, samples, dimensions }, configuration } = training;
    const origin = { dataSetId: id, configuration, seed: training.key.toString() };
    this.#training = training;
    this.#origin = { uid: uidOf(origin), dataType: "real", ...origin, samples, dimensions };
  }

  /** As far as its first checkpoints. */
  soFar(checkpoints: number): SomSoFar {
    const training = this.#training;
    if (training !== null) {
      while (training.history.length < checkpoints) training.advance();
    }
    const history = (training ?? this.#trained!.run).history.slice(0, checkpoints);
    return { ...this.#origin, history };
  }

  /** Its end. */
  trained(): TrainedMap {
    if (this.#training !== null) {
      const training = this.#training;
      while (!training.finished) training.advance();
      this.#trained = { run: somRun(training), quality: training.quality() };
      this.#training = null;
    }
    return this.#trained!;
  }

  /** One search's look at it, from its beginning. */
  look(): Training {
    let soFar = this.soFar(0);
    return {
      get soFar() {
        return soFar;
      },
      get finished() {
        return soFar.history.length === USUAL_CHECKPOINTS;
      },
      advance: () => void (soFar = this.soFar(soFar.history.length + 1)),
    };
  }
}

/**
 * All trainings on one data set, by configuration: the same configuration is trained the same by whatever search.
 *
 * @param key Source of each training's, by the identity of its configuration.
 */
export function sharedTrainings(
  key: Key,
  data: ScaledData,
): (configuration: SomConfiguration) => SharedTraining {
  const known = new Map<string, SharedTraining>();
  return (configuration) => {
    const id = configurationId(configuration);
    const found = known.get(id) ??
      new SharedTraining(new SomTraining(key.key(id), data, configuration));
    known.set(id, found);
    return found;
  };
}
