/**
 * The control block of a pool: what the main thread, the workers and the kernels
 * (`lib/kernels/assembly/team.ts`, which names the same offsets) tell each other.
 *
 * There are two blocks, one for jobs of all threads and one for jobs of the main thread alone, whose
 * number of threads is 1 for good.
 *
 * @module
 */

/** Where the block of the main thread alone begins behind that of all threads. */
export const SOLO_OFFSET = 2048;
/** Bytes of both blocks. */
export const CONTROL_BYTES = 4096;

/** Fields of 32 bits, as indices into {@linkcode ControlBlock.words}. */
export const Field = {
  /** Counts jobs; a worker waits for its change. */
  generation: 0,
  /** Workers inside the job, plus {@linkcode CLOSED} when no more may enter. */
  door: 1,
  /** Not 0 when a thread has failed: those who wait for its work give up. */
  failed: 2,
  /** Index of the job among {@linkcode jobNames}, or {@linkcode STOP}. */
  job: 3,
  threads: 4,
  /** Bytes of the failed worker's message, and its number. */
  messageBytes: 5,
  messageThread: 6,
  /** Units of work given out, and those finished: each in a cache line of its own. */
  taken: 32,
  finished: 48,
} as const;

/** The door of a job that is over, or that only waits for those inside. */
export const CLOSED = 1 << 30;

/** The job that ends a worker. */
export const STOP = -1;

/** Most arguments of a job, besides the team and the thread. */
export const MOST_ARGUMENTS = 16;

const ARGUMENTS_OFFSET = 256;
const MESSAGE_OFFSET = 512;
const MESSAGE_BYTES = 1024;

/** Views of a control block. */
export interface ControlBlock {
  readonly words: Int32Array<ArrayBufferLike>;
  readonly args: Float64Array<ArrayBufferLike>;
  readonly message: Uint8Array<ArrayBufferLike>;
}

/** The block at an address of a memory. The views stay valid when the memory grows. */
export function controlBlock({ buffer }: WebAssembly.Memory, address: number): ControlBlock {
  return {
    words: new Int32Array(buffer, address, ARGUMENTS_OFFSET / 4),
    args: new Float64Array(buffer, address + ARGUMENTS_OFFSET, MOST_ARGUMENTS),
    message: new Uint8Array(buffer, address + MESSAGE_OFFSET, MESSAGE_BYTES),
  };
}

/** A kernel that a team of threads runs: each calls it with the control block and its own number. */
export type Job = (team: number, thread: number, ...args: readonly number[]) => void;

/** The functions of a binary, in the order of its export table: their index names a job to a worker. */
export function jobNames(module: WebAssembly.Module): readonly string[] {
  return WebAssembly.Module.exports(module).filter(({ kind }) => kind === "function")
    .map(({ name }) => name);
}

/** Calls a job with the arguments in the block; those it does not take are ignored. */
export function callJob(job: Job, team: number, thread: number, a: ControlBlock["args"]): void {
  // Spelt out, since spreading a typed array goes through its iterator and makes garbage.
  // deno-fmt-ignore
  job(team, thread, a[0]!, a[1]!, a[2]!, a[3]!, a[4]!, a[5]!, a[6]!, a[7]!,
    a[8]!, a[9]!, a[10]!, a[11]!, a[12]!, a[13]!, a[14]!, a[15]!);
}

/** Lets a worker into the job if its door is open. */
export function enter(words: ControlBlock["words"]): boolean {
  for (;;) {
    const inside = Atomics.load(words, Field.door);
    if (inside >= CLOSED) return false;
    if (Atomics.compareExchange(words, Field.door, inside, inside + 1) === inside) return true;
  }
}

/** Lets it out again. */
export function leave(words: ControlBlock["words"]): void {
  Atomics.sub(words, Field.door, 1);
  Atomics.notify(words, Field.door);
}

/** Shuts the door and waits until nobody is inside. */
export function closeDoor(words: ControlBlock["words"]): void {
  let inside = Atomics.or(words, Field.door, CLOSED) | CLOSED;
  while (inside !== CLOSED) inside = waitForChange(words, Field.door, inside);
}

/** Looks before sleeping, of some 15 to 70 ns each. */
const SPINS = 1000;

/** Waits until a word is no longer `value`, first awake, then asleep; returns what it has become. */
export function waitForChange(words: ControlBlock["words"], index: number, value: number): number {
  for (let spins = 0;; spins++) {
    const now = Atomics.load(words, index);
    if (now !== value) return now;
    if (spins < SPINS) Atomics.pause();
    else Atomics.wait(words, index, value);
  }
}
