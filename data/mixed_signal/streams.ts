/**
 * How a model meets the sequences: a stream is one sequence heard with one question, the frequency to
 * extract, which a one-hot vector repeats at every sample.
 *
 * @module
 */

import type { Key } from "assay";
import { mixedSignal } from "./generate.ts";
import type { MixedSignal } from "./modes.ts";

/** One sequence with one question. */
export interface Stream {
  /** Number of the sequence. */
  readonly sequence: number;
  /** Index of the frequency asked for. */
  readonly frequency: number;
}

/**
 * A stream for every sequence: sequence `i` is asked for frequency `(i + turn) mod F`. Neighbouring
 * streams are separate sequences and ask for all frequencies in equal parts, whatever number of them
 * makes a batch; over `F` turns every sequence is asked for every frequency. For training.
 *
 * @param turn A whole number from 0, such as the number of the pass over the data. Default 0.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { mixedSignal } from "./generate.ts";
 *
 * const signal = mixedSignal(rootKey(1), { mode: "sequence", count: 5 });
 * assertEquals(oneStreamEach(signal).map(({ frequency }) => frequency), [0, 1, 2, 3, 0]);
 * assertEquals(oneStreamEach(signal, 1)[4], { sequence: 4, frequency: 1 });
 * ```
 */
export function oneStreamEach({ count, frequencies }: MixedSignal, turn = 0): Stream[] {
  return Array.from(
    { length: count },
    (_, sequence) => ({ sequence, frequency: (sequence + turn) % frequencies.length }),
  );
}

/**
 * Every sequence with every question, in the order of `components`: stream `i F + j` asks sequence `i`
 * for frequency `j`. For validation and test, where all are scored.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { mixedSignal } from "./generate.ts";
 *
 * const signal = mixedSignal(rootKey(1), { mode: "sequence", count: 2 });
 * assertEquals(allStreams(signal)[5], { sequence: 1, frequency: 1 });
 * ```
 */
export function allStreams({ count, frequencies }: MixedSignal): Stream[] {
  return Array.from({ length: count * frequencies.length }, (_, stream) => ({
    sequence: Math.floor(stream / frequencies.length),
    frequency: stream % frequencies.length,
  }));
}

/** What a model reads and should answer. */
export interface StreamArrays {
  /** f32 `[streams, time, 1 + F]`: the mixture, then the one-hot vector of the frequency. */
  readonly inputs: Float32Array<ArrayBuffer>;
  /** f32 `[streams, time, 1]`. */
  readonly targets: Float32Array<ArrayBuffer>;
}

/**
 * Inputs and targets of some streams, in their order.
 *
 * @throws {RangeError} When a stream names a sequence or a frequency that the signal lacks.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 * import { mixedSignal } from "./generate.ts";
 *
 * const signal = mixedSignal(rootKey(1), { mode: "sequence", count: 32 });
 * const { inputs, targets } = streamArrays(signal, oneStreamEach(signal));
 * assertEquals([inputs.length, targets.length], [32 * 1000 * 5, 32 * 1000]);
 * assertEquals([...inputs.subarray(5000, 5005)], [signal.mixture[1000], 0, 1, 0, 0]);
 * ```
 */
export function streamArrays(signal: MixedSignal, streams: readonly Stream[]): StreamArrays {
  const { time } = signal;
  const width = 1 + signal.frequencies.length;
  const inputs = new Float32Array(streams.length * time * width);
  const targets = new Float32Array(streams.length * time);
  streams.forEach((stream, row) => {
    const { mixture, component } = streamViews(signal, stream);
    targets.set(component, row * time);
    for (let k = 0; k < time; k++) {
      const at = (row * time + k) * width;
      inputs[at] = mixture[k]!;
      inputs[at + 1 + stream.frequency] = 1;
    }
  });
  return { inputs, targets };
}

/** The mixture and the target of a stream, `[time]` each, in place. */
export function streamViews(
  { mixture, components, count, frequencies, time }: MixedSignal,
  { sequence, frequency }: Stream,
): { readonly mixture: Float32Array; readonly component: Float32Array } {
  const width = frequencies.length;
  const within = (index: number, end: number) =>
    Number.isInteger(index) && index >= 0 && index < end;
  if (!within(sequence, count) || !within(frequency, width)) {
    throw new RangeError(
      `Cannot ask sequence ${sequence} for frequency ${frequency}: the signal has sequences 0 to ` +
        `${count - 1} and frequencies 0 to ${width - 1}`,
    );
  }
  return {
    mixture: mixture.subarray(sequence * time, (sequence + 1) * time),
    component: components.subarray(
      (sequence * width + frequency) * time,
      (sequence * width + frequency + 1) * time,
    ),
  };
}

/** One set of the assignment: 40,000 rows to be read in order, one sequence for one carried state. */
export interface AssignmentRows extends StreamArrays {
  /** Rows in all. */
  readonly rows: number;
  /** Rows of a block, which asks for one frequency. */
  readonly block: number;
}

/**
 * A set as the assignment lays it out: one mixture of 10,000 samples, repeated in four blocks that ask
 * for 1, 3, 5 and 7 Hz. Row `10000 j + k` of `inputs` `[40000, 5]` and `targets` `[40000, 1]` is
 * sample `k` with the question `j`. Training and test sets are two keys: the same targets, other
 * noise.
 *
 * @param key One child for each set, such as `key("train")` and `key("test")`.
 * @param samplesPerSecond Default 1000, as the assignment says. The project's own axis, 10,000 points
 * from 0 to 10 s *inclusive*, is 999.9.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const train = assignmentRows(rootKey(1).key("train"));
 * assertEquals([train.rows, train.block], [40_000, 10_000]);
 * assertEquals(train.inputs[5 * 10_000], train.inputs[0]); // the second block has the same mixture
 * assertEquals(train.targets, assignmentRows(rootKey(1).key("test")).targets);
 * ```
 */
export function assignmentRows(key: Key, samplesPerSecond = 1000): AssignmentRows {
  const block = 10_000;
  const signal = mixedSignal(key, {
    mode: "assignment",
    count: 1,
    seconds: block / samplesPerSecond,
    samplesPerSecond,
  });
  const arrays = streamArrays(signal, allStreams(signal));
  return { ...arrays, rows: arrays.targets.length, block };
}
