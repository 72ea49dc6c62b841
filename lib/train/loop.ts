/**
 * A loop that can be saved and continued: what every training stands on.
 *
 * @module
 */

import type { ShapedArray } from "../dataset/safetensors.ts";
import { readState, type Resumable, type SavedState, together } from "./state.ts";
import { type TraceRecord, TrainingTrace } from "./trace.ts";
import type { NamedVariable } from "./types.ts";

/** Seconds after which losses are read and progress is told. */
const PROGRESS_PERIOD = 1;
/** Seconds after which the event loop gets its turn, so that signals arrive. */
const YIELD_PERIOD = 0.1;

/** What to loop over. */
export interface LoopOptions {
  /** Everything that determines the future, apart from what is the same in every process: data, config, keys. */
  readonly state: Resumable;
  /** The parameters: fingerprinted while it runs, digested and saved at the end. */
  readonly weights: readonly NamedVariable[];
  /**
   * Steps from one fingerprint of the weights to the next, a power of two. One costs about 10 µs and 0.5 ns a
   * parameter: with very short steps take it more seldom. Default 1.
   */
  readonly fingerprintEvery?: number;
  /** Steps at most. */
  readonly steps: number;
  /**
   * Takes step `n`, from 1, and adds it to the trace. It depends on the state and `n` alone.
   *
   * @returns Whether the loop ends here, before `steps` are taken.
   */
  step(n: number, trace: TrainingTrace): boolean | Promise<boolean>;
  /**
   * Told of every loss, and the norm of its step's gradient (NaN where there is none), when they are read; what
   * it throws ends the loop.
   */
  readonly onLoss?: (step: number, loss: number, gradientNorm: number) => void;
}

/** How a loop ended. */
export interface Looped {
  /** Steps taken. */
  readonly steps: number;
  readonly trace: TraceRecord;
  /** Seconds spent in it, before interruptions too. */
  readonly seconds: number;
}

/** A saved moment of a loop. */
export interface Checkpoint {
  /** Steps taken. */
  readonly step: number;
  /** The loop ended here. */
  readonly finished: boolean;
  /** Seconds spent until then. */
  readonly seconds: number;
}

/** Where the checkpoints of one loop are kept. */
export interface Checkpoints {
  /** The newest that can be read; `null` when there is none. */
  newest(): Promise<{ readonly at: Checkpoint; readonly state: SavedState } | null>;
  /** Whether one should be written after `step`, at `now` seconds of the loop's clock; asked after every step. */
  due(step: number, now: number): boolean;
  write(at: Checkpoint, arrays: ReadonlyMap<string, ShapedArray>): Promise<void>;
}

/** What surrounds a loop: none of it changes its results. */
export interface LoopHooks {
  /** Seconds from any fixed moment. */
  readonly clock: () => number;
  /** Called about once a second with the steps taken and the last loss read. */
  readonly onProgress?: (step: number, loss: number) => void;
  /** Default: none are kept. */
  readonly checkpoints?: Checkpoints;
  /** Takes a step by calling `take`, so that somebody can see what it does. */
  readonly around?: (
    step: number,
    take: () => boolean | Promise<boolean>,
    weights: readonly NamedVariable[],
  ) => Promise<boolean>;
  /** Ends the loop after the step being taken, with a checkpoint; the loop throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Takes steps until one of them is the last. With checkpoints it goes on where an earlier process ended,
 * and the end is the same, bit for bit.
 *
 * @example
 * ```ts
 * import { numbers, openDevice, type SavedState, type TrainingTrace } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * let sum = 0;
 * const state = { state: () => ({ sum: numbers([sum]) }), restore: (s: SavedState) => sum = s.number("sum") };
 * const step = (n: number, trace: TrainingTrace) => {
 *   sum += n;
 *   trace.add(null);
 *   return sum > 9;
 * };
 * const { steps } = await loop({ state, weights: [], steps: 100, step }, { clock: () => 0 });
 * assertEquals([steps, sum], [4, 10]);
 * ```
 */
export async function loop(options: LoopOptions, hooks: LoopHooks): Promise<Looped> {
  const { steps, weights } = options;
  const { clock, onProgress, checkpoints, around, signal } = hooks;
  const start = clock();
  const trace = new TrainingTrace(weights, options.fingerprintEvery ?? 1, options.onLoss);
  try {
    const state = together({ trace, loop: options.state });
    const saved = await checkpoints?.newest() ?? null;
    if (saved !== null) state.restore(saved.state);
    const before = saved?.at.seconds ?? 0;
    let step = saved?.at.step ?? 0;
    let finished = saved?.at.finished ?? steps === 0;
    // A clock that went back, or says no number, has measured nothing.
    const spent = () => before + (Math.max(0, clock() - start) || 0);
    signal?.throwIfAborted();

    let progressAt = start;
    let yieldAt = start;
    while (!finished) {
      const n = ++step;
      const take = () => options.step(n, trace);
      finished = await (around ? around(n, take, weights) : take()) || n === steps;
      const now = clock();
      const due = passed(progressAt, now, PROGRESS_PERIOD);
      if (due || trace.full || finished) await trace.read();
      if (due) {
        onProgress?.(step, trace.losses.at(-1) ?? NaN);
        progressAt = now;
      }
      if (checkpoints && (finished || signal?.aborted || checkpoints.due(step, now))) {
        await trace.read();
        const at = { step, finished, seconds: spent() };
        await checkpoints.write(at, await readState(state.state()));
      }
      signal?.throwIfAborted();
      if (passed(yieldAt, now, YIELD_PERIOD)) {
        await eventLoop();
        yieldAt = clock();
      }
    }
    return { steps: step, trace: trace.record(), seconds: spent() };
  } finally {
    trace.dispose();
  }
}

/** Whether a period is over, by a clock that may jump: back as well as on is a change of time. */
function passed(since: number, now: number, period: number): boolean {
  return !(Math.abs(now - since) < period);
}

/** Lets timers, signals and input have their turn. */
function eventLoop(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
