/**
 * A pool of processes: so many runs at once, each process taking the next run when it has made one.
 *
 * @module
 */

import { DeviceUnfit } from "../../numeric/errors.ts";
import { Interrupted } from "../../run/interruption.ts";
import { failure, finishedRun, type MissingRun } from "../answers.ts";
import { endingText, type LaunchSession, type RunOutcome } from "../job.ts";
import { orderOf } from "../order.ts";
import type { WorkerLimits } from "./command.ts";
import { WorkerProcess } from "./worker_process.ts";

/** How a pool works. */
export interface PoolSettings extends WorkerLimits {
  /** Runs at once. */
  readonly width: number;
  /** Where relative paths of input files start. */
  readonly folder: string;
}

/** Processes that make runs. Disposing it ends them, after checkpoints. */
export class Pool implements AsyncDisposable {
  readonly #settings: PoolSettings;
  readonly #session: LaunchSession;
  readonly #processes = new Set<WorkerProcess>();
  #spare: WorkerProcess | null = null;
  #lanes: Promise<void>[] = [];
  #stopped = false;
  readonly #listeners = new DisposableStack();

  /** A pool without a process yet. */
  constructor(settings: PoolSettings, session: LaunchSession) {
    this.#settings = settings;
    this.#session = session;
    // Ended at once by a second signal, this process leaves nobody behind.
    this.#listen(globalThis, "unload", () => this.#processes.forEach((process) => process.kill()));
    const { signal } = session.interruption;
    this.#listen(signal, "abort", () => {
      session.progress.note(
        "Stopping after a checkpoint of every run; a second signal ends them at once.",
      );
      this.#stop(signal.reason);
    });
  }

  /**
   * Starts a process ahead of the runs, which shows whether there can be any.
   *
   * @throws {InputError} When there can be none.
   */
  async begin(): Promise<void> {
    this.#spare = await this.#start();
  }

  /**
   * Makes runs, in their order as far as several at once have one; outcomes come as the runs end.
   *
   * @throws {Interrupted} When the session was.
   * @throws {DeviceUnfit} When the device computes no more.
   */
  async *make(runs: readonly MissingRun[]): AsyncGenerator<RunOutcome, void> {
    const next = queueOf(runs);
    yield* new ReadableStream<RunOutcome>({
      start: (controller) => {
        const width = Math.min(this.#settings.width, runs.length);
        const done = (outcome: RunOutcome) => controller.enqueue(outcome);
        this.#lanes = Array.from({ length: width }, () => this.#lane(next, done));
        Promise.all(this.#lanes).then(() => controller.close())
          .catch((error) => controller.error(error));
      },
    });
    this.#session.interruption.signal.throwIfAborted();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop(new Interrupted("SIGTERM"));
    await Promise.allSettled(this.#lanes);
    await Promise.all(Array.from(this.#processes, (process) => this.#end(process)));
    this.#listeners.dispose();
  }

  #listen(target: EventTarget, type: string, listener: () => void): void {
    target.addEventListener(type, listener);
    this.#listeners.defer(() => target.removeEventListener(type, listener));
  }

  async #start(): Promise<WorkerProcess> {
    const process = new WorkerProcess(this.#settings);
    this.#processes.add(process);
    await process.ready();
    return process;
  }

  async #end(process: WorkerProcess): Promise<void> {
    await process[Symbol.asyncDispose]();
    this.#processes.delete(process);
  }

  #stop({ stopSignal }: Interrupted): void {
    this.#stopped = true;
    for (const process of this.#processes) process.stop(stopSignal);
  }

  /** One run after another, in one process as long as that is well. */
  async #lane(next: NextRun, done: (outcome: RunOutcome) => void): Promise<void> {
    let process = this.#spare;
    this.#spare = null;
    for (let taken; !this.#stopped && (taken = next()) !== null;) {
      try {
        process ??= await this.#start();
        done(await this.#makeIn(process, taken.run));
      } catch (error) {
        if (process !== null) await this.#end(process);
        process = null;
        if (this.#stopped) return;
        if (error instanceof DeviceUnfit) throw error;
        done(failure(taken.run, error as Error));
      } finally {
        taken.release();
      }
    }
    if (process !== null) await this.#end(process);
  }

  /** Makes a run; throws what it failed with. */
  async #makeIn(process: WorkerProcess, run: MissingRun): Promise<RunOutcome> {
    const { job, runId } = run;
    using progress = this.#session.progress.job(job.name);
    const order = await orderOf(job, runId, this.#settings.folder);
    const { runId: found, reused } = await process.run(order, progress);
    const finished = await finishedRun(run, found, reused);
    progress.note(endingText(finished));
    return { job, runId, finished, error: null };
  }
}

/** Gives the next run and says how to give it back; `null` when there is none for now. */
type NextRun = () => { readonly run: MissingRun; release(): void } | null;

/** The runs in their order; one that is asked for twice is given once at a time, and answered the second time. */
function queueOf(runs: readonly MissingRun[]): NextRun {
  const waiting = [...runs];
  const busy = new Set<string>();
  return () => {
    const at = waiting.findIndex(({ runId }) => !busy.has(runId));
    if (at < 0) return null;
    const [run] = waiting.splice(at, 1);
    busy.add(run!.runId);
    return { run: run!, release: () => void busy.delete(run!.runId) };
  };
}
