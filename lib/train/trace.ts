/**
 * What a training leaves behind of every step: its loss, the norm of its gradient, and fingerprints of its
 * parameters.
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
import { held, type HeldScalar } from "./held_scalars.ts";
import { numbers, type Resumable, type SavedState, type State } from "./state.ts";
import type { NamedVariable } from "./types.ts";

/** Steps whose losses and fingerprints wait on the device at most. */
const STEPS_PER_READ = 256;
/** Fingerprints kept of each variable at most; every second one goes when there are more. */
const MOST_ROWS = 2 ** 16;

/** What a step leaves on the device. A type, not an interface, so that `tf.dispose` takes it. */
export type TracedStep = {
  readonly loss: tf.Scalar;
  /** Norm of the gradient of all variables together before clipping; left out where there is none. */
  readonly gradientNorm?: tf.Scalar;
};

/** What has been added and not told: on the device, or as values. */
type Waiting = { readonly [name in keyof TracedStep]?: HeldScalar };

/** The trace of a training, as it is recorded. */
export interface TraceRecord {
  /** f32 `[steps]`: the loss of each step; NaN for a step that has none. */
  readonly losses: Float32Array;
  /** f32 `[steps]`: the norm of each step's gradient before clipping; NaN for a step that has none. */
  readonly gradientNorms: Float32Array;
  /** Names of the variables. */
  readonly groups: readonly string[];
  /** Steps from one row of fingerprints to the next; the first row is of step 0, before training. */
  readonly every: number;
  /** u32 `[rows, groups]`, row by row. */
  readonly fingerprints: Uint32Array;
}

/**
 * Collects the trace of one training. What it holds is read from the device now and then, never per step.
 *
 * @example
 * ```ts
 * import { openDevice, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const weight = { name: "w", variable: tf.variable(tf.scalar(1)) };
 * const trace = new TrainingTrace([weight], 1);
 * trace.add({ loss: tf.scalar(0.5), gradientNorm: tf.scalar(2) });
 * await trace.read();
 * const { losses, gradientNorms, fingerprints } = trace.record();
 * assertEquals([...losses, ...gradientNorms], [0.5, 2]);
 * assertEquals(fingerprints[0], fingerprints[1]); // the weight has not moved
 * ```
 */
export class TrainingTrace implements Resumable {
  readonly #watched: readonly NamedVariable[];
  readonly #variables: readonly tf.Variable[];
  readonly #onLoss: (step: number, loss: number, gradientNorm: number) => void;
  readonly #table: tf.Variable | null;
  #waiting: Waiting[] = [];
  #waitingRows = 0;
  #losses: number[] = [];
  #gradientNorms: number[] = [];
  #rows: number[] = [];
  #every: number;

  /**
   * @param watched Variables whose fingerprints are kept, in a fixed order.
   * @param every Steps from one fingerprint to the next, a power of two, so that any two traces have some in
   * common.
   * @param onLoss Told of every loss and norm as they are read, in order; what it throws ends the reading.
   * @throws {RangeError} When `every` is no power of two.
   */
  constructor(
    watched: readonly NamedVariable[],
    every: number,
    onLoss: (step: number, loss: number, gradientNorm: number) => void = () => {},
  ) {
    if (!(every >= 1) || !Number.isInteger(Math.log2(every))) {
      throw new RangeError(
        `Cannot take fingerprints every ${every} steps: it must be a power of two`,
      );
    }
    this.#every = every;
    this.#watched = watched;
    this.#variables = watched.map(({ variable }) => variable);
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

  /** Adds a step that has been taken, `null` where it has no loss; its tensors are the trace's from now on. */
  add(step: TracedStep | null): void {
    this.#waiting.push(step === null ? {} : fetched(step));
    this.#takeFingerprints(this.steps);
  }

  /**
   * Reads what waits on the device, and other tensors in the same transfer.
   *
   * @param more f32 tensors that stay the caller's.
   * @returns The values of `more`.
   */
  async read(more: readonly tf.Tensor[] = []): Promise<Float32Array[]> {
    const scalars = this.#waiting.flatMap(({ loss, gradientNorm }) => [loss, gradientNorm])
      .filter((scalar) => scalar instanceof tf.Tensor);
    const table = this.#waitingRows > 0 ? [this.#table!] : [];
    const read = await readBack([...more, ...table, ...scalars]);
    const others = read.splice(0, more.length);
    if (table.length > 0) this.#addRows(read.shift()!);
    const waiting = this.#waiting;
    this.#waiting = [];
    tf.dispose(scalars);
    let at = 0;
    const valueOf = (scalar: HeldScalar = NaN) =>
      typeof scalar === "number" ? scalar : read[at++]![0]!;
    for (const step of waiting) {
      const loss = valueOf(step.loss), norm = valueOf(step.gradientNorm);
      this.#losses.push(loss);
      this.#gradientNorms.push(norm);
      if (step.loss !== undefined) this.#onLoss(this.#losses.length, loss, norm);
    }
    return others;
  }

  /** What has been read so far. */
  record(): TraceRecord {
    return {
      losses: Float32Array.from(this.#losses),
      gradientNorms: Float32Array.from(this.#gradientNorms),
      groups: this.#watched.map(({ name }) => name),
      every: this.#every,
      fingerprints: Uint32Array.from(this.#rows),
    };
  }

  /** Everything read so far; whoever saves it reads it first. */
  state(): State {
    const { losses, gradientNorms, every, fingerprints } = this.record();
    return {
      losses: { shape: [losses.length], data: losses },
      gradientNorms: { shape: [gradientNorms.length], data: gradientNorms },
      every: numbers([every]),
      fingerprints: { shape: [fingerprints.length], data: fingerprints },
    };
  }

  restore(saved: SavedState): void {
    tf.dispose(this.#waiting);
    this.#waiting = [];
    this.#waitingRows = 0;
    this.#losses = [...saved.floats("losses")];
    this.#gradientNorms = [...saved.floats("gradientNorms")];
    this.#every = saved.number("every");
    this.#rows = [...saved.array("fingerprints", Uint32Array)];
  }

  /** Releases what waits. */
  dispose(): void {
    tf.dispose(this.#waiting);
    this.#table?.dispose();
  }

  #takeFingerprints(step: number): void {
    if (this.#table === null || step % this.#every !== 0) return;
    fingerprint(this.#variables, this.#table, this.#waitingRows++);
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

/** A step's scalars, read at once where that is no transfer. */
function fetched({ loss, gradientNorm }: TracedStep): Waiting {
  return {
    loss: held(loss),
    ...(gradientNorm === undefined ? {} : { gradientNorm: held(gradientNorm) }),
  };
}
