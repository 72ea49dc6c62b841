/**
 * Launching on Slurm: what is complete answers at once, what is missing becomes a job array, followed until
 * it has ended. Tasks that another command submitted and that are still in the queue are followed too, and
 * not submitted again.
 *
 * @module
 */

import { join } from "@std/path";
import { closeDevice } from "../../device/device.ts";
import { InputError } from "../../numeric/errors.ts";
import { namesIn } from "../../run/files.ts";
import { lockRun } from "../../run/lock.ts";
import { answered, failure } from "../answers.ts";
import {
  counted,
  endingText,
  type Job,
  type Launch,
  type LaunchSession,
  type RunOutcome,
} from "../job.ts";
import { cancel, isQueued, queued } from "./commands.ts";
import { readManifest, submissionsFolder } from "./folder.ts";
import { type FollowedEnd, type FollowedRun, Following } from "./follow.ts";
import { orderAt } from "./manifest.ts";
import { stateOf } from "./states.ts";
import {
  jobName,
  type Submission,
  type SubmitOptions,
  submitRuns,
  submitSummary,
} from "./submit.ts";

/** Tasks of an array: Slurm's `MaxArraySize` is 1001 where nobody changed it. */
const MOST_TASKS = 1000;
/** Milliseconds from one look after a cancelled job to the next, and how many there are at most. */
const LOOK_PERIOD = 200;
const MOST_LOOKS = 50;

/** Launches on Slurm. */
export function slurm(options: SubmitOptions): Launch {
  return async function* (jobs, session) {
    const missing = new Map<string, Job[]>();
    for (const job of jobs) {
      const { runId, finished } = await answered(job, session);
      if (finished === null) missing.set(runId, [...missing.get(runId) ?? [], job]);
      else yield { job, runId, finished, error: null };
    }
    if (missing.size === 0) return;

    using _heeding = session.interruption.heeding();
    // Its threads have nothing to do here.
    await closeDevice();
    const { signal } = session.interruption;
    await using submitted = await Submitted.of(missing, options, session);
    const following = new Following(submitted.runs, session, {
      again: () => submitted.summarise(),
      stopping: () => submitted.leaveUnsummarised(),
    });
    const tell = () =>
      session.progress.note(
        "Cancelling the runs, each after a checkpoint; a second signal does not wait for that.",
      );
    signal.addEventListener("abort", tell);
    using _told = { [Symbol.dispose]: () => signal.removeEventListener("abort", tell) };
    let ended = jobs.length - [...missing.values()].flat().length;
    session.progress.total(ended, jobs.length);
    try {
      for await (const end of following.ends(signal)) {
        for (const outcome of outcomesOf(end, missing.get(end.run.runId)!, session)) {
          session.progress.total(++ended, jobs.length);
          yield outcome;
        }
      }
    } finally {
      if (following.open > 0) {
        await following.stop();
        for await (const _ of following.ends(signal));
      }
      if (following.astray) submitted.leave();
    }
    signal.throwIfAborted();
  };
}

/** The outcomes of all jobs that a run answers. */
function* outcomesOf(
  { run, finished, error }: FollowedEnd,
  jobs: readonly Job[],
  { progress }: LaunchSession,
): Generator<RunOutcome, void> {
  const { runId } = run;
  for (const [i, job] of jobs.entries()) {
    if (finished === null) yield failure({ job, runId }, error);
    else {
      const own = i === 0 ? finished : { ...finished, reused: true };
      using told = progress.job(job.name);
      told.note(endingText(own));
      yield { job, runId, finished: own, error: null };
    }
  }
}

/** The tasks that make the missing runs. Disposed when they have ended, it leaves nothing of its own. */
class Submitted implements AsyncDisposable {
  readonly #options: SubmitOptions;
  readonly #session: LaunchSession;
  readonly #own: Submission[] = [];
  #summary: string | null = null;
  readonly runs: FollowedRun[] = [];

  private constructor(options: SubmitOptions, session: LaunchSession) {
    this.#options = options;
    this.#session = session;
  }

  /** Finds tasks that are queued already, and submits the other runs. */
  static async of(
    missing: ReadonlyMap<string, readonly Job[]>,
    options: SubmitOptions,
    session: LaunchSession,
  ): Promise<Submitted> {
    const submitted = new Submitted(options, session);
    const submissions = submissionsFolder(options.reports);
    const { signal } = session.interruption;
    // Two commands that ask for the same runs at once would both submit them.
    using _lock = await lockRun(
      join(submissions, "lock"),
      `process ${Deno.pid}`,
      (other) => session.progress.note(`Another command submits runs, ${other}; waiting for it.`),
    );
    signal.throwIfAborted();
    const { runs } = submitted;
    runs.push(...await alreadyQueued(missing, submissions));
    if (runs.length > 0) {
      const ids = new Set(runs.map(({ submission: { job } }) => job));
      session.progress.note(
        `Slurm has ${runs.length} of these runs already, as job ${[...ids].join(" and ")}.`,
      );
    }
    const found = new Set(runs.map(({ runId }) => runId));
    const others = [...missing].filter(([runId]) => !found.has(runId))
      .map(([runId, [job]]) => ({ runId, job: job! }));
    try {
      for (let at = 0; at < others.length; at += MOST_TASKS) {
        const part = others.slice(at, at + MOST_TASKS);
        const submission = await submitRuns(part, options);
        submitted.#own.push(submission);
        runs.push(...part.map((run, index) => ({ ...run, submission, index })));
        session.progress.note(
          `Slurm has ${counted(part.length, "run")} as job ${submission.job}.`,
        );
      }
    } catch (error) {
      // Of several arrays, a later one was refused.
      const ids = submitted.#own.map(({ job }) => job);
      if (ids.length > 0) await cancel(ids).catch(ignoreSilence);
      // A terminal's Ctrl-C ends sbatch too.
      signal.throwIfAborted();
      throw error;
    }
    if (submitted.#own.length > 0) await submitted.summarise();
    return submitted;
  }

  /** Has a job write the summary after the runs, should this command be gone by then. */
  async summarise(): Promise<void> {
    if (this.#own.length === 0) return;
    await this.leaveUnsummarised();
    const { backend, numerics } = this.runs[0]!.job.request.device;
    const device = { backend, numerics: numerics === "wasm-strict" ? "strict" : "auto" };
    try {
      this.#summary = await submitSummary(this.#own, device, this.#options);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#session.progress.note(`${error.message} Without it, this command has to stay.`);
    }
  }

  /** Cancels that job, which may have begun and writes into the folder then. */
  async leaveUnsummarised(): Promise<void> {
    const job = this.#summary;
    if (job === null) return;
    this.#summary = null;
    await cancel([job]).catch(ignoreSilence);
    for (let looks = 0; looks < MOST_LOOKS && await isQueued(job); looks++) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_PERIOD));
    }
  }

  /** Leaves everything as it is, for runs that go on without this command. */
  leave(): void {
    this.#own.length = 0;
    this.#summary = null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.leaveUnsummarised();
    for (const { folder } of this.#own) {
      await remove(folder);
    }
  }
}

/**
 * The tasks in Slurm's queue that make missing runs. What is left of submissions that Slurm has forgotten
 * is removed.
 */
async function alreadyQueued(
  missing: ReadonlyMap<string, readonly Job[]>,
  submissions: string,
): Promise<FollowedRun[]> {
  const folders = namesIn(submissions, ({ isDirectory }) => isDirectory)
    .map((name) => join(submissions, name));
  if (folders.length === 0) return [];
  const tasks = Map.groupBy(await queued(), ({ name }) => name);
  const found = new Map<string, FollowedRun>();
  for (const folder of folders) {
    const own = tasks.get(jobName(folder));
    const manifest = readManifest(folder);
    if (own === undefined || manifest === null) {
      await remove(folder);
      continue;
    }
    for (const { job, index, state } of own) {
      const { runId, rerun } = orderAt(manifest, index);
      const [asked] = missing.get(runId) ?? [];
      if (asked === undefined || stateOf(state) === "ended") continue;
      if (asked.request.rerun !== rerun) continue;
      found.set(runId, { job: asked, runId, submission: { folder, job }, index });
    }
  }
  return [...found.values()];
}

/** Removes a folder as far as that can be done now; a later command tries again. */
async function remove(folder: string): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch((error) => {
    if (!(error instanceof Error)) throw error;
  });
}

function ignoreSilence(error: unknown): void {
  if (!(error instanceof InputError)) throw error;
}
