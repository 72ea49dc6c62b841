/**
 * Runs one after another, in this process.
 *
 * @module
 */

import { DeviceUnfit } from "../numeric/errors.ts";
import { executeRun, type FinishedRun } from "../run/execute.ts";
import { identify, runId } from "../run/identity.ts";
import { Interrupted } from "../run/interruption.ts";
import { endingText, type Job, type LaunchSession, type RunOutcome } from "./job.ts";

/** The launch that needs nothing but this process: jobs in their order. */
export async function* inTurn(
  jobs: Iterable<Job>,
  { progress: { job: show }, interruption }: LaunchSession,
): AsyncGenerator<RunOutcome, void> {
  for (const job of jobs) {
    using progress = show(job.name);
    const { request } = job;
    let finished: FinishedRun;
    try {
      finished = await executeRun({ ...request, progress, interruption });
    } catch (error) {
      if (error instanceof Interrupted || error instanceof DeviceUnfit) throw error;
      const id = runId(await identify(request));
      yield { job, runId: id, finished: null, error: error as Error, log: null };
      continue;
    }
    progress.note(endingText(finished));
    yield { job, runId: finished.result.runId, finished, error: null };
  }
}
