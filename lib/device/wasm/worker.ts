/**
 * A worker of the pool: sleeps until there is a job, and takes part in it if it is not over by then. It
 * never returns to its event loop before the job that ends it.
 *
 * @module
 */

import { parentPort, workerData } from "node:worker_threads";
import { instantiateKernels } from "./load.ts";
import {
  callJob,
  controlBlock,
  enter,
  Field,
  type Job,
  jobNames,
  leave,
  STOP,
  waitForChange,
} from "./control.ts";

/** What the pool hands to a worker. */
export interface WorkerData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of the control block. */
  readonly control: number;
  /** Its number, from 1: the main thread is 0. */
  readonly thread: number;
}

const { module, memory, control, thread } = workerData as WorkerData;
const exports = instantiateKernels<Record<string, Job>>(module, memory);
const jobs = jobNames(module).map((name) => exports[name]!);
const { words, args, message } = controlBlock(memory, control);

parentPort!.postMessage("ready");

let generation = 0;
for (;;) {
  generation = waitForChange(words, Field.generation, generation);
  if (Atomics.load(words, Field.job) === STOP) break;
  if (!enter(words)) continue;
  try {
    callJob(jobs[words[Field.job]!]!, control, thread, args);
  } catch (error) {
    // The first to fail says why; those who wait for its work fail in its wake.
    if (Atomics.compareExchange(words, Field.failed, 0, 1) === 0) {
      const text = new TextEncoder().encode(String(error)).subarray(0, message.length);
      message.set(text);
      words[Field.messageThread] = thread;
      words[Field.messageBytes] = text.length;
    }
  }
  leave(words);
}
