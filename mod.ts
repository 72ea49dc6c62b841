/**
 * Assay: a reproducible research harness. An experiment file states its data, its model, its seeds and
 * the numbers it claims; Assay trains it, judges the numbers and reports them. Same seed, same bits.
 *
 * This is all an experiment needs: how to declare one, keys to draw from, tables and windows, layers
 * and training, metrics, baselines and figures.
 *
 * @module
 */

// Declaring an experiment.
export { z } from "zod";
export {
  atLeast,
  atMost,
  claim,
  type ClaimOptions,
  experiment,
  isExperiment,
  seedList,
  target,
  type TargetOptions,
  within,
} from "./lib/experiment/define.ts";
export { inputFile, inputFileKeys, profileNames, resolveConfig } from "./lib/experiment/config.ts";
export {
  boundText,
  contains,
  type Evidence,
  judgeClaim,
  type JudgedClaim,
  type JudgedTarget,
  judgeTarget,
  type Standing,
} from "./lib/experiment/judge.ts";
export { addBaseline, emptyStudy, type Study } from "./lib/experiment/study.ts";
export type {
  Bound,
  Claim,
  ClaimVerdict,
  ConfigOf,
  ConfigSchema,
  Context,
  Experiment,
  ExportedModel,
  ExportModelOptions,
  Figure,
  Outcome,
  Target,
  TargetVerdict,
} from "./lib/experiment/types.ts";

// Randomness.
export { Key, rootKey } from "./lib/random/key.ts";
export {
  choice,
  exponential,
  integers,
  normal,
  poisson,
  uniform,
} from "./lib/random/distributions.ts";
export { normalCdf, normalDensity } from "./lib/random/normal_cdf.ts";
export { normalQuantile } from "./lib/random/normal_quantile.ts";
export { permutation, shuffle } from "./lib/random/shuffle.ts";
export { threefry2x32 } from "./lib/random/threefry.ts";

// Numbers whose bits do not depend on the machine.
export { atan, atan2, cos, exp, expm1, log, pow, sin, tanh } from "./lib/numeric/elementary.ts";
export { canonicalJson, type CanonicalJsonOptions } from "./lib/numeric/canonical_json.ts";
export { digestArrays, digestParts, sha256Hex, type TypedArray } from "./lib/numeric/digest.ts";
export { DeviceUnfit, InputError } from "./lib/numeric/errors.ts";

// Data.
export { cached, type CacheOptions } from "./lib/dataset/cache.ts";
export { csvBlocks, type CsvOptions, type CsvSource, readCsv } from "./lib/dataset/csv_read.ts";
export type {
  ColumnOf,
  CsvColumns,
  CsvSchema,
  CsvTable,
  DescribedColumn,
  NumberColumn,
  TextColumn,
} from "./lib/dataset/csv_schema.ts";
export { writeCsv } from "./lib/dataset/csv_write.ts";
export { writeParts } from "./lib/dataset/atomic_file.ts";
export { explaining } from "./lib/dataset/explaining.ts";
export {
  decodeSafetensors,
  readSafetensors,
  type Safetensors,
  safetensorsParts,
  type ShapedArray,
} from "./lib/dataset/safetensors.ts";
export {
  fitMinMax,
  fitZScore,
  type MinMax,
  parseScaler,
  type Scaler,
  scaleValues,
  unscaleValues,
  type ZScore,
} from "./lib/dataset/scalers.ts";
export {
  readRegularCsv,
  type RegularColumn,
  type RegularCsvOptions,
  type RegularRows,
} from "./lib/dataset/regular_csv.ts";
export { columnPositions, type Series, series } from "./lib/dataset/series.ts";
export { checkSpacing, type SpacingOptions } from "./lib/dataset/spacing.ts";
export {
  chronologicalSplit,
  type SampleRange,
  type Split,
  type SplitOptions,
} from "./lib/dataset/splits.ts";
export { type Column, type Columns, type Table, table } from "./lib/dataset/table.ts";
export {
  inputCounts,
  sliceWindows,
  targetCounts,
  targetRows,
  windowInputs,
  type Windows,
  windows,
  type WindowsOptions,
  windowTargets,
} from "./lib/dataset/windows.ts";

// Metrics, their statistics, and simple predictors to beat.
export {
  meanSquaredError,
  regressionMetrics,
  type RegressionScores,
  regressionScores,
  type RegressionTargets,
  type RegressionValues,
  skill,
} from "./lib/metrics/regression.ts";
export { normalExpectile, r2OfExpectile, sampleExpectile } from "./lib/metrics/expectile.ts";
export { type ProvisioningScores, provisioningScores } from "./lib/metrics/provisioning.ts";
export { rankCorrelation } from "./lib/metrics/rank_correlation.ts";
export {
  type AsymmetricWeights,
  type Direction,
  machineTime,
  type Metric,
  metric,
  type Metrics,
  metricValues,
  prefixNames,
} from "./lib/metrics/types.ts";
export {
  type BootstrapInterval,
  bootstrapInterval,
  type BootstrapOptions,
} from "./lib/metrics/stats/bootstrap.ts";
export { clusterBootstrap } from "./lib/metrics/stats/cluster_bootstrap.ts";
export {
  type MeanInterval,
  meanInterval,
  seedsToDecide,
} from "./lib/metrics/stats/mean_interval.ts";
export {
  type PredictionInterval,
  predictionInterval,
  type PredictionOptions,
} from "./lib/metrics/stats/prediction_interval.ts";
export { studentTCdf, studentTQuantile } from "./lib/metrics/stats/student_t.ts";
export { wilsonInterval } from "./lib/metrics/stats/wilson.ts";
export { solvePositiveDefinite } from "./lib/baselines/cholesky.ts";
export { exponentialAverage } from "./lib/baselines/exponential_average.ts";
export { meanOfLast, persistence } from "./lib/baselines/last_rows.ts";
export { lookupByGroup } from "./lib/baselines/lookup.ts";
export { fitRidge, predictRidge, type Ridge, type RidgeOptions } from "./lib/baselines/ridge.ts";
export { seasonalNaive } from "./lib/baselines/seasonal_naive.ts";
export type { ForecastTask } from "./lib/baselines/types.ts";

// The device, layers and training.
export { tf, tfl } from "./lib/device/tf.ts";
export type { Backend } from "./lib/device/choice.ts";
export { closeDevice, type Device, openDevice, type OpenOptions } from "./lib/device/device.ts";
export { assertHealthy } from "./lib/device/health.ts";
export type { ArithmeticProbe } from "./lib/device/arithmetic_probe.ts";
export type { SelfTestReport } from "./lib/device/selftest.ts";
export { readBack } from "./lib/device/read_back.ts";
export { fingerprint } from "./lib/kernels/fingerprint/op.ts";
export { fingerprintsOf } from "./lib/kernels/fingerprint/oracle.ts";
export {
  AttentionPooling,
  attentionPooling,
  type AttentionPoolingOptions,
} from "./lib/layers/attention_pooling.ts";
export { batchNorm, type BatchNormOptions } from "./lib/layers/batch_norm.ts";
export { bidirectional, type BidirectionalOptions } from "./lib/layers/bidirectional.ts";
export type { Activation } from "./lib/kernels/arithmetic/activation.ts";
export { activation, type ActivationOptions } from "./lib/layers/activation.ts";
export { columns, type ColumnsOptions } from "./lib/layers/columns.ts";
export { conv2d, type Conv2dOptions } from "./lib/layers/conv2d.ts";
export type { Padding } from "./lib/kernels/conv2d/shape.ts";
export { dense, type DenseOptions } from "./lib/layers/dense.ts";
export { dropout, type DropoutOptions } from "./lib/layers/dropout.ts";
export * as initializers from "./lib/layers/initializers.ts";
export type { Initializer } from "./lib/layers/initializers.ts";
export { lastStep, type LastStepOptions } from "./lib/layers/last_step.ts";
export { layerNormalization, type LayerNormalizationOptions } from "./lib/layers/layer_norm.ts";
export { lstm, type LstmOptions } from "./lib/layers/lstm.ts";
export type { LstmCellOptions } from "./lib/layers/lstm_weights.ts";
export { repeat, type RepeatOptions } from "./lib/layers/repeat.ts";
export { withTrainingKey } from "./lib/layers/training_scope.ts";
export { Adam, type AdamOptions } from "./lib/train/adam.ts";
export {
  carriedTrainable,
  fromRest,
  statefulLstm,
  type StatefulModel,
  streamingModel,
} from "./lib/train/carried.ts";
export {
  type ResidentCourse,
  sequenceCourse,
  type SequenceOptions,
  shuffledCourse,
} from "./lib/train/course.ts";
export { DivergedRun } from "./lib/train/diverged.ts";
export { fit } from "./lib/train/fit.ts";
export {
  type Checkpoint,
  type Checkpoints,
  loop,
  type Looped,
  type LoopHooks,
  type LoopOptions,
} from "./lib/train/loop.ts";
export { asymmetricLoss, type Loss, maeLoss, mseLoss } from "./lib/train/loss.ts";
export { EpochSeries, type EpochValue } from "./lib/train/monitors/epoch_series.ts";
export {
  type GradientReading,
  type GradientSpike,
  GradientWatch,
} from "./lib/train/monitors/gradient_watch.ts";
export { learningRateLadder, rungAbove, rungBelow } from "./lib/train/monitors/ladder.ts";
export { diagnose, Monitor, type MonitorOptions } from "./lib/train/monitors/monitor.ts";
export {
  adjustRules,
  defaultRules,
  type RuleSetName,
  ruleSetNames,
  ruleSets,
  seedRules,
  serverlessRules,
  signalExtractionRules,
} from "./lib/train/monitors/rule_sets.ts";
export { milestoneMissed } from "./lib/train/monitors/rules/pace.ts";
export type {
  Diagnosis,
  FinalLosses,
  Finding,
  MonitoredEpoch,
  Rule,
  RuleMatch,
  RuleRequest,
  RuleSet,
  Severity,
  Thresholds,
  TrainingAction,
  TrainingHistory,
  TrainingView,
} from "./lib/train/monitors/types.ts";
export { Plateau } from "./lib/train/plateau.ts";
export { predict } from "./lib/train/predict.ts";
export { fitWithRestarts } from "./lib/train/restarts.ts";
export {
  type ResidentSeries,
  residentSeries,
  type SeriesOptions,
  tensorSamples,
  windowSamples,
} from "./lib/train/samples.ts";
export {
  digestState,
  numbers,
  readState,
  type Resumable,
  SavedState,
  savedState,
  type State,
  together,
  variablesState,
} from "./lib/train/state.ts";
export { cosineSchedule, type Schedule } from "./lib/train/schedule.ts";
export { descend, trainStep } from "./lib/train/step.ts";
export { type TracedStep, type TraceRecord, TrainingTrace } from "./lib/train/trace.ts";
export { closureTrainable, modelTrainable } from "./lib/train/trainable.ts";
export type {
  Attempt,
  Ending,
  Epoch,
  FitHooks,
  FitOptions,
  FitProgress,
  Fitted,
} from "./lib/train/fit_types.ts";
export type {
  Batch,
  Course,
  NamedVariable,
  PlateauOptions,
  Samples,
  Trainable,
} from "./lib/train/types.ts";

// Reinforcement learning.
export type { ActorCritic, ActorCriticNetworks, Observed, Wiring } from "./lib/rl/actor_critic.ts";
export {
  type Agent,
  BestPolicy,
  type BestPolicyOptions,
  type ScoredStep,
} from "./lib/rl/best_policy.ts";
export { drawActions } from "./lib/rl/categorical.ts";
export {
  clippedLoss,
  type ClippedLossOptions,
  type Collection,
  ratios,
} from "./lib/rl/clipped_loss.ts";
export { actorPolicy, type ContinuousPolicy } from "./lib/rl/continuous_policy.ts";
export { Dqn, type DqnOptions } from "./lib/rl/dqn.ts";
export type { ContinuousEnvironment, VectorEnvironment } from "./lib/rl/environment.ts";
export {
  type ContinuousTransitions,
  EpisodeReplay,
  type EpisodeReplayOptions,
  type Scene,
} from "./lib/rl/episode_replay.ts";
export type { Deeds, Sights } from "./lib/rl/episode_ring.ts";
export { epsilon, type EpsilonOptions } from "./lib/rl/epsilon.ts";
export { evaluate, type Evaluation, referencePolicies } from "./lib/rl/evaluate.ts";
export { FrameStacks, writeStack } from "./lib/rl/frame_stacks.ts";
export { advantages, type GaeOptions, type RolloutValues } from "./lib/rl/gae.ts";
export {
  GradientAlarm,
  type GradientLevel,
  type GradientLimits,
  gradientLimits,
} from "./lib/rl/gradient_alarm.ts";
export { huberLoss } from "./lib/rl/huber.ts";
export { constantPolicy, greedyPolicy, type Policy, randomPolicy } from "./lib/rl/policy.ts";
export { Ppo, type PpoOptions } from "./lib/rl/ppo.ts";
export { Replay, type Transitions } from "./lib/rl/replay.ts";
export type { Collected } from "./lib/rl/tally.ts";
export { Td3, type Td3Options } from "./lib/rl/td3.ts";
export { Td3Diagnostics, type Td3DiagnosticsOptions } from "./lib/rl/td3_diagnostics.ts";
export {
  DDPG,
  type Td3Inspection,
  Td3Learner,
  type Td3LearnerOptions,
  type Td3Update,
} from "./lib/rl/td3_learner.ts";

// Search over configurations.
export { nondominated, type Scored } from "./lib/search/dominance.ts";
export {
  frontByGeneration,
  type FrontMetrics,
  type FrontMetricsOptions,
  type ObjectiveRanges,
  objectiveRanges,
} from "./lib/search/front_metrics.ts";
export type {
  ChoiceGene,
  Gene,
  GeneValue,
  IntegerGene,
  Locus,
  RealGene,
} from "./lib/search/genes.ts";
export { hypervolume } from "./lib/search/hypervolume.ts";
export { Nsga2, type Nsga2Options } from "./lib/search/nsga2.ts";
export { RandomSearch, type RandomSearchOptions } from "./lib/search/random_search.ts";
export type { Candidate, Fitness, Individual, Searcher } from "./lib/search/searcher.ts";
export {
  configurationHash,
  type ConfigurationOf,
  type Genes,
  type SearchSpace,
  searchSpace,
} from "./lib/search/space.ts";
export type { OperatorOptions } from "./lib/search/variation.ts";

// Ending runs early.
export { medianRule, type MedianRuleOptions } from "./lib/stopping/median_rule.ts";
export {
  type Confirmation,
  confirmed,
  type Moment,
  neverStops,
  type RunSoFar,
  type RunStopper,
} from "./lib/stopping/run_stopper.ts";

// Models that leave.
export { exportOnnx, type ExportOptions } from "./lib/onnx/export.ts";
export type { Floats } from "./lib/onnx/graph.ts";
export type { Scalers } from "./lib/onnx/scalers.ts";
export { type OnnxDescription, type Port, readOnnx } from "./lib/onnx/read.ts";
export type { Provider } from "./lib/onnx/runtime.ts";
export { openSession, type Session, type SessionOptions } from "./lib/onnx/sessions.ts";
export { checkParity, type Parity, type ParityOptions } from "./lib/onnx/check.ts";
export { type Latency, measureLatency } from "./lib/onnx/latency.ts";

// Serving.
export { type ForecastFrame, forecastMetadata } from "./lib/serve/forecast_metadata.ts";
export type { Quantity } from "./lib/serve/forecaster.ts";

// Figures.
export { $schema, type FigureText, rounded } from "./lib/report/figures/figure.ts";
export { type FitHistory, learningCurves } from "./lib/report/figures/learning_curves.ts";
export {
  metricAgainstReferences,
  type ReferencedMetric,
} from "./lib/report/figures/metric_against_references.ts";
export { type Pictures, picturesFigure } from "./lib/report/figures/pictures.ts";
export {
  predictedAgainstActual,
  type Prediction,
  predictionsByTarget,
} from "./lib/report/figures/predicted_against_actual.ts";
export { type ResidualOptions, residuals } from "./lib/report/figures/residuals.ts";
export { seedsStrip, type SeedValues } from "./lib/report/figures/seeds_strip.ts";
export { type Tone, tones } from "./lib/report/theme.ts";
