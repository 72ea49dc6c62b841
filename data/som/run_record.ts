/**
 * What is kept of a training once it is over: its history, its end and where it came from.
 *
 * @module
 */

import { canonicalJson, sha256Hex } from "assay";
import { configurationId, type SomConfiguration } from "./configuration.ts";
import type { Checkpoint, Step } from "./history.ts";
import type { MapErrors } from "./quality.ts";
import type { SomTraining } from "./training.ts";

/** Whether a history was logged by a training, or made up from its end. */
export type DataType = "real" | "simulated";

/** A history and what it led to. */
export interface RunRecord {
  /** What the run is known by; no two of a file share it. */
  readonly uid: string;
  readonly dataType: DataType;
  /** What a predictor is to predict; of a real run, the last step's. */
  readonly final: MapErrors;
  /** Steps in order, as many in every run of a file. */
  readonly history: readonly Step[];
}

/** A training that was really made. */
export interface SomRun extends RunRecord {
  readonly dataType: "real";
  readonly history: readonly Checkpoint[];
  /** `ScaledData.id` of what it was trained on. */
  readonly dataSetId: string;
  readonly samples: number;
  readonly dimensions: number;
  readonly configuration: SomConfiguration;
  /** The training's key, 16 hex digits. */
  readonly seed: string;
}

/**
 * Whether a record says where its run came from.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assert } from "@std/assert";
 * import { collectRuns } from "./collect.ts";
 * import { simulatedRuns } from "./simulated.ts";
 *
 * const [trained] = collectRuns(rootKey(1), { dataSets: 1, runsPerDataSet: 1 });
 * assert(isSomRun(trained!) && !isSomRun(simulatedRuns(rootKey(1), 1)[0]!));
 * ```
 */
export function isSomRun(run: RunRecord): run is SomRun {
  return "configuration" in run;
}

/**
 * The record of a training that is over.
 *
 * @throws {RangeError} When it is not.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { sampleDataSet } from "./data_sets.ts";
 * import { sampleConfiguration } from "./sample_configuration.ts";
 * import { SomTraining } from "./training.ts";
 *
 * const key = rootKey(1), data = sampleDataSet(key);
 * const training = new SomTraining(key, data, sampleConfiguration(key, data.samples));
 * while (!training.finished) training.advance();
 * const { final, history, seed } = somRun(training);
 * assertEquals([final.mqe, seed], [history.at(-1)!.mqe, "0000000000000001"]);
 * ```
 */
export function somRun(training: SomTraining): SomRun {
  if (!training.finished) {
    throw new RangeError(
      `Cannot record a training with ${training.history.length} checkpoints behind it: it is not over`,
    );
  }
  const { data, configuration, history, key } = training;
  const { mqe, topographicError, deadNeuronRatio } = history.at(-1)!;
  const origin = { dataSetId: data.id, configuration, seed: key.toString() };
  return {
    uid: uidOf(origin),
    dataType: "real",
    final: { mqe, topographicError, deadNeuronRatio },
    history: [...history],
    samples: data.samples,
    dimensions: data.dimensions,
    ...origin,
  };
}

/**
 * The first 16 hex digits of the SHA-256 of what determines a run.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { collectRuns } from "./collect.ts";
 *
 * const [run] = collectRuns(rootKey(1), { dataSets: 1, runsPerDataSet: 1 });
 * assertEquals(uidOf(run!), run!.uid);
 * ```
 */
export function uidOf(
  { dataSetId, configuration, seed }: Pick<SomRun, "dataSetId" | "configuration" | "seed">,
): string {
  const id = configurationId(configuration);
  return sha256Hex(canonicalJson({ configuration: id, dataSetId, seed })).slice(0, 16);
}
