/**
 * A process with runs, from within: it makes the runs that were ordered and says how they go, to whoever
 * listens and into the log of each.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { openDevice } from "../device/device.ts";
import { threadsWanted } from "../device/wasm/threads.ts";
import type { Experiment } from "../experiment/types.ts";
import { InputError } from "../numeric/errors.ts";
import { seconds } from "../run/clock.ts";
import { executeRun } from "../run/execute.ts";
import { identify, runId } from "../run/identity.ts";
import { Interrupted, Interruption, signalStatus, type StopSignal } from "../run/interruption.ts";
import { logPath, RunLog } from "../run/log.ts";
import type { Progress } from "../run/progress.ts";
import type { Job } from "./job.ts";
import type { Ending, Telling } from "./message.ts";
import { experimentOf, type Order, requestOf } from "./order.ts";

/** Seconds from one line of progress in the log to the next. */
const LOG_PERIOD = 5;
/** Milliseconds from one look at the memory to the next. */
const MEMORY_PERIOD = 500;

const root = fromFileUrl(new URL("../../", import.meta.url)).replace(/\/$/, "");

/** Makes runs in this process, which ends with the first that does not become complete. */
export class Worker {
  readonly #tell: (message: Telling | Ending) => void;
  readonly #interruption = new Interruption();
  readonly #loaded = new Map<string, Experiment>();
  #order: Order | null = null;

  /**
   * @param tell Hears how runs go, and ends as the last thing that the process does.
   * @param memory Megabytes that the process may take; `null` for as many as there are.
   */
  constructor(tell: (message: Telling | Ending) => void, memory: number | null) {
    this.#tell = tell;
    if (memory !== null) setInterval(() => this.#watchMemory(memory), MEMORY_PERIOD);
  }

  /** A run is in progress. */
  get busy(): boolean {
    return this.#order !== null;
  }

  /** Makes the run of an order. */
  async run(order: Order): Promise<void> {
    this.#order = order;
    const log = new RunLog(logPath(order.directory, order.runId));
    try {
      const experiment = this.#loaded.get(order.file) ?? await experimentOf(order, root);
      this.#loaded.set(order.file, experiment);
      const device = await openDevice(order.device);
      log.say(
        `process ${Deno.pid}, ${order.command}, seed ${order.seed}, on ${device.name}, threads: ${threadsWanted()}`,
      );
      const request = requestOf(order, experiment, device);
      await refuseOther(order, request);
      const { result, reused } = await executeRun({
        ...request,
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

  /** Ends the process. A run that stops in a loop writes a checkpoint first; outside there is nothing to write. */
  stop(signal: StopSignal): void {
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
}

/** Refuses an order that would become another run here than where it was given. */
async function refuseOther({ runId: ordered }: Order, request: Job["request"]): Promise<void> {
  const own = runId(await identify(request));
  if (own === ordered) return;
  const { name, numerics } = request.device;
  throw new InputError(
    `Cannot make run ${ordered}: here it is run ${own}. Either an input file changed after the command ` +
      `was given, which is then given again, or this machine computes otherwise than the one where it was ` +
      `given, with numerics ${numerics} on ${name}: --numerics strict asks for what any CPU can.`,
  );
}
