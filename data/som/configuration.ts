/**
 * How a map is trained: the hyper-parameters that a search looks for.
 *
 * @module
 */

import { canonicalJson, InputError, sha256Hex, z } from "assay";
import { LONGEST_SIDE, type Topology } from "./grid.ts";
import {
  type Course,
  DROP_SCHEDULES,
  type DropSchedule,
  GROWTH_SCHEDULES,
  type GrowthSchedule,
} from "./schedules.ts";

/** Where the samples of an iteration come from: `reshuffle` sees all before it sees one again. */
export type Sampling = "random" | "reshuffle";

/** The radius that every training ends with, in units of the grid. */
export const END_RADIUS = 1;

/** A map and its training. One iteration is one batch. */
export interface SomConfiguration {
  readonly topology: Topology;
  /** Rows of units. */
  readonly rows: number;
  /** Columns of units. */
  readonly columns: number;
  /** Share of the way to a sample that its best unit goes at first, in (0, 1]. */
  readonly startLearningRate: number;
  /** The same at the end; not above the first. */
  readonly endLearningRate: number;
  readonly learningRateSchedule: DropSchedule;
  /** First radius of the neighbourhood over the longer side of the map; the radius is at least 1. */
  readonly radiusRatio: number;
  readonly radiusSchedule: DropSchedule;
  /** Samples of the first iteration, in per cent of all; rounded up, at least one. */
  readonly startBatchPercent: number;
  /** The same of the last iteration; not below the first. */
  readonly endBatchPercent: number;
  readonly batchSchedule: GrowthSchedule;
  /** Iterations over samples. */
  readonly epochMultiplier: number;
  /** How steep exponential and logarithmic schedules are; 0 where there are none. */
  readonly steepness: number;
  readonly sampling: Sampling;
  /** Parts of the data that every batch is taken from in equal numbers. The original's `num_batches`. */
  readonly sections: number;
  /** Whether every weight vector gets length 1 after each iteration. */
  readonly normaliseWeights: boolean;
}

const side = z.int().min(1).max(LONGEST_SIDE);
const learningRate = z.number().positive().max(1);
const percent = z.number().min(0).max(100);

const schema: z.ZodType<SomConfiguration> = z.strictObject({
  topology: z.enum(["square", "hex"]),
  rows: side,
  columns: side,
  startLearningRate: learningRate,
  endLearningRate: learningRate,
  learningRateSchedule: z.enum(DROP_SCHEDULES),
  radiusRatio: z.number().positive().max(10),
  radiusSchedule: z.enum(DROP_SCHEDULES),
  startBatchPercent: percent,
  endBatchPercent: percent,
  batchSchedule: z.enum(GROWTH_SCHEDULES),
  epochMultiplier: z.number().positive().max(1e6),
  steepness: z.number().min(0).max(1e6),
  sampling: z.enum(["random", "reshuffle"]),
  sections: z.int().min(1),
  normaliseWeights: z.boolean(),
}).check(({ value, issues }) => {
  const refuse = (path: string, message: string) =>
    issues.push({ code: "custom", path: [path], message, input: value });
  if (value.rows * value.columns < 2) refuse("columns", "a map has at least two units");
  if (value.endLearningRate > value.startLearningRate) {
    refuse("endLearningRate", "is above startLearningRate");
  }
  if (value.endBatchPercent < value.startBatchPercent) {
    refuse("endBatchPercent", "is below startBatchPercent");
  }
});

/**
 * A configuration that came from outside, such as a file.
 *
 * @param value What `JSON.parse` gave.
 * @param source Where it stands, for the message.
 * @throws {InputError} When a field is missing, unknown or out of its range.
 *
 * @example
 * ```ts
 * import { InputError } from "assay";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => parseConfiguration({ rows: 0 }, "map.json"), InputError, "topology");
 * ```
 */
export function parseConfiguration(value: unknown, source: string): SomConfiguration {
  const fault = configurationFault(value);
  if (fault === null) return value as SomConfiguration;
  throw new InputError(
    `Cannot train a map as ${source} says: ${fault}. data/som/configuration.ts lists the fields and ` +
      `what each may be.`,
  );
}

/** What is wrong with a configuration, `null` when nothing is. */
export function configurationFault(value: unknown): string | null {
  const { error } = schema.safeParse(value);
  if (error === undefined) return null;
  return error.issues.map(({ path, message }) => `${path.join(".") || "it"}: ${message}`).join(
    "; ",
  );
}

/**
 * A configuration made of one that a search has bred: whole numbers made whole, ends that lie the wrong
 * way round swapped, steepness 0 where no schedule has a use for it and at least 1 elsewhere.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { sampleConfiguration } from "./sample_configuration.ts";
 *
 * const bred = { ...sampleConfiguration(rootKey(1), 400), startLearningRate: 0.1, endLearningRate: 0.2 };
 * const { startLearningRate, endLearningRate } = repaired(bred);
 * assertEquals([startLearningRate, endLearningRate], [0.2, 0.1]);
 * ```
 */
export function repaired(bred: SomConfiguration): SomConfiguration {
  const { startLearningRate, endLearningRate, startBatchPercent, endBatchPercent } = bred;
  const schedules = [bred.learningRateSchedule, bred.radiusSchedule, bred.batchSchedule];
  const bends = schedules.some((schedule) => /^(exp|log)/.test(schedule));
  const whole = (value: number) => Math.max(1, Math.round(value));
  return {
    ...bred,
    rows: whole(bred.rows),
    columns: whole(bred.columns),
    startLearningRate: Math.max(startLearningRate, endLearningRate),
    endLearningRate: Math.min(startLearningRate, endLearningRate),
    startBatchPercent: Math.min(startBatchPercent, endBatchPercent),
    endBatchPercent: Math.max(startBatchPercent, endBatchPercent),
    steepness: bends ? Math.max(1, bred.steepness) : 0,
    sections: whole(bred.sections),
  };
}

/**
 * What a configuration is known by: SHA-256 of its canonical JSON, 64 hex digits. Repair first: then two
 * that train alike are one.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { sampleConfiguration } from "./sample_configuration.ts";
 *
 * const configuration = sampleConfiguration(rootKey(1), 400);
 * const { topology, ...rest } = configuration;
 * assertEquals(configurationId({ ...rest, topology }), configurationId(configuration));
 * ```
 */
export function configurationId(configuration: SomConfiguration): string {
  return sha256Hex(canonicalJson(configuration));
}

/** The three courses of a training. */
export interface Courses {
  readonly learningRate: Course;
  /** In units of the grid. */
  readonly radius: Course;
  /** Per cent of all samples. */
  readonly batch: Course;
}

/** How learning rate, radius and batch go. */
export function coursesOf(configuration: SomConfiguration): Courses {
  const { rows, columns, radiusRatio, steepness } = configuration;
  return {
    learningRate: {
      schedule: configuration.learningRateSchedule,
      from: configuration.startLearningRate,
      to: configuration.endLearningRate,
      steepness,
    },
    radius: {
      schedule: configuration.radiusSchedule,
      from: Math.max(END_RADIUS, radiusRatio * Math.max(rows, columns)),
      to: END_RADIUS,
      steepness,
    },
    batch: {
      schedule: configuration.batchSchedule,
      from: configuration.startBatchPercent,
      to: configuration.endBatchPercent,
      steepness,
    },
  };
}

/**
 * Iterations of a training on so many samples: the whole part of their product, at least one.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { sampleConfiguration } from "./sample_configuration.ts";
 *
 * const configuration = { ...sampleConfiguration(rootKey(1), 400), epochMultiplier: 2.5 };
 * assertEquals([iterationsOf(configuration, 401), iterationsOf(configuration, 1)], [1002, 2]);
 * ```
 */
export function iterationsOf({ epochMultiplier }: SomConfiguration, samples: number): number {
  return Math.max(1, Math.floor(epochMultiplier * samples));
}

/**
 * The original's older switch of how an iteration takes its samples, in terms of batches: one at random,
 * all, or (`hybrid`) the configuration's own growing batch.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { sampleConfiguration } from "./sample_configuration.ts";
 *
 * const all = withProcessing(sampleConfiguration(rootKey(1), 400), "deterministic");
 * assertEquals([all.startBatchPercent, all.endBatchPercent], [100, 100]);
 * ```
 */
export function withProcessing(
  configuration: SomConfiguration,
  processing: "stochastic" | "deterministic" | "hybrid",
): SomConfiguration {
  if (processing === "hybrid") return configuration;
  const share = processing === "stochastic" ? 0 : 100;
  return {
    ...configuration,
    startBatchPercent: share,
    endBatchPercent: share,
    batchSchedule: "static",
    sampling: "random",
    sections: 1,
  };
}
