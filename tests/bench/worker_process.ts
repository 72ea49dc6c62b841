/**
 * A worker as the bench sees it: a process that may answer, decline, crash or hang, and takes nothing else
 * down with it.
 *
 * @module
 */

import { readLines } from "./lines.ts";
import {
  CannotRun,
  type LeftOut,
  type Measured,
  type Ready,
  type Request,
  type Run,
  type Task,
} from "./protocol.ts";
import type { CommandLine } from "./systems.ts";

/** Minutes that a worker may take to compile and warm up, or longer than asked to measure. */
const PATIENCE_MINUTES = 5;

/** A running worker. */
export class WorkerProcess implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #answers: AsyncGenerator<string, void>;
  readonly #complaint: Promise<string>;

  /** @throws {CannotRun} When the program is not there. */
  constructor({ program, args }: CommandLine) {
    try {
      this.#process = new Deno.Command(program, {
        args: [...args],
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
    } catch (cause) {
      throw new CannotRun(`${program} could not be started (${(cause as Error).message})`);
    }
    this.#requests = this.#process.stdin.getWriter();
    this.#answers = readLines(this.#process.stdout);
    this.#complaint = new Response(this.#process.stderr).text();
  }

  /**
   * Builds the task's network and warms it up.
   *
   * @throws {CannotRun} When the worker declines, crashes or hangs.
   */
  async start(task: Task): Promise<Ready> {
    const answer = await this.#ask<Ready | LeftOut>(task, 0);
    if ("leftOut" in answer) throw new CannotRun(answer.leftOut);
    return answer;
  }

  /**
   * Measures for so many seconds in each of the worker's settings.
   *
   * @throws {CannotRun} When the worker crashes or hangs.
   */
  async measure(seconds: number): Promise<readonly Run[]> {
    const request: Request = { seconds };
    return (await this.#ask<Measured>(request, seconds)).runs;
  }

  /** Ends the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#requests.abort().catch(() => {});
    await this.#answers.return();
    await this.#complaint;
    await this.#process.status;
  }

  async #ask<Answer>(message: Task | Request, seconds: number): Promise<Answer> {
    const patience = 60_000 * PATIENCE_MINUTES + 1000 * seconds;
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), patience);
    const begin = performance.now();
    try {
      await this.#requests.write(new TextEncoder().encode(`${JSON.stringify(message)}\n`))
        .catch(() => {}); // A worker that has ended says why below.
      for await (const line of untilDone(this.#answers)) {
        // Anything else is a library's chatter.
        if (line.startsWith("{")) return JSON.parse(line) as Answer;
      }
    } finally {
      clearTimeout(timer);
    }
    throw new CannotRun(
      performance.now() - begin >= patience
        ? `it had not answered after ${PATIENCE_MINUTES} minutes`
        : `it crashed: ${gist(await this.#complaint)}`,
    );
  }
}

/** Iterates without closing the generator when the loop is left. */
function untilDone(lines: AsyncGenerator<string, void>): AsyncIterable<string> {
  return { [Symbol.asyncIterator]: () => ({ next: () => lines.next() }) };
}

/** The telling line of a stack trace: Deno's comes first, Python's last. */
export function gist(complaint: string): string {
  const lines = complaint.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  return lines.findLast((line) => line.startsWith("error:")) ?? lines.at(-1) ?? "it said nothing";
}
