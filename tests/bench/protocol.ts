/**
 * What the bench and its workers say to each other, a JSON object a line: the bench sends a {@linkcode Task},
 * the worker answers {@linkcode Ready} or {@linkcode LeftOut}; then, as often as it likes, the bench sends a
 * {@linkcode Request} and the worker answers {@linkcode Measured}. A worker ends with its input.
 *
 * @module
 */

import type { Case } from "./cases.ts";

/** The backends that can be timed. */
export type BenchBackend = "wasm" | "webgpu";

/** What a worker is to build. */
export interface Task {
  readonly case: Case;
  readonly backend: BenchBackend;
  /** Threads to compute with; `null` where the backend decides. */
  readonly threads: number | null;
  /** Adam's. */
  readonly learningRate: number;
  /** Steps are timed in blocks of at least this long, each ending with a read of its losses. */
  readonly blockMs: number;
  /** Time spent before anything counts. */
  readonly warmUpMs: number;
}

/** The worker has built and warmed up. */
export interface Ready {
  readonly ready: true;
  /** Number of trainable parameters. */
  readonly parameters: number;
  /** Name and version of the system, or the numerics it computes with. */
  readonly about: string;
}

/** The system cannot run this case. */
export interface LeftOut {
  readonly leftOut: string;
}

/** Asks for measurements, so many seconds in each setting. */
export interface Request {
  readonly seconds: number;
}

/** The times of a system in one of the settings that it may choose from. */
export interface Run {
  /** For people; empty where there is no choice. */
  readonly setting: string;
  /** Milliseconds a step, one entry a block. */
  readonly times: readonly number[];
}

/** A run for each setting, the same ones every time. */
export interface Measured {
  readonly runs: readonly Run[];
}

/** Why a system has no figure for a case: thrown in a worker, printed by the bench. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}
