/**
 * The answers of complete runs, and why others have none.
 *
 * @module
 */

import { join } from "@std/path";
import { InputError } from "../numeric/errors.ts";
import { readResult } from "../run/checksums.ts";
import { type Answer, answerTo, type FinishedRun } from "../run/execute.ts";
import { Interrupted } from "../run/interruption.ts";
import { logPath } from "../run/log.ts";
import { endingText, type Job, type LaunchSession, ProcessEnded, type RunOutcome } from "./job.ts";

/** A job whose run is not complete yet. */
export interface MissingRun {
  readonly job: Job;
  readonly runId: string;
}

/** A job's run, told where it is complete. */
export async function answered(
  { name, request }: Job,
  { progress: { job: show } }: Pick<LaunchSession, "progress">,
): Promise<Answer> {
  using progress = show(name);
  const answer = await answerTo({ ...request, progress });
  if (answer.finished !== null) progress.note(endingText(answer.finished));
  return answer;
}

/**
 * The run that another process finished for a job.
 *
 * @param found The id it came to there.
 * @throws {InputError} When it is not the one that was asked for.
 */
export async function finishedRun(
  { job: { request }, runId }: MissingRun,
  found: string,
  reused: boolean,
): Promise<FinishedRun> {
  const directory = join(request.directory, runId);
  const result = found === runId ? await readResult(directory) : null;
  if (result !== null) return { directory, result, reused };
  throw new InputError(
    `Cannot take run ${found} for run ${runId}: an input file changed after the command was given, or ` +
      `its folder was moved. Give the command again.`,
  );
}

/** The outcome of a run that failed in another process. */
export function failure(run: MissingRun, error: Error): RunOutcome & { finished: null } {
  const log = logPath(run.job.request.directory, run.runId);
  return {
    ...run,
    finished: null,
    error: error instanceof Interrupted
      ? new ProcessEnded(
        `its process was stopped by ${error.stopSignal}; the same command goes on from its last checkpoint`,
        "",
      )
      : error,
    log: isFile(log) ? log : null,
  };
}

function isFile(path: string): boolean {
  try {
    return Deno.lstatSync(path).isFile;
  } catch {
    return false;
  }
}
