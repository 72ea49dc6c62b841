/**
 * Scalars of many steps that are read together.
 *
 * @module
 */

import { readBack } from "../device/read_back.ts";
import { tf } from "../device/tf.ts";
import type { Resumable, SavedState, State } from "./state.ts";

/** A scalar on the device, or its value. */
export type HeldScalar = tf.Scalar | number;

/** Reads a scalar at once where that is no transfer: it costs a tenth of keeping the tensor, which is disposed. */
export function held(scalar: tf.Scalar): HeldScalar {
  if (tf.getBackend() === "webgpu") return scalar;
  const value = scalar.dataSync<"float32">()[0]!;
  scalar.dispose();
  return value;
}

/**
 * Scalars in the order in which they were added, until they are read.
 *
 * @example
 * ```ts
 * import { openDevice, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const scalars = new HeldScalars();
 * scalars.add(tf.scalar(2));
 * scalars.add(NaN);
 * const [[row], own] = await scalars.read([tf.tensor1d([5, 6])]);
 * assertEquals([[...own], [...row!]], [[2, NaN], [5, 6]]);
 * ```
 */
export class HeldScalars implements Resumable {
  #waiting: HeldScalar[] = [];
  #joined: tf.Tensor | null = null;

  /** @param scalar A tensor is theirs from now on. */
  add(scalar: HeldScalar): void {
    this.#waiting.push(typeof scalar === "number" ? scalar : held(scalar));
  }

  /**
   * Reads them and forgets them, and other tensors in the same transfer.
   *
   * @param more f32 tensors that stay the caller's.
   * @returns The values of `more`, and the scalars.
   */
  async read(more: readonly tf.Tensor[] = []): Promise<[Float32Array[], Float32Array]> {
    const waiting = this.#waiting;
    this.#waiting = [];
    const tensors = waiting.filter((scalar) => scalar instanceof tf.Tensor);
    const read = await readBack([...more, ...tensors]);
    tf.dispose(tensors);
    let at = more.length;
    const values = Float32Array.from(
      waiting,
      (scalar) => typeof scalar === "number" ? scalar : read[at++]![0]!,
    );
    return [read.slice(0, more.length), values];
  }

  state(): State {
    this.#joined?.dispose();
    this.#joined = null;
    if (this.#waiting.every((scalar) => typeof scalar === "number")) {
      const data = Float32Array.from(this.#waiting);
      return { waiting: { shape: [data.length], data } };
    }
    const all = this.#waiting;
    this.#joined = tf.tidy(() =>
      tf.stack(all.map((scalar) => typeof scalar === "number" ? tf.scalar(scalar) : scalar))
    );
    return { waiting: this.#joined };
  }

  restore(saved: SavedState): void {
    this.dispose();
    this.#waiting = [...saved.floats("waiting")];
  }

  /** Releases what waits. */
  dispose(): void {
    tf.dispose(this.#waiting);
    this.#joined?.dispose();
    this.#joined = null;
    this.#waiting = [];
  }
}
