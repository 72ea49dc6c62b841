/**
 * What a training leaves behind of every step: its loss, and fingerprints of its parameters.
 *
 * Two trainings that part have another loss or another fingerprint from then on, so their traces say at
 * which step they parted, and in which parameters first.
 *
 * @module
 */

import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import { fingerprint } from "../kernels/fingerprint/op.ts";
import { fingerprintsOf } from "../kernels/fingerprint/oracle.ts";
import { numbers, type Resumable, type SavedState, type State } from "./state.ts";
import type { NamedVariable } from "./types.ts";

/** Steps whose losses and fingerprints wait on the device at most. */
const STEPS_PER_READ = 256;
/** Fingerprints kept of each variable at most; every second one goes when there are more. */
const MOST_ROWS = 2 ** 16;

/** The trace of a training, as it is recorded. */
export interface TraceRecord {
  /** f32 `[steps]`: the loss of each step; NaN for a step that has none. */
  readonly losses: Float32Array;
  /** Names of the variables. */
  readonly groups: readonly string[];
  /** Steps from one row of fingerprints to the next; the first row is of step 0, before training. */
  readonly every: number;
  /** u32 `[rows, groups]`, row by row. */
  readonly fingerprints: Uint32Array;
}

/** Collects the trace of one training. What it holds is read from the device now and then, never per step. */
export class TrainingTrace implements Resumable {
  readonly #watched: readonly NamedVariable[];
  readonly #onLoss: (step: number, loss: number) => void;
  readonly #table: tf.Variable | null;
  #waiting: (tf.Scalar | null)[] = [];
  #waitingRows = 0;
  #losses: number[] = [];
  #rows: number[] = [];
  #every: number;

  /**
   * @param watched Variables whose fingerprints are kept, in a fixed order.
   * @param every Steps from one fingerprint to the next, a power of two, so that any two traces have some in
   * common.
   * @param onLoss Told of every loss as it is read, in order; what it throws ends the reading.
   * @throws {RangeError} When `every` is no power of two.
   */
  constructor(
    watched: readonly NamedVariable[],
    every: number,
    onLoss: (step: number, loss: number) => void = () => {},
  ) {
    if (!(every >= 1) || !Number.isInteger(Math.log2(every))) {
      throw new RangeError(
        `Cannot take fingerprints every ${every} steps: it must be a power of two`,
      );
    }
    this.#every = every;
    this.#watched = watched;
    this.#onLoss = onLoss;
    this.#table = watched.length === 0
      ? null
      : tf.tidy(() => tf.variable(tf.zeros([STEPS_PER_READ, 2 * watched.length]), false));
    this.#takeFingerprints(0);
  }

  /** Steps added. */
  get steps(): number {
    return this.#losses.length + this.#waiting.length;
  }

  /** Losses that have been read, by step. */
  get losses(): readonly number[] {
    return this.#losses;
  }

  /** It cannot take another step before it is read. */
  get full(): boolean {
    return this.#waiting.length >= STEPS_PER_READ || this.#waitingRows >= STEPS_PER_READ;
  }

  /** Adds a step that has been taken; the loss is the trace's from now on. */
  add(loss: tf.Scalar | null): void {
    this.#waiting.push(loss);
    this.#takeFingerprints(this.steps);
  }

  /**
   * Reads what waits on the device, and other tensors in the same transfer.
   *
   * @param more f32 tensors that stay the caller's.
   * @returns The values of `more`.
   */
  async read(more: readonly tf.Tensor[] = []): Promise<Float32Array[]> {
    const losses = this.#waiting.filter((loss) => loss !== null);
    const table = this.#waitingRows > 0 ? [this.#table!] : [];
    const read = await readBack([...more, ...table, ...losses]);
    const others = read.splice(0, more.length);
    if (table.length > 0) this.#addRows(read.shift()!);
    const waiting = this.#waiting;
    this.#waiting = [];
    tf.dispose(losses);
    for (const loss of waiting) {
      const value = loss === null ? NaN : read.shift()![0]!;
      this.#losses.push(value);
      if (loss !== null) this.#onLoss(this.#losses.length, value);
    }
    return others;
  }

  /** What has been read so far. */
  record(): TraceRecord {
    return {
      losses: Float32Array.from(this.#losses),
      groups: this.#watched.map(({ name }) => name),
      every: this.#every,
      fingerprints: Uint32Array.from(this.#rows),
    };
  }

  /** Everything read so far; whoever saves it reads it first. */
  state(): State {
    const { losses, every, fingerprints } = this.record();
    return {
      losses: { shape: [losses.length], data: losses },
      every: numbers([every]),
      fingerprints: { shape: [fingerprints.length], data: fingerprints },
    };
  }

  restore(saved: SavedState): void {
    tf.dispose(this.#waiting.filter((loss) => loss !== null));
    this.#waiting = [];
    this.#waitingRows = 0;
    this.#losses = [...saved.floats("losses")];
    this.#every = saved.number("every");
    this.#rows = [...saved.array("fingerprints", Uint32Array)];
  }

  /** Releases what waits. */
  dispose(): void {
    tf.dispose(this.#waiting.filter((loss) => loss !== null));
    this.#table?.dispose();
  }

  #takeFingerprints(step: number): void {
    if (this.#table === null || step % this.#every !== 0) return;
    const variables = this.#watched.map(({ variable }) => variable);
    fingerprint(variables, this.#table, this.#waitingRows++);
  }

  #addRows(table: Float32Array): void {
    const width = this.#watched.length;
    const read = fingerprintsOf(table.subarray(0, 2 * width * this.#waitingRows));
    this.#waitingRows = 0;
    for (const value of read) this.#rows.push(value);
    while (this.#rows.length > MOST_ROWS * width) {
      this.#rows = this.#rows.filter((_, i) => Math.floor(i / width) % 2 === 0);
      this.#every *= 2;
    }
  }
}
