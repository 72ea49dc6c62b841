/**
 * Draws sequences of a mode.
 *
 * @module
 */

import type { Key } from "assay";
import { drawSequence } from "./draw.ts";
import { checkMode, FREQUENCIES, type MixedSignal, type SignalMode } from "./modes.ts";

/** What to generate. */
export type MixedSignalOptions = SignalMode & {
  /** How many sequences. */
  readonly count: number;
  /** Length of a sequence; a whole number of samples. Default 10. */
  readonly seconds?: number;
  /** Default 100: the slowest default frequency then has 100 samples a period, the fastest 14. */
  readonly samplesPerSecond?: number;
  /** Hz, different, each below half the sampling rate. Default {@linkcode FREQUENCIES}. */
  readonly frequencies?: readonly number[];
};

/**
 * Generates separate sequences. Sequence `i` draws from `key.at(i)`, each quantity from its own child
 * of that: more sequences begin with fewer, longer ones (in samples) with shorter ones.
 *
 * @throws {RangeError} When the mode is none, `count` is not a whole number from 1, the length is no
 * whole number of samples, or the frequencies are not different numbers between 0 and half the
 * sampling rate.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const { mixture, components } = mixedSignal(rootKey(1), { mode: "sequence", count: 3, seconds: 2 });
 * assertEquals([mixture.length, components.length], [3 * 200, 3 * 4 * 200]);
 * const more = mixedSignal(rootKey(1), { mode: "sequence", count: 5, seconds: 2 });
 * assertEquals(more.mixture.slice(0, 600), mixture);
 * ```
 */
export function mixedSignal(key: Key, options: MixedSignalOptions): MixedSignal {
  const { count, seconds = 10, samplesPerSecond = 100, frequencies = FREQUENCIES } = options;
  const mode: SignalMode = "kappa" in options
    ? { mode: options.mode, kappa: options.kappa }
    : { mode: options.mode };
  checkMode(mode);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new RangeError(
      `Cannot generate ${count} sequences: a whole number from 1 is needed`,
    );
  }
  const time = Math.round(seconds * samplesPerSecond);
  if (!(time >= 1 && Math.abs(time - seconds * samplesPerSecond) < 1e-6)) {
    throw new RangeError(
      `Cannot generate sequences of ${seconds} s at ${samplesPerSecond} samples a second: a whole ` +
        `number of samples from 1 is needed, and this is ${seconds * samplesPerSecond}`,
    );
  }
  const audible = frequencies.every((f) => f > 0 && f < samplesPerSecond / 2);
  if (frequencies.length === 0 || !audible || new Set(frequencies).size < frequencies.length) {
    throw new RangeError(
      `Cannot mix the frequencies ${frequencies.join(", ")} at ${samplesPerSecond} samples a ` +
        `second: one or more different numbers between 0 and ${samplesPerSecond / 2} are needed`,
    );
  }
  const width = frequencies.length;
  const signal: MixedSignal = {
    mode,
    frequencies: [...frequencies],
    samplesPerSecond,
    count,
    time,
    mixture: new Float32Array(count * time),
    components: new Float32Array(count * width * time),
    amplitudes: new Float64Array(count * width),
    phases: new Float64Array(count * width),
  };
  for (let i = 0; i < count; i++) drawSequence(key.at(i), signal, i);
  return signal;
}

/** How many sequences each set has. */
export interface SetCounts {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/**
 * The three sets of an experiment, from the children `train`, `validation` and `test` of one key: no
 * draw of one set is one of another. In `sequence` and `jitter` mode the test set so has phases (and
 * amplitudes) never trained on; in `assignment` mode, as the assignment demands, the same targets
 * and other noise.
 *
 * @param counts How many sequences of each.
 * @param options What they share.
 * @throws {RangeError} As {@linkcode mixedSignal}.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const key = rootKey(1).key("data");
 * const sets = signalSets(key, { train: 8, validation: 2, test: 4 }, { mode: "sequence" });
 * assertEquals(sets.test, mixedSignal(key.key("test"), { mode: "sequence", count: 4 }));
 * ```
 */
export function signalSets(
  key: Key,
  counts: SetCounts,
  options: SignalMode & Omit<MixedSignalOptions, "count" | keyof SignalMode>,
): Readonly<Record<keyof SetCounts, MixedSignal>> {
  const set = (name: keyof SetCounts) =>
    mixedSignal(key.key(name), { ...options, count: counts[name] });
  return { train: set("train"), validation: set("validation"), test: set("test") };
}
