/**
 * Mixtures of sinusoids from which one is to be extracted: the data of the signal-extraction
 * assignment, an honest version of it, and what can be known about both before any model is trained.
 *
 * | mode | what it is |
 * | --- | --- |
 * | `assignment` | amplitude and phase anew at every sample: the mixture is white noise and says nothing about any target |
 * | `jitter` | phases stray from a base phase of the sequence by up to κ half turns: κ sets how much the mixture says |
 * | `sequence` | amplitude and phase of a sequence, and noise: real separation |
 *
 * Pure in (key, options). What was chosen and why, and what a classical method reaches:
 * `mixed_signal/README.md`.
 *
 * @module
 */

export {
  mixedSignal,
  type MixedSignalOptions,
  type SetCounts,
  signalSets,
} from "./mixed_signal/generate.ts";
export {
  type ExpectedErrorOptions,
  expectedLeastSquaresError,
  leastSquares,
  type LeastSquaresOptions,
  type Sampling,
} from "./mixed_signal/least_squares.ts";
export {
  AMPLITUDES,
  FREQUENCIES,
  type MixedSignal,
  NOISE_SD,
  type SignalMode,
} from "./mixed_signal/modes.ts";
export {
  generalisationRatio,
  type ScoreOptions,
  settlingTime,
  type SignalScores,
  signalScores,
  WARM_UP,
} from "./mixed_signal/scores.ts";
export {
  allStreams,
  type AssignmentRows,
  assignmentRows,
  oneStreamEach,
  type Stream,
  type StreamArrays,
  streamArrays,
} from "./mixed_signal/streams.ts";
export {
  driftBound,
  type InformationFloor,
  informationFloor,
  mixtureError,
  mixtureVariance,
  phaseCoherence,
  signalToNoise,
  steepestStep,
  targetPower,
} from "./mixed_signal/theory.ts";
export { type SuccessTier, successTier, TIERS } from "./mixed_signal/tiers.ts";
