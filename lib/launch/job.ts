/**
 * The words of launching: a job is a run that is asked for, an outcome what became of it. Whoever has
 * many runs to make hands jobs to a {@linkcode Launch} and takes the outcomes; where and how many at
 * once they run is the launch's business, and changes no result.
 *
 * @module
 */

import type { FinishedRun, RunRequest } from "../run/execute.ts";
import type { Interruption } from "../run/interruption.ts";
import type { Progress } from "../run/progress.ts";

/** A run that is asked for. */
export interface Job {
  /** What tells it from others of other configurations, such as `cell 2 of 4 · rate 0.1`; may be empty. */
  readonly name: string;
  readonly request: Omit<RunRequest, "progress" | "interruption">;
  /** What its configuration was resolved from, `KEY=VALUE`: another process resolves it again. */
  readonly overrides: readonly string[];
}

/** How a run ended: complete, or with what it failed. */
export type RunOutcome =
  & { readonly job: Job; readonly runId: string }
  & ({ readonly finished: FinishedRun; readonly error: null } | {
    readonly finished: null;
    readonly error: Error;
    /** File with all that it said, where there is one. */
    readonly log: string | null;
  });

/** Progress of one run among many, under its job's name; ended by disposing it. */
export interface JobProgress extends Progress, Disposable {}

/** Where many runs say what they are doing. */
export interface JobsProgress {
  note(text: string): void;
  job(name: string): JobProgress;
  /** How many of all of them have ended. */
  total(ended: number, of: number): void;
}

/** What surrounds the runs of a command. */
export interface LaunchSession {
  readonly progress: JobsProgress;
  readonly interruption: Interruption;
}

/**
 * Runs jobs, yielding each outcome as soon as there is one, in whatever order they end; complete runs
 * answer at once, and one that fails leaves the others. Left early, it ends what is running after a
 * checkpoint.
 *
 * @throws {Interrupted} When a signal asked for it; checkpoints were written.
 * @throws {DeviceUnfit} When the device computes no more, for any of them.
 */
export type Launch = (
  jobs: readonly Job[],
  session: LaunchSession,
) => AsyncGenerator<RunOutcome, void>;

/** What to say of a run that is complete. */
export function endingText({ reused, result: { seed, runId, seconds } }: FinishedRun): string {
  return reused
    ? `seed ${seed} · run ${runId} is complete already`
    : `seed ${seed} · run ${runId} took ${seconds.total.toFixed(1)} s, ${
      seconds.train.toFixed(1)
    } s of it training`;
}

/** What to say of a run that failed. */
export function failureText(
  { job: { name, request: { seed } }, runId, error, log }: RunOutcome & { finished: null },
): string {
  const more = [
    ...(error instanceof ProcessEnded && error.lastWords !== ""
      ? [`It last said: ${error.lastWords}`]
      : []),
    ...(log === null ? [] : [`Its log: ${log}`]),
  ];
  const failed = `${named(name, `seed ${seed}`)} · run ${runId} failed: ${error.message}`;
  return [failed, ...more].map((text, i) => i < more.length ? sentence(text) : text).join(" ");
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** A number of things, such as `1 run` and `2 runs`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** What one of many says, under its name. */
export function named(name: string, text: string): string {
  return name === "" ? text : `${name} · ${text}`;
}

/** The process of a run ended before the run did. */
export class ProcessEnded extends Error {
  override readonly name = "ProcessEnded";

  /**
   * @param how The message: how it ended, in words.
   * @param lastWords What it said last; may be empty.
   */
  constructor(how: string, readonly lastWords: string) {
    super(how);
  }
}
