/**
 * Self-organising maps: data to train them on, a trainer that logs its way and can be stopped on it, what
 * makes a map good, and files of many such histories.
 *
 * | to | call |
 * | --- | --- |
 * | make data | `sampleDataSet`, `dataSet`, or `scaledData` for a user's own |
 * | choose how to train | `sampleConfiguration`, or a `SomConfiguration` and `repaired` |
 * | train | `new SomTraining(key, data, configuration)`, then `advance()` from checkpoint to checkpoint |
 * | judge the map | `training.history`, `training.quality()`, `mqeRatio` |
 * | train many | `collectRuns`; one by its number: `collectedTraining`, `somRun` |
 * | keep them | `writeRuns`, `readRuns`; a history under way: `sequenceText`, `parseSequence` |
 * | feed a predictor | `stepFeatures`, `documentFeatures`, `runContext`, `planFeatures`, `ratioTargets`, `qualityScore` |
 * | make histories up, as the document does | `simulatedRuns`, `simulatedHistory`, `leakedMqe` |
 *
 * What was chosen and why: `som/README.md`.
 *
 * @module
 */

export { collectedTraining, type CollectionOptions, collectRuns } from "./som/collect.ts";
export {
  configurationId,
  END_RADIUS,
  iterationsOf,
  parseConfiguration,
  repaired,
  type Sampling,
  type SomConfiguration,
  withProcessing,
} from "./som/configuration.ts";
export {
  DATA_KINDS,
  type DataKind,
  dataSet,
  type DataSetOptions,
  sampleDataSet,
} from "./som/data_sets.ts";
export {
  CONTEXT_FEATURES,
  DOCUMENT_FEATURES,
  documentFeatures,
  PLAN_FEATURES,
  planFeatures,
  qualityScore,
  ratioTargets,
  runContext,
  STEP_FEATURES,
  stepFeatures,
} from "./som/features.ts";
export { Grid, type Topology } from "./som/grid.ts";
export {
  type Checkpoint,
  linearCheckpoints,
  logCheckpoints,
  mqeRatio,
  type Step,
  USUAL_CHECKPOINTS,
} from "./som/history.ts";
export { trainingNotes } from "./som/notes.ts";
export type { MapErrors, MapQuality } from "./som/quality.ts";
export { metadataPath, readRuns, type RunFile, writeRuns } from "./som/run_files.ts";
export {
  type DataType,
  isSomRun,
  type RunRecord,
  type SomRun,
  somRun,
  uidOf,
} from "./som/run_record.ts";
export { sampleConfiguration, usualSide } from "./som/sample_configuration.ts";
export { missingCells, type ScaledData, scaledData } from "./som/scaled_data.ts";
export {
  DROP_SCHEDULES,
  type DropSchedule,
  GROWTH_SCHEDULES,
  type GrowthSchedule,
} from "./som/schedules.ts";
export { areCheckpoints, parseSequence, SEQUENCE_FEATURES, sequenceText } from "./som/sequence.ts";
export { leakedMqe, SIMULATED_STEPS, simulatedHistory, simulatedRuns } from "./som/simulated.ts";
export { SomTraining } from "./som/training.ts";
