/**
 * Invocations of serverless functions: a synthetic trace in the shape of the Azure Functions trace of
 * 2021, a user's own, and two ways to make a forecasting task of either.
 *
 * | framing | a row | a window |
 * | --- | --- | --- |
 * | `documentFraming` | an invocation, whichever function's it was: the document's, flaws included | 12 rows that follow one another |
 * | `stepSeries` | what one function did in 15 s or 60 s | 12 steps of one function within one part of the split |
 *
 * What the trace matches and how near: `serverless/README.md`.
 *
 * @module
 */

export {
  DOCUMENT_FEATURES,
  DOCUMENT_TARGETS,
  type FeatureVariant,
} from "./serverless/document_features.ts";
export {
  type DocumentFraming,
  documentFraming,
  type DocumentFramingOptions,
  documentSplit,
} from "./serverless/document_framing.ts";
export {
  type Band,
  DOCUMENTED_FEATURES,
  type DocumentedFeature,
  type FeatureStatistics,
  featureStatistics,
} from "./serverless/feature_statistics.ts";
export {
  STEP_FEATURES,
  STEP_TARGETS,
  type StepFeatures,
  stepFeatures,
  type StepMaxima,
  stepMaxima,
  stepTargets,
  trainRows,
  unscaleTargets,
} from "./serverless/features.ts";
export {
  type DocumentForecasts,
  documentForecasts,
  type Forecasts,
  simpleForecasts,
} from "./serverless/forecasts.ts";
export { invocationTrace, type InvocationTraceOptions } from "./serverless/generate.ts";
export {
  type InvocationTrace,
  MEMORY_TIERS_MB,
  PROVIDERS,
  REGIONS,
  type TracedFunction,
} from "./serverless/invocation_trace.ts";
export { type ReadTrace, readTrace, type TraceCleaning } from "./serverless/read_trace.ts";
export { busiestFunctions } from "./serverless/rows_by_function.ts";
export { type StepSeries, stepSeries, traceSteps } from "./serverless/series.ts";
export { fnv1a, tracedFunction } from "./serverless/stable_hash.ts";
export {
  type SplitWindows,
  type StepSplit,
  stepSplit,
  stepWindows,
} from "./serverless/step_windows.ts";
export type { FunctionRange, StepColumns } from "./serverless/sweep.ts";
