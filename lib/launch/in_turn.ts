/**
 * Runs one after another, in this process.
 *
 * @module
 */

import { DeviceUnfit } from "../numeric/errors.ts";
import { executeRun, type FinishedRun, type RunRequest } from "../run/execute.ts";
import { Interrupted } from "../run/interruption.ts";

/** How a run ended: complete, or with what it failed. */
export type RunOutcome =
  & { readonly request: RunRequest }
  & ({ readonly finished: FinishedRun; readonly error: null } | {
    readonly finished: null;
    readonly error: Error;
  });

/**
 * Executes `requests` in their order, yielding each outcome as it comes; complete runs are told to their
 * progress. A run that fails leaves the others.
 *
 * @throws {Interrupted} When a signal asked for it; a checkpoint was written.
 * @throws {DeviceUnfit} When the device computes no more, for any of them.
 */
export async function* inTurn(requests: Iterable<RunRequest>): AsyncGenerator<RunOutcome> {
  for (const request of requests) {
    let finished: FinishedRun;
    try {
      finished = await executeRun(request);
    } catch (error) {
      if (error instanceof Interrupted || error instanceof DeviceUnfit) throw error;
      yield { request, finished: null, error: error as Error };
      continue;
    }
    request.progress.note(ending(finished));
    yield { request, finished, error: null };
  }
}

function ending({ reused, result: { seed, runId, seconds } }: FinishedRun): string {
  return reused
    ? `seed ${seed} · run ${runId} is complete already`
    : `seed ${seed} · run ${runId} took ${seconds.total.toFixed(1)} s, ${
      seconds.train.toFixed(1)
    } s of it training`;
}
