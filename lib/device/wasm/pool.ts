/**
 * A pool of threads that run a kernel together on one shared memory.
 *
 * The main thread takes part as thread 0 and blocks until the job is done, so to its caller a job is a
 * plain function call. It does not wait for workers to come: a kernel gives out units of work to whoever
 * asks, and a worker that comes late finds less to do, or the door closed. Between jobs the workers look
 * out for the next one for some 50 µs, then sleep.
 *
 * How a kernel divides its work must not show in the bits of its result: it may give out rows and
 * columns, never terms of a sum.
 *
 * @module
 */

import { Worker } from "node:worker_threads";
import { type Heap, ownHeap } from "./heap.ts";
import { instantiateKernels, kernelModule, type Rounding } from "./load.ts";
import {
  callJob,
  CLOSED,
  closeDoor,
  CONTROL_BYTES,
  type ControlBlock,
  controlBlock,
  Field,
  type Job,
  jobNames,
  MOST_ARGUMENTS,
  SOLO_OFFSET,
  STOP,
} from "./control.ts";
import { threadsWanted } from "./threads.ts";
import type { WorkerData } from "./worker.ts";

/** Settings of {@linkcode KernelPool.open}. */
export interface PoolOptions {
  /** Which binary: `fused` only where the CPU fuses, see `relaxedMaddIsFused()`. */
  readonly rounding: Rounding;
  /** Threads, the main one included. Default {@linkcode threadsWanted}. */
  readonly threads?: number;
  /** Where the arrays lie. Default: a memory of its own. */
  readonly heap?: Heap;
}

/**
 * Threads, their shared memory and the kernels on it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * await using pool = await KernelPool.open({ rounding: "strict", threads: 2 });
 * const x = pool.reserve(4), y = pool.reserve(4);
 * new Float32Array(pool.memory.buffer, x, 1)[0] = 0;
 * pool.kernels.exp!(x, y, 1);
 * assertEquals(new Float32Array(pool.memory.buffer, y, 1)[0], 1);
 * ```
 */
export class KernelPool implements AsyncDisposable {
  /** Threads, the main one included. */
  readonly threads: number;
  readonly rounding: Rounding;
  /** The memory of all threads. Its `buffer` is another object once it has grown; old views keep working. */
  readonly memory: WebAssembly.Memory;
  readonly #heap: Heap;
  readonly #address: number;
  /** The kernels on the main thread alone. */
  readonly kernels: Readonly<Record<string, (...args: readonly number[]) => number>>;
  readonly #control: ControlBlock;
  readonly #solo: ControlBlock["words"];
  readonly #names: readonly string[];
  readonly #workers: readonly Worker[];
  #closed = false;

  private constructor(
    rounding: Rounding,
    heap: Heap,
    control: number,
    module: WebAssembly.Module,
    workers: readonly Worker[],
  ) {
    const { memory } = heap;
    this.rounding = rounding;
    this.memory = memory;
    this.#heap = heap;
    this.#address = control;
    this.threads = workers.length + 1;
    this.kernels = instantiateKernels(module, memory);
    this.#names = jobNames(module);
    this.#workers = workers;
    this.#control = controlBlock(memory, control);
    this.#control.words[Field.threads] = this.threads;
    this.#solo = controlBlock(memory, control + SOLO_OFFSET).words;
    this.#solo[Field.threads] = 1;
  }

  /**
   * Starts the workers. They do not keep the process alive; a test closes the pool.
   *
   * @throws {RangeError} When `threads` is not a positive integer.
   */
  static async open(options: PoolOptions): Promise<KernelPool> {
    const { rounding, threads = threadsWanted() } = options;
    if (!Number.isInteger(threads) || threads < 1) {
      throw new RangeError(
        `Cannot open a pool of ${threads} threads: threads must be a positive integer`,
      );
    }
    const { heap = ownHeap() } = options;
    const { memory } = heap;
    const module = kernelModule(rounding);
    const control = heap.reserve(CONTROL_BYTES);
    new Uint8Array(memory.buffer, control, CONTROL_BYTES).fill(0);
    controlBlock(memory, control).words[Field.door] = CLOSED;
    const workers = await Promise.all(
      Array.from(
        { length: threads - 1 },
        (_, i) => startWorker({ module, memory, control, thread: i + 1 }),
      ),
    );
    return new KernelPool(rounding, heap, control, module, workers);
  }

  /** Sets `bytes` of memory aside, growing it if need be; returns their address, 64-byte aligned. */
  reserve(bytes: number): number {
    return this.#heap.reserve(bytes);
  }

  /** Gives back what {@linkcode reserve} set aside. */
  release(address: number): void {
    this.#heap.release(address);
  }

  /**
   * Runs a kernel on all threads that come in time, and returns when it is done.
   *
   * @param name Its name among {@linkcode kernels}; it takes the team, the thread and then `args`.
   * @throws {Error} When a thread failed; the pool remains usable.
   */
  run(name: string, ...args: readonly number[]): void {
    if (this.threads === 1) return this.runAlone(name, ...args);
    const job = this.#job(name, args);
    const { words, args: shared } = this.#control;
    for (let i = 0; i < args.length; i++) shared[i] = args[i]!;
    words[Field.failed] = 0;
    words[Field.taken] = 0;
    words[Field.finished] = 0;
    words[Field.job] = this.#names.indexOf(name);
    Atomics.store(words, Field.door, 0);
    Atomics.add(words, Field.generation, 1);
    Atomics.notify(words, Field.generation);

    let own: unknown;
    try {
      callJob(job, this.#address, 0, shared);
    } catch (error) {
      if (Atomics.compareExchange(words, Field.failed, 0, 1) === 0) own = error;
    }
    closeDoor(words);
    if (words[Field.failed] !== 0) throw this.#failure(name, own);
  }

  /** Runs a kernel on the main thread alone, for work too small to share. Otherwise as {@linkcode run}. */
  runAlone(name: string, ...args: readonly number[]): void {
    const job = this.#job(name, args);
    this.#solo[Field.taken] = 0;
    this.#solo[Field.finished] = 0;
    job(this.#address + SOLO_OFFSET, 0, ...args);
  }

  /** Ends the workers and waits until they are gone. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const { words } = this.#control;
    const gone = this.#workers.map((worker) => {
      worker.ref();
      return new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    });
    words[Field.job] = STOP;
    Atomics.add(words, Field.generation, 1);
    Atomics.notify(words, Field.generation);
    await Promise.all(gone);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #job(name: string, args: readonly number[]): Job {
    const job = this.kernels[name] as Job | undefined;
    if (job === undefined || args.length > MOST_ARGUMENTS || this.#closed) {
      const found = this.#closed
        ? "the pool is closed"
        : job === undefined
        ? `there is no such kernel. Kernels: ${this.#names.join(", ")}`
        : `it got ${args.length} arguments, but ${MOST_ARGUMENTS} are the most`;
      throw new RangeError(`Cannot run the kernel "${name}": ${found}`);
    }
    return job;
  }

  #failure(name: string, own: unknown): Error {
    const { words, message } = this.#control;
    const thread = own === undefined ? words[Field.messageThread]! : 0;
    const text = own === undefined
      ? new TextDecoder().decode(message.slice(0, words[Field.messageBytes]))
      : String(own);
    return new Error(
      `internal: the kernel "${name}" failed in thread ${thread} of ${this.threads}: ${text}`,
      { cause: own },
    );
  }
}

function startWorker(data: WorkerData): Promise<Worker> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: data });
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", () => {
      worker.off("error", reject);
      worker.unref();
      resolve(worker);
    });
  });
}
