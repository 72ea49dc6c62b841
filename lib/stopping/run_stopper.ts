/**
 * What a run stopper is: it reads the histories of runs as they grow, and says which are not worth finishing.
 *
 * @module
 */

/** A moment of a run, with the numbers that were logged there. */
export interface Moment {
  /**
   * How far the run had come: a share of the whole, or steps, or epochs, as long as runs that are compared count alike.
   * It rises from moment to moment.
   */
  readonly progress: number;
}

/** A run as far as it has come. */
export interface RunSoFar<M extends Moment = Moment> {
  /** From its first moment on. */
  readonly history: readonly M[];
}

/**
 * Says which of some runs are to end where they are.
 *
 * It is a function of the histories: it keeps nothing that would have to be saved with a search, and asked again it
 * says the same.
 *
 * @typeParam Run A plain object: what is known of a run before it begins may stand beside its history.
 * @param runs Runs under way, each of which has come to another moment since it was last asked about.
 * @param others What they can be compared with besides one another: runs that are over, or were stopped.
 * @returns For each of the runs whether it is to end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * type Run = RunSoFar<{ readonly progress: number; readonly loss: number }>;
 * const diverged: RunStopper<Run> = (runs) =>
 *   Promise.resolve(runs.map(({ history }) => Number.isNaN(history.at(-1)!.loss)));
 * const runs = [0.5, NaN].map((loss) => ({ history: [{ progress: 1, loss }] }));
 * assertEquals(await diverged(runs, []), [false, true]);
 * ```
 */
export type RunStopper<Run extends RunSoFar = RunSoFar> = (
  runs: readonly Run[],
  others: readonly Run[],
) => Promise<readonly boolean[]>;

/**
 * Lets every run go to its end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await neverStops([{ history: [] }]), [false]);
 * ```
 */
export function neverStops(runs: readonly RunSoFar[]): Promise<boolean[]> {
  return Promise.resolve(runs.map(() => false));
}

/** When {@linkcode confirmed} believes a stopper. */
export interface Confirmation {
  /** Progress of the first moment at which it is asked. */
  readonly first: number;
  /** Progress of the last one. Default: it is always asked. */
  readonly last?: number;
  /** Moments running at which it has to say the same. Default 2. */
  readonly checks?: number;
}

/** What two sums of equal steps of progress may differ by. */
const ROUNDING = 1e-9;

/**
 * A stopper that ends a run where another would have ended it at several moments running: at this one and, had it been
 * asked there of the run as it was, at those before it.
 *
 * @throws {RangeError} When `checks` is no positive integer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * type Run = RunSoFar<{ readonly progress: number; readonly loss: number }>;
 * const high: RunStopper<Run> = (runs) =>
 *   Promise.resolve(runs.map(({ history }) => history.at(-1)!.loss > 1));
 * const stopper = confirmed(high, { first: 0.2 });
 * const run = (...losses: number[]) => ({
 *   history: losses.map((loss, i) => ({ progress: (i + 1) / 10, loss })),
 * });
 * const runs = [run(2, 2), run(2, 2, 2), run(2, 2, 1), run(2, 1, 2)];
 * assertEquals(await stopper(runs, []), [false, true, false, false]);
 * ```
 */
export function confirmed<Run extends RunSoFar>(
  stopper: RunStopper<Run>,
  { first, last = Infinity, checks = 2 }: Confirmation,
): RunStopper<Run> {
  if (!Number.isSafeInteger(checks) || checks < 1) {
    throw new RangeError(`Cannot stop runs after ${checks} checks: use a positive integer`);
  }
  const asked = ({ history }: Run) => {
    const progress = history.at(-1)?.progress ?? NaN;
    return progress >= first - ROUNDING && progress <= last + ROUNDING;
  };
  return async (runs, others) => {
    let doubted = [...runs];
    for (let back = 0; back < checks; back++) {
      const then = (run: Run): Run => ({
        ...run,
        history: run.history.slice(0, run.history.length - back),
      });
      doubted = doubted.filter((run) => asked(then(run)));
      if (doubted.length === 0) break;
      const among = [...others, ...runs.filter((run) => !doubted.includes(run))];
      const said = await stopper(doubted.map(then), among);
      doubted = doubted.filter((_, i) => said[i]);
    }
    return runs.map((run) => doubted.includes(run));
  };
}
