/**
 * The launch that makes nothing: what is complete answers, and of the rest is told why it is not.
 *
 * @module
 */

import { InputError } from "../numeric/errors.ts";
import { Interrupted } from "../run/interruption.ts";
import { answered, failure, type MissingRun } from "./answers.ts";
import { counted, type Launch, ProcessEnded } from "./job.ts";
import { type Ending, errorOf } from "./message.ts";
import { endsAmong } from "./slurm/folder.ts";

/**
 * Answers with what is complete.
 *
 * @param reports Folder that runs are written to.
 * @throws {InputError} When nothing is known of any run, these or those asked for before.
 */
export function none(reports: string): Launch {
  // Later jobs may depend on earlier ones: that these are not there yet is no mistake.
  let known = false;
  return async function* (jobs, session) {
    const missing: MissingRun[] = [];
    for (const job of jobs) {
      const again = { ...job, request: { ...job.request, rerun: false } };
      const { runId, finished } = await answered(again, session);
      if (finished === null) missing.push({ job, runId });
      else yield { job, runId, finished, error: null };
    }
    const ends = endsAmong(reports);
    known ||= missing.length < jobs.length || missing.some(({ runId }) => ends.has(runId));
    if (!known) {
      throw new InputError(
        `Cannot judge with --launch none: of ${
          counted(jobs.length, "run")
        } not one is complete, as ` +
          `configuration and code are now. Leave --launch none out to make them.`,
      );
    }
    for (const run of missing) yield failure(run, reasonOf(ends.get(run.runId)));
  };
}

function reasonOf(end: Ending | undefined): Error {
  if (end?.kind === "failed") return errorOf(end);
  if (end?.kind === "interrupted") return new Interrupted(end.signal);
  return new ProcessEnded(
    end?.kind === "giving up"
      ? end.why
      : "it is not complete; without --launch none, the same command makes it",
    "",
  );
}
