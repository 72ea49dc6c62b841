/**
 * Following the tasks of job arrays to their ends: by the word that each leaves in its submission's folder,
 * and by what Slurm says of those that leave none.
 *
 * @module
 */

import { join } from "@std/path";
import { InputError } from "../../numeric/errors.ts";
import { hasCheckpoint } from "../../run/checkpoint/checkpoints.ts";
import { seconds } from "../../run/clock.ts";
import { answerTo, type FinishedRun } from "../../run/execute.ts";
import { namesIn } from "../../run/files.ts";
import { addToLog, logPath } from "../../run/log.ts";
import { finishedRun, type MissingRun } from "../answers.ts";
import { counted, type LaunchSession, named, ProcessEnded } from "../job.ts";
import { type Ending, errorOf } from "../message.ts";
import { cancel, exitCode, queued, requeue } from "./commands.ts";
import { endedIn, readEnd } from "./folder.ts";
import { endWords, goesOn, stateOf } from "./states.ts";
import { jobName, type Submission } from "./submit.ts";

/** A run and the task that makes it. */
export interface FollowedRun extends MissingRun {
  readonly submission: Submission;
  /** Of the array's task. */
  readonly index: number;
}

/** How a followed run ended. */
export type FollowedEnd =
  & { readonly run: FollowedRun }
  & ({ readonly finished: FinishedRun; readonly error: null } | {
    readonly finished: null;
    readonly error: Error;
  });

/** Seconds from one look at the folders to the next. */
const LOOK_PERIOD = 0.25;
/** Seconds from one question to Slurm to the next: soon after a change, rarely where there is none. */
const QUESTION_PERIOD = { first: 1, growth: 1.5, most: 15 };
/** Seconds after which a shared file system shows here what was written elsewhere. */
const PATIENCE = 60;

/** What may happen to followed tasks. */
export interface Happenings {
  /** Tasks that had left the queue are in it again. */
  again(): Promise<void>;
  /** They are about to be cancelled. */
  stopping(): Promise<void>;
}

/** Tasks that are followed until each has ended. */
export class Following {
  readonly #open: Set<FollowedRun>;
  readonly #session: Pick<LaunchSession, "progress">;
  readonly #happens: Happenings;
  /** Checkpoints that there were when a task was queued, by its run. */
  readonly #checkpoints = new Map<FollowedRun, string>();
  /** When a task was first seen to have ended without a word. */
  readonly #silentSince = new Map<FollowedRun, number>();
  #stopping = false;
  #astray = false;
  #nextQuestion = 0;
  #period = QUESTION_PERIOD.first;
  #seen = "";
  #waitsFor = "";
  #silence = "";

  /** Follows runs whose tasks are queued. */
  constructor(
    runs: Iterable<FollowedRun>,
    session: Pick<LaunchSession, "progress">,
    happens: Happenings,
  ) {
    this.#open = new Set(runs);
    this.#session = session;
    this.#happens = happens;
    for (const run of this.#open) this.#checkpoints.set(run, checkpointsOf(run));
  }

  /** Runs that have not ended. */
  get open(): number {
    return this.#open.size;
  }

  /** Slurm did not take note that runs were to be cancelled: they may go on. */
  get astray(): boolean {
    return this.#astray;
  }

  /** Yields the ends as they come; after {@linkcode stop}, only those that runs come to by themselves. */
  async *ends(signal: AbortSignal): AsyncGenerator<FollowedEnd, void> {
    while (this.#open.size > 0) {
      yield* this.#said();
      if (this.#open.size > 0 && seconds() >= this.#nextQuestion) yield* this.#asked();
      if (this.#open.size > 0) await pause(LOOK_PERIOD, this.#stopping ? null : signal);
      if (signal.aborted) await this.stop();
    }
  }

  /** Cancels what has not ended; {@linkcode ends} goes on until it has. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#nextQuestion = 0;
    const ids = Array.from(this.#open, taskId);
    if (ids.length === 0) return;
    await this.#happens.stopping();
    await cancel(ids).catch((error) => {
      if (!(error instanceof InputError)) throw error;
      this.#session.progress.note(
        `${error.message} The runs may go on; the same command follows them.`,
      );
      this.#astray = true;
      this.#open.clear();
    });
  }

  /** The runs that said themselves how they ended. */
  async *#said(): AsyncGenerator<FollowedEnd, void> {
    const said = new Map<string, Set<number>>();
    for (const run of this.#open) {
      const { folder } = run.submission;
      if (!said.has(folder)) said.set(folder, new Set(endedIn(folder)));
      if (!said.get(folder)!.has(run.index)) continue;
      const end = await this.#word(run);
      if (end !== null) yield end;
    }
  }

  /** How a run ended, as it says itself; one that was interrupted may go on. */
  async #word(run: FollowedRun): Promise<FollowedEnd | null> {
    const end = readEnd(run.submission.folder, run.index);
    if (end === null || end.kind === "interrupted") return null;
    if (end.kind !== "finished") return this.#ended({ run, finished: null, error: reasonOf(end) });
    try {
      const finished = await finishedRun(run, end.runId, end.reused);
      return this.#ended({ run, finished, error: null });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      if (end.runId === run.runId && !this.#outOfPatience(run)) return null;
      return this.#ended({ run, finished: null, error });
    }
  }

  /** What Slurm says of the others. */
  async *#asked(): AsyncGenerator<FollowedEnd, void> {
    const tasks = await this.#queue();
    if (tasks === null) return;
    const states = new Map(
      tasks.map(({ job, index, state, reason }) => [`${job}_${index}`, { state, reason }]),
    );
    let again = false;
    for (const run of [...this.#open]) {
      const slurm = states.get(taskId(run))?.state ?? null;
      if (stateOf(slurm) !== "ended") continue;
      // It may have left word between the two looks.
      const end = await this.#word(run) ?? await this.#withoutWord(run, slurm);
      if (end === "queued again") again = true;
      else if (end !== null) yield end;
    }
    if (again) await this.#happens.again();
    this.#show(
      Array.from(this.#open, (run) => states.get(taskId(run))).filter((task) => task !== undefined),
    );
  }

  async #queue(): Promise<Awaited<ReturnType<typeof queued>> | null> {
    const names = new Set(Array.from(this.#open, ({ submission }) => jobName(submission.folder)));
    try {
      const tasks = await queued([...names]);
      const seen = JSON.stringify(tasks);
      const changed = seen !== this.#seen || this.#stopping;
      this.#seen = seen;
      this.#silence = "";
      this.#period = changed
        ? QUESTION_PERIOD.first
        : Math.min(QUESTION_PERIOD.growth * this.#period, QUESTION_PERIOD.most);
      return tasks;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      if (this.#silence === "" && !this.#stopping) {
        this.#session.progress.note(`${error.message} The runs go on; asking again.`);
      }
      this.#silence = error.message;
      return null;
    } finally {
      this.#nextQuestion = seconds() + this.#period;
    }
  }

  /** What becomes of a run whose task ended without a word; `null` for nothing yet. */
  async #withoutWord(
    run: FollowedRun,
    slurm: string | null,
  ): Promise<FollowedEnd | "queued again" | null> {
    const { request } = run.job;
    if (!request.rerun) {
      const progress = this.#session.progress.job(run.job.name);
      const { finished } = await answerTo({ ...request, progress });
      progress[Symbol.dispose]();
      if (finished !== null) {
        return this.#ended({ run, finished: { ...finished, reused: false }, error: null });
      }
    }
    if (this.#stopping) {
      this.#open.delete(run);
      return null;
    }
    if (goesOn(slurm)) {
      const refused = await this.#queueAgain(run, slurm!);
      return refused === null
        ? "queued again"
        : this.#ended({ run, finished: null, error: new ProcessEnded(refused, "") });
    }
    if (slurm === "COMPLETED" && !this.#outOfPatience(run)) return null;
    const error = await this.#silentEnd(run, slurm);
    return this.#ended({ run, finished: null, error });
  }

  /** Has a run go on whose task ended for no fault of its own; says why not, if not. */
  async #queueAgain(run: FollowedRun, slurm: string): Promise<string | null> {
    const checkpoints = checkpointsOf(run);
    const why = endWords(slurm);
    if (slurm === "TIMEOUT" && checkpoints === this.#checkpoints.get(run)) {
      return `${why} before a checkpoint could be written; --time allows more, and the same command ` +
        `begins again`;
    }
    this.#checkpoints.set(run, checkpoints);
    try {
      await requeue(taskId(run));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return `${why}. ${error.message} The same command goes on from its last checkpoint`;
    }
    const { name, request: { seed } } = run.job;
    const from = checkpoints === "" ? "" : " and goes on from its last checkpoint";
    this.#session.progress.note(
      named(name, `seed ${seed} · run ${run.runId}: ${why}; it is queued again${from}.`),
    );
    return null;
  }

  /** Why a run is not complete whose task ended without a word. */
  async #silentEnd(run: FollowedRun, slurm: string | null): Promise<ProcessEnded> {
    const { request: { directory } } = run.job;
    const log = logPath(directory, run.runId);
    const slurms = lastLine(join(run.submission.folder, `${run.index}.txt`));
    const own = lastLine(log);
    if (slurms !== "") addToLog(log, slurms);
    const code = slurm === "FAILED" ? await exitCode(taskId(run)).catch(() => null) : null;
    const how = code === null
      ? ""
      : code.signal > 0
      ? ` by signal ${code.signal}`
      : ` with exit status ${code.status}`;
    const words = endWords(slurm) + how;
    return slurm === "FAILED" || slurm === "OUT_OF_MEMORY"
      ? new ProcessEnded(words, own || slurms)
      : new ProcessEnded(
        hasCheckpoint(`${join(directory, run.runId)}.partial`)
          ? `${words}; the same command goes on from its last checkpoint`
          : `${words}; the same command begins it again`,
        "",
      );
  }

  #ended(end: FollowedEnd): FollowedEnd {
    this.#open.delete(end.run);
    return end;
  }

  #outOfPatience(run: FollowedRun): boolean {
    const since = this.#silentSince.get(run);
    if (since === undefined) this.#silentSince.set(run, seconds());
    return since !== undefined && seconds() - since > PATIENCE;
  }

  /** Says that all wait, and for what, when that is news. */
  #show(tasks: readonly { readonly state: string; readonly reason: string }[]): void {
    const reasons = tasks.map(({ reason }) => reason).filter((reason) => reason !== "None");
    const allWait = tasks.length > 0 && tasks.every(({ state }) => stateOf(state) === "waiting");
    const waitsFor = allWait ? [...new Set(reasons)].sort().join(", ") : "";
    if (waitsFor !== "" && waitsFor !== this.#waitsFor && !this.#stopping) {
      this.#session.progress.note(
        `Slurm has ${counted(tasks.length, "run")} waiting: ${waitsFor}.`,
      );
    }
    this.#waitsFor = waitsFor;
  }
}

/** A task as Slurm names it. */
export function taskId({ submission: { job }, index }: FollowedRun): string {
  return `${job}_${index}`;
}

function reasonOf(end: Exclude<Ending, { kind: "finished" | "interrupted" }>): Error {
  return end.kind === "failed" ? errorOf(end) : new ProcessEnded(end.why, "");
}

function checkpointsOf({ job: { request: { directory } }, runId }: FollowedRun): string {
  const partial = `${join(directory, runId)}.partial`;
  return namesIn(partial, ({ name }) => /^checkpoint-.*\.safetensors$/.test(name)).join();
}

/** The last line of a file, without the time before it; empty where there is none. */
function lastLine(path: string): string {
  try {
    const lines = Deno.readTextFileSync(path).split("\n").filter((line) => line.trim() !== "");
    const telling = lines.findLast((line) => /^#? ?(Fatal|error:)|out of memory/i.test(line));
    return (telling ?? lines.at(-1) ?? "").replace(/^\S+T\S+Z |^# /, "");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/** Waits, at most until `signal` is given. */
function pause(length: number, signal: AbortSignal | null): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, 1000 * length);
    signal?.addEventListener("abort", done);
  });
}
