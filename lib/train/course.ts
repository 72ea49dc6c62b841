/**
 * The order in which a training meets its data: samples shuffled, or streams of sequences side by side.
 *
 * @module
 */

import { tf } from "../device/tf.ts";
import { gatherWindows } from "../kernels/gather_windows/op.ts";
import type { Key } from "../random/key.ts";
import { permutation } from "../random/shuffle.ts";
import type { Course, Samples } from "./types.ts";

/**
 * Samples in minibatches, in a new order each epoch: that of epoch `e` (from 1) is the permutation of
 * `key.at(e)`. The last, smaller batch of an epoch is used.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, rootKey, tensorSamples, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const samples = tensorSamples(tf.tensor2d([[1], [2], [3]]), tf.tensor2d([[1], [2], [3]]));
 * const course = shuffledCourse(samples, { key: rootKey(1), batchSize: 2 });
 * assertEquals(course.stepsPerEpoch, 2);
 * const [first, second] = await readBack([course.batch(1, 0).x, course.batch(1, 1).x]);
 * assertEquals([...first!, ...second!].sort(), [1, 2, 3]);
 * ```
 */
export function shuffledCourse(
  samples: Samples,
  { key, batchSize }: { readonly key: Key; readonly batchSize: number },
): Course {
  const orderOf = remembered((epoch: number) => permutation(key.at(epoch), samples.count));
  return {
    stepsPerEpoch: Math.ceil(samples.count / batchSize),
    batch: (epoch, s) => samples.batch(orderOf(epoch).subarray(s * batchSize, (s + 1) * batchSize)),
  };
}

/** Sequences of equal length, and how they are read. */
export interface SequenceOptions {
  /** f32 `[sequences, time, features]`. */
  readonly inputs: Float32Array;
  /** f32 `[sequences, time, targets]`. */
  readonly targets: Float32Array;
  readonly sequences: number;
  /** Steps of a sequence. */
  readonly time: number;
  /** Sequences side by side in a batch; divides their number. */
  readonly streams: number;
  /** Steps of a batch, at most: gradients flow no further back than its beginning. */
  readonly window: number;
  /** Source of the order of the sequences, anew each epoch: the permutation of `key.at(epoch)`. */
  readonly key: Key;
}

/** A {@linkcode Course} that holds its data on the device. */
export interface ResidentCourse extends Course {
  /** Releases the data. */
  dispose(): void;
}

/**
 * Sequences read window by window, `streams` of them side by side, each a sequence of its own: truncated
 * back-propagation through time, with batches `x` `[streams, window, features]` and `y` `[streams, window,
 * targets]`. The first window of a sequence is `fresh`, so that no state goes from one sequence into another;
 * the last may be shorter. An epoch meets every sequence once.
 *
 * @throws {RangeError} When the arrays do not have that form, or `streams` does not divide `sequences`.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const values = Float32Array.from({ length: 6 }, (_, i) => i);
 * const sizes = { sequences: 2, time: 3, streams: 2, window: 2, key: rootKey(1) };
 * const course = sequenceCourse({ inputs: values, targets: values, ...sizes });
 * const batches = [course.batch(1, 0), course.batch(1, 1)];
 * assertEquals(batches.map(({ x, fresh }) => [x.shape, fresh]), [[[2, 2, 1], true], [[2, 1, 1], false]]);
 * const [last] = await readBack([batches[1]!.x]);
 * assertEquals([...last!].sort(), [2, 5]); // the third step of both
 * ```
 */
export function sequenceCourse(options: SequenceOptions): ResidentCourse {
  const { inputs, targets, sequences, time, streams, window, key } = options;
  for (const [name, value] of Object.entries({ sequences, time, streams, window })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(
        `Cannot read sequences: ${name} is ${value}, but must be a positive integer`,
      );
    }
  }
  const rows = sequences * time;
  const widths = [inputs, targets].map((values) => values.length / rows);
  if (sequences % streams !== 0 || !widths.every((width) => Number.isInteger(width) && width > 0)) {
    throw new RangeError(
      `Cannot read ${sequences} sequences of ${time} steps in ${streams} streams: their number must be a ` +
        `multiple of the streams, and ${inputs.length} inputs and ${targets.length} targets as many at each step`,
    );
  }
  const x = tf.tensor2d(inputs, [rows, widths[0]!]);
  const y = tf.tensor2d(targets, [rows, widths[1]!]);
  const windows = Math.ceil(time / window);
  const orderOf = remembered((epoch: number) => permutation(key.at(epoch), sequences));
  return {
    stepsPerEpoch: sequences / streams * windows,
    dispose: () => tf.dispose([x, y]),
    batch(epoch, s) {
      const group = Math.floor(s / windows), first = s % windows * window;
      const length = Math.min(window, time - first);
      const starts = orderOf(epoch).slice(group * streams, (group + 1) * streams)
        .map((sequence) => sequence * time + first);
      return {
        x: gatherWindows(x, starts, { length }),
        y: gatherWindows(y, starts, { length }),
        fresh: first === 0,
      };
    },
  };
}

/** Remembers the last answer: the batches of an epoch are asked for one after another. */
function remembered<T>(answer: (epoch: number) => T): (epoch: number) => T {
  let last: { readonly epoch: number; readonly value: T } | null = null;
  return (epoch) => (last?.epoch === epoch ? last : last = { epoch, value: answer(epoch) }).value;
}
