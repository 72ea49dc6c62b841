/**
 * One function's invocations in order of time, summed up step by step.
 *
 * @module
 */

/** The columns of a step, f32. */
export interface StepColumns {
  /** Invocations that started in the step. */
  readonly count: Float32Array;
  /** Seconds of run time in it, summed over invocations: mean concurrency times the step. */
  readonly busySeconds: Float32Array;
  /** Most invocations that ran at once. */
  readonly peak: Float32Array;
  /** Share of the step in which at least one ran. */
  readonly busyShare: Float32Array;
  /** Invocations still running at its end. */
  readonly inFlight: Float32Array;
}

/** Where a function's steps stand. */
export interface FunctionRange {
  /** The function, an index into the trace's. */
  readonly functionIndex: number;
  /** Its rows, `from` included, `to` excluded. */
  readonly from: number;
  readonly to: number;
  /** Number of the step in row `from`; step k covers the seconds from k · step to (k + 1) · step. */
  readonly firstStep: number;
}

/**
 * Fills the rows of a function. An invocation runs from its start to just before its end.
 *
 * @param starts Ascending, seconds.
 * @param ends Ascending, seconds, as many.
 */
export function sweepFunction(
  { count, busySeconds, peak, busyShare, inFlight }: StepColumns,
  { from, to, firstStep }: FunctionRange,
  stepSeconds: number,
  starts: Float64Array,
  ends: Float64Array,
): void {
  let row = from, boundary = (firstStep + 1) * stepSeconds;
  let time = firstStep * stepSeconds, running = 0;
  let started = 0, busy = 0, active = 0, most = 0;

  /** Moves on to `until`, closing the steps on the way. */
  const advance = (until: number) => {
    while (row < to && time < until) {
      const next = Math.min(until, boundary);
      busy += running * (next - time);
      if (running > 0) active += next - time;
      if (running > most) most = running;
      time = next;
      if (next < boundary) continue;
      count[row] = started;
      busySeconds[row] = busy;
      peak[row] = most;
      busyShare[row] = active / stepSeconds;
      inFlight[row] = running;
      started =
        busy =
        active =
        most =
          0;
      row++;
      boundary = (firstStep + row - from + 1) * stepSeconds;
    }
  };

  for (let s = 0, e = 0; s < starts.length;) {
    // Ends go first: who ends when another starts does not run beside it.
    if (ends[e]! <= starts[s]!) {
      advance(ends[e++]!);
      running--;
    } else {
      advance(starts[s++]!);
      running++;
      started++;
      if (running > most) most = running;
    }
    if (s < starts.length) continue;
    for (; e < ends.length; e++) {
      advance(ends[e]!);
      running--;
    }
  }
  advance(Infinity);
}
