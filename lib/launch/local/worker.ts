/**
 * The program of a process with runs: it makes the runs it is told to, one after another, and says how
 * they go. It ends when its input does: after a checkpoint where a run is in progress, for then whoever
 * started it is gone.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { openDevice } from "../../device/device.ts";
import { threadsWanted } from "../../device/wasm/threads.ts";
import type { Experiment } from "../../experiment/types.ts";
import { seconds } from "../../run/clock.ts";
import { executeRun } from "../../run/execute.ts";
import {
  Interrupted,
  Interruption,
  signalStatus,
  type StopSignal,
} from "../../run/interruption.ts";
import { logPath, RunLog } from "../../run/log.ts";
import type { Progress } from "../../run/progress.ts";
import { experimentOf, type Order, requestOf } from "../order.ts";
import { type Instruction, linesOf, type Message, messageLine } from "./protocol.ts";

/** Seconds from one line of progress in the log to the next. */
const LOG_PERIOD = 5;
/** Milliseconds from one look at the memory to the next. */
const MEMORY_PERIOD = 500;

const root = fromFileUrl(new URL("../../../", import.meta.url)).replace(/\/$/, "");

/** What a process does from its start to its end. */
class Worker {
  readonly #interruption = new Interruption();
  readonly #loaded = new Map<string, Experiment>();
  #order: Order | null = null;

  /** @param memory Megabytes that the process may take; `null` for as many as there are. */
  async work(memory: number | null): Promise<never> {
    // A terminal sends Ctrl-C to whoever started this process too, which passes it on in order.
    Deno.addSignalListener("SIGINT", () => {});
    Deno.addSignalListener("SIGTERM", () => this.#stop("SIGTERM"));
    if (memory !== null) setInterval(() => this.#watchMemory(memory), MEMORY_PERIOD);
    this.#tell({ kind: "ready", program: Deno.execPath() });
    for await (const line of linesOf(Deno.stdin.readable)) {
      const instruction: Instruction = JSON.parse(line);
      if (instruction.kind === "run") this.#run(instruction.order);
      else this.#stop(instruction.signal);
    }
    if (this.#order === null) Deno.exit(0);
    this.#stop("SIGTERM");
    return await new Promise(() => {});
  }

  async #run(order: Order): Promise<void> {
    this.#order = order;
    const log = new RunLog(logPath(order.directory, order.runId));
    try {
      const experiment = this.#loaded.get(order.file) ?? await experimentOf(order, root);
      this.#loaded.set(order.file, experiment);
      const device = await openDevice(order.device);
      log.say(
        `process ${Deno.pid}, ${order.command}, seed ${order.seed}, on ${device.name}, threads: ${threadsWanted()}`,
      );
      const { result, reused } = await executeRun({
        ...requestOf(order, experiment, device),
        progress: this.#progress(log),
        interruption: this.#interruption,
      });
      if (reused) log.discard();
      this.#order = null;
      this.#tell({ kind: "finished", runId: result.runId, reused });
    } catch (error) {
      const { name, message, stack = "" } = error as Error;
      log.say(error instanceof Interrupted ? message : stack);
      if (error instanceof Interrupted) this.#leave(error.stopSignal);
      this.#tell({ kind: "failed", name, message, stack });
      Deno.exit(1);
    }
  }

  /** A run that stops in a loop writes a checkpoint first; outside there is nothing to write. */
  #stop(signal: StopSignal): void {
    if (this.#interruption.inLoop) this.#interruption.stop(signal);
    else this.#leave(signal);
  }

  #leave(signal: StopSignal): never {
    this.#tell({ kind: "interrupted", signal });
    Deno.exit(signalStatus[signal]);
  }

  /** What it holds outside of V8's heap, V8 does not limit: arrays, the memory of WASM. */
  #watchMemory(most: number): void {
    const taken = Math.ceil(Deno.memoryUsage().rss / 2 ** 20);
    if (taken <= most || this.#order === null) return;
    const why = `its process takes ${taken} MB of memory, and --memory ${most} allows no more`;
    new RunLog(logPath(this.#order.directory, this.#order.runId)).say(why);
    this.#tell({ kind: "giving up", why });
    Deno.exit(1);
  }

  #progress(log: RunLog): Progress {
    let loggedAt = seconds();
    return {
      note: (text) => {
        log.say(text);
        this.#tell({ kind: "note", text });
      },
      finding: (label, finding) => {
        const { severity, rule, evidence, advice } = finding;
        log.say(`${label} · ${severity}: ${rule}. ${evidence} ${advice}`);
        this.#tell({ kind: "finding", label, finding });
      },
      advance: (label, done, total, detail) => {
        this.#tell({ kind: "advance", label, done, total, detail });
        if (seconds() - loggedAt < LOG_PERIOD) return;
        loggedAt = seconds();
        log.say(`${label} · ${Math.floor(100 * done / total)} % · ${detail}`);
      },
    };
  }

  #tell(message: Message): void {
    const bytes = new TextEncoder().encode(messageLine(message));
    try {
      for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
    } catch (error) {
      // Nobody listens any more, which the end of the input says too.
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    }
  }
}

if (import.meta.main) {
  const [memory] = Deno.args;
  await new Worker().work(memory === undefined ? null : Number(memory));
}
