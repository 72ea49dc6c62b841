/**
 * The words of an experiment as types: what its author declares and what a run hands back.
 *
 * @module
 */

import type { z } from "zod";
import type { Metrics } from "../metrics/types.ts";
import type { Key } from "../random/key.ts";
import type { TypedArray } from "../numeric/digest.ts";
import type { Device } from "../device/device.ts";
import type { tfl } from "../device/tf.ts";
import type { Parity, ParityOptions } from "../onnx/check.ts";
import type { ExportOptions } from "../onnx/export.ts";
import type { Latency } from "../onnx/latency.ts";
import type { Looped, LoopOptions } from "../train/loop.ts";
import type { FitOptions, Fitted } from "../train/fit_types.ts";
import type { Finding } from "../train/monitors/types.ts";
import type { Trainable } from "../train/types.ts";

/** A closed range; at least one end is present. Written with {@linkcode atLeast} and its kin. */
export interface Bound {
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
}

/** How the evidence over seeds stands to a target's bound. */
export type TargetVerdict = "pass" | "fail" | "not enough evidence";

/** What the evidence says of a document's statement. */
export type ClaimVerdict = "reproduced" | "refuted" | "not testable";

/** A bound that must hold. */
export interface Target<Config = unknown> {
  readonly metric: string;
  readonly bound: Bound;
  /** Why this number: shown beside the verdict. */
  readonly because: string;
  /** The profile it belongs to; both when absent. */
  readonly profile?: "quick" | "full";
  /** The configurations it applies to; all of them when absent. */
  readonly when?: (config: Config) => boolean;
}

/** A document's statement about a metric. */
export interface Claim<Config = unknown> {
  readonly metric: string;
  readonly bound: Bound;
  /** The statement in the document's words. */
  readonly says: string;
  /** Where it stands. */
  readonly source: string;
  /** The verdict on record; another one fails the tests. */
  readonly expect: ClaimVerdict;
  readonly profile?: "quick" | "full";
  readonly when?: (config: Config) => boolean;
}

/** A Vega-Lite figure with the text that stands around it. */
export interface Figure {
  /** File name without suffix: lower-case letters, digits, `-`. */
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  /** A Vega-Lite 6 specification with inline data. */
  readonly spec: Readonly<Record<string, unknown>>;
}

/** What `run` returns. */
export interface Outcome {
  readonly metrics: Metrics;
  /** Scores of named reference predictors under the metrics' own names: `baselines.persistence["v1/test/..."]`. */
  readonly baselines?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The best value any predictor could reach, by metric name. */
  readonly ceilings?: Readonly<Record<string, number>>;
  readonly figures?: readonly Figure[];
}

/** Settings of {@linkcode Context.exportModel}. */
export type ExportModelOptions = ExportOptions & ParityOptions;

/** A model that left a run. */
export interface ExportedModel {
  /** Size of the file. */
  readonly bytes: number;
  /** The time of day, ISO 8601, UTC. */
  readonly createdAt: string;
  /** How far it predicts as the model does; `webgpu` is `null` on a machine without an adapter. */
  readonly parity: { readonly wasm: Parity; readonly webgpu: Parity | null };
  /** Of single samples, on WASM and one thread. */
  readonly latency: Latency;
}

/** What a run gives to an experiment's `run`. */
export interface Context<Config> {
  readonly config: Config;
  readonly profile: string;
  readonly seed: number;
  /** For what the run leaves behind; no number of it may depend on it. */
  readonly runId: string;
  readonly device: Device;
  /** A child of the run's root key, by name path. */
  key(path: string): Key;
  /**
   * Trains under a name; its history, weights and findings go to the run's record. Restarts on `options.ladder`
   * are recorded as `name.attempt-2`, `name.attempt-3`, and so on.
   */
  fit(name: string, model: Trainable, options: FitOptions): Promise<Fitted>;
  /**
   * Runs a loop under a name; its trace and weights go to the run's record, and means of its losses, at most 200,
   * to `events.jsonl`. Interrupted at any step, it goes on from its last checkpoint when the run is asked for
   * again.
   */
  loop(name: string, options: LoopOptions): Promise<Looped>;
  /**
   * Writes a trained model to `model/<name>.onnx`, and beside it what was found when it was opened again in
   * onnxruntime-web: whether it predicts the same on held-out samples, on WASM and, where there is an adapter, on
   * WebGPU, and how long a prediction takes. Of the name under which it was trained, its metadata has
   * the digests.
   *
   * @throws {RangeError} When a layer cannot be exported, or the name has been exported.
   * @throws {Error} When it does not predict the same on WASM. A difference on WebGPU alone is the
   * adapter's: it is noted, and stands in the file.
   */
  exportModel(
    name: string,
    model: tfl.LayersModel,
    options: ExportModelOptions,
  ): Promise<ExportedModel>;
  /**
   * Logs one number to `events.jsonl`.
   *
   * @param tag Its name. One that begins with the name of a loop and `/` stands with that loop's in TensorBoard.
   * @param step Steps of that loop taken; with each number of a tag it rises.
   */
  log(tag: string, step: number, value: number, epoch?: number): void;
  /** Adds generated or loaded data to the run's data digest. */
  digestData(name: string, arrays: Readonly<Record<string, TypedArray>>): void;
  /** Writes a file of the experiment's own beside `result.json`. `path` is relative, with `/`. */
  writeFile(path: string, contents: string | Uint8Array): Promise<void>;
  /**
   * Adds a finding to the result, and tells it. What a loop found is reported after the loop: a run that goes on
   * after an interruption does not take the steps before it again.
   */
  report(finding: Finding): void;
  /** Says what is being done, on the progress line. */
  note(text: string): void;
}

/** The configuration that a schema yields. */
export type ConfigOf<Schema extends ConfigSchema> = z.output<Schema>;

/** The config schema an experiment declares: a flat zod object with a default for every field. */
export type ConfigSchema = z.ZodObject;

/** An experiment as data. */
export interface Experiment<Schema extends ConfigSchema = ConfigSchema> {
  readonly name: string;
  readonly title: string;
  /** The document it puts on trial, if any. */
  readonly source?: string;
  /** A paragraph or two for the report's head. */
  readonly summary?: string;
  readonly config: Schema;
  readonly profiles: {
    readonly quick: Partial<z.input<Schema>>;
    readonly full: Partial<z.input<Schema>>;
  };
  /** Seeds of each profile: their number (1 … n) or a list. */
  readonly seeds: {
    readonly quick: number | readonly number[];
    readonly full: number | readonly number[];
  };
  readonly targets: readonly Target<z.output<Schema>>[];
  readonly claims: readonly Claim<z.output<Schema>>[];
  run(ctx: Context<z.output<Schema>>): Promise<Outcome>;
}
