/**
 * The three ways in which a mixture is made, and what they share.
 *
 * @module
 */

/**
 * How a mixture is drawn. With `F` frequencies, `S` the mixture and `t` the time in seconds:
 *
 * | mode | mixture | target of frequency `f_i` |
 * | --- | --- | --- |
 * | `assignment` | `S = (1/F) Σ A_i sin(2π f_i t + φ_i)`; `A_i` in [0.8, 1.2) and `φ_i` on the full turn, anew at every sample | `sin(2π f_i t)` |
 * | `jitter` | the same, but `φ_i` is a base phase of the sequence plus a number from [−κπ, κπ) at every sample | `sin(2π f_i t + base phase)` |
 * | `sequence` | `A_i` and `φ_i` drawn once a sequence; `S` has added noise N(0, 0.1²) | `A_i sin(2π f_i t + φ_i)` |
 *
 * `kappa` runs from 0 (the phase is known up to a constant) to 1 (the full turn: no information).
 */
export type SignalMode =
  | { readonly mode: "assignment" }
  | { readonly mode: "jitter"; readonly kappa: number }
  | { readonly mode: "sequence" };

/** Amplitudes are uniform in this range in every mode. */
export const AMPLITUDES = { low: 0.8, high: 1.2 } as const;

/** Standard deviation of the noise added in `sequence` mode. */
export const NOISE_SD = 0.1;

/** The assignment's frequencies, Hz. */
export const FREQUENCIES: readonly number[] = [1, 3, 5, 7];

/** Separate sequences of mixture and clean components. */
export interface MixedSignal {
  readonly mode: SignalMode;
  /** Hz, in the order of the components. */
  readonly frequencies: readonly number[];
  readonly samplesPerSecond: number;
  /** Number of sequences. */
  readonly count: number;
  /** Samples of a sequence; sample `k` is taken at `k / samplesPerSecond` seconds. */
  readonly time: number;
  /** `S`, f32 `[count, time]`. */
  readonly mixture: Float32Array<ArrayBuffer>;
  /** The targets, f32 `[count, frequencies, time]`. */
  readonly components: Float32Array<ArrayBuffer>;
  /** Amplitudes of the components, f64 `[count, frequencies]`; 1 where the mode draws none a sequence. */
  readonly amplitudes: Float64Array<ArrayBuffer>;
  /** Phases of the components, radians, f64 `[count, frequencies]`; 0 in `assignment` mode. */
  readonly phases: Float64Array<ArrayBuffer>;
}

/**
 * Refuses a mode that there is none of.
 *
 * @throws {RangeError} On another name, a `kappa` outside [0, 1], or one that another mode is given.
 */
export function checkMode(mode: SignalMode): void {
  const { mode: name, kappa } = mode as { mode: string; kappa?: number };
  if (!["assignment", "jitter", "sequence"].includes(name)) {
    throw new RangeError(
      `Cannot mix signals in mode "${name}": it is one of assignment, jitter, sequence`,
    );
  }
  if (name === "jitter" && !(kappa !== undefined && kappa >= 0 && kappa <= 1)) {
    throw new RangeError(
      `Cannot mix signals with a jitter of kappa ${kappa}: a number from 0 to 1 is needed, the part ` +
        `of the half turn by which a phase strays to either side`,
    );
  }
  if (name !== "jitter" && kappa !== undefined) {
    throw new RangeError(`Cannot mix signals in mode "${name}" with a kappa: only jitter has one`);
  }
}
