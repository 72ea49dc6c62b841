/**
 * A process with runs as the one that started it sees it: it is handed runs one after another, and takes
 * nothing down when it crashes.
 *
 * @module
 */

import { Interrupted, type StopSignal } from "../../run/interruption.ts";
import { addToLog, logPath } from "../../run/log.ts";
import { type JobProgress, named, ProcessEnded } from "../job.ts";
import { errorOf } from "../message.ts";
import type { Order } from "../order.ts";
import { cannotStart, spawnWorker, type WorkerLimits } from "./command.ts";
import { type Instruction, linesOf, type Message, readLine } from "./protocol.ts";

/** Lines of what a process printed that are kept for its last words. */
const KEPT_LINES = 40;

/** A run that a process finished. */
export interface Finished {
  readonly runId: string;
  /** It was complete before. */
  readonly reused: boolean;
}

/** A running process. */
export class WorkerProcess implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #instructions: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #messages: AsyncGenerator<Message, void>;
  readonly #errors: Promise<void>;
  readonly #printed: string[] = [];
  readonly #memory: number | null;
  #run: { readonly order: Order; readonly progress: JobProgress } | null = null;
  /** V8 or Deno is writing down why it gives up. */
  #dying = false;
  #lastWords = "";

  /** @throws {InputError} When it cannot be started. */
  constructor(limits: WorkerLimits) {
    this.#memory = limits.memory;
    this.#process = spawnWorker(limits);
    this.#instructions = this.#process.stdin.getWriter();
    this.#messages = this.#read();
    this.#errors = this.#readErrors();
  }

  /**
   * Waits until it is ready for runs.
   *
   * @throws {InputError} When it does not come to that, or another Deno than this one does.
   */
  async ready(): Promise<void> {
    for (;;) {
      const { value } = await this.#messages.next();
      if (value === undefined) {
        const { message, lastWords } = await this.#ended();
        throw cannotStart(`${message}. It last said: ${lastWords}`);
      }
      if (value.kind !== "ready") continue;
      if (value.program === Deno.execPath()) return;
      throw cannotStart(
        `the command deno on PATH is ${value.program}, another than this one, ${Deno.execPath()}`,
      );
    }
  }

  /** Makes a run; throws what it failed with, and then the process is of no more use. */
  async run(order: Order, progress: JobProgress): Promise<Finished> {
    this.#run = { order, progress };
    this.#lastWords = "";
    try {
      await this.#instruct({ kind: "run", order });
      for (;;) {
        const { value } = await this.#messages.next();
        if (value === undefined) throw await this.#ended();
        if (value.kind === "finished") return value;
        if (value.kind === "failed") throw errorOf(value);
        if (value.kind === "giving up") throw new ProcessEnded(value.why, this.#lastWords);
        if (value.kind === "interrupted") throw new Interrupted(value.signal);
        this.#show(value, progress);
      }
    } finally {
      this.#run = null;
    }
  }

  /** Has it end, after a checkpoint where it is in a run. */
  stop(signal: StopSignal): void {
    this.#instruct({ kind: "stop", signal });
  }

  /** Ends it at once. */
  kill(): void {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
  }

  /** Waits for its end, which comes with the end of its input where it has no run. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#instructions.close().catch(() => {});
    for await (const _ of this.#messages);
    await this.#errors;
    await this.#process.status;
  }

  async #instruct(instruction: Instruction): Promise<void> {
    const bytes = new TextEncoder().encode(`${JSON.stringify(instruction)}\n`);
    // A process that has ended says why by its status.
    await this.#instructions.write(bytes).catch(() => {});
  }

  async *#read(): AsyncGenerator<Message, void> {
    for await (const line of linesOf(this.#process.stdout)) {
      const { printed, message } = readLine(line);
      if (printed !== "") this.#print(printed);
      if (message !== null) yield message;
    }
  }

  async #readErrors(): Promise<void> {
    for await (const line of linesOf(this.#process.stderr)) {
      this.#dying ||= /^(<--- Last few GCs|# Fatal|Fatal |thread '.*panicked at)/.test(line);
      if (line.trim() !== "") this.#print(line);
    }
  }

  /** What is no message is shown and kept; the pages of a crash are only kept. */
  #print(line: string): void {
    this.#printed.push(line);
    if (this.#printed.length > KEPT_LINES) this.#printed.shift();
    if (this.#run === null) return;
    const { order, progress } = this.#run;
    addToLog(logPath(order.directory, order.runId), line);
    if (!this.#dying) progress.note(`seed ${order.seed} · ${line}`);
  }

  #show(message: Message, progress: JobProgress): void {
    if (message.kind === "note") {
      this.#lastWords = message.text;
      progress.note(message.text);
    } else if (message.kind === "finding") progress.finding(message.label, message.finding);
    else if (message.kind === "advance") {
      const { label, done, total, detail } = message;
      this.#lastWords = named(label, detail);
      progress.advance(label, done, total, detail);
    }
  }

  /** Why the process ended that should not have. */
  async #ended(): Promise<ProcessEnded> {
    await this.#errors;
    const { code, signal } = await this.#process.status;
    const words =
      this.#printed.findLast((line) => /^#? ?(Fatal|error:)|out of memory/i.test(line)) ??
        this.#printed.at(-1) ?? this.#lastWords;
    if (words.includes("JavaScript out of memory")) {
      const limit = this.#memory === null ? "" : `, which --memory ${this.#memory} sets`;
      return new ProcessEnded(
        `its process ran out of memory: V8's heap reached its limit${limit}`,
        this.#lastWords,
      );
    }
    const how = signal === null
      ? `its process ended with exit status ${code}`
      : `its process was ended by ${signal}${
        signal === "SIGKILL" ? ", as systems do when memory runs out" : ""
      }`;
    return new ProcessEnded(how, words.replace(/^# /, ""));
  }
}
