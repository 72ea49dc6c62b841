/**
 * Prints the theory and the least-squares references of this folder's README again:
 *
 * ```sh
 * deno task references
 * ```
 *
 * Expected errors in closed form, and beside them what the fit gets on drawn sequences. A few seconds
 * on one core; needs no permission.
 *
 * @module
 */

import { rootKey } from "assay";
import { mixedSignal } from "./generate.ts";
import {
  expectedLeastSquaresError,
  leastSquares,
  type LeastSquaresOptions,
} from "./least_squares.ts";
import { FREQUENCIES, type SignalMode } from "./modes.ts";
import { type SignalScores, signalScores } from "./scores.ts";
import { allStreams } from "./streams.ts";
import {
  driftBound,
  informationFloor,
  mixtureError,
  mixtureVariance,
  phaseCoherence,
  signalToNoise,
  steepestStep,
  targetPower,
} from "./theory.ts";
import { TIERS } from "./tiers.ts";

const SEQUENCE: SignalMode = { mode: "sequence" };
const jitter = (kappa: number): SignalMode => ({ mode: "jitter", kappa });
const SECONDS = 10;

/** Seconds; the last is the whole past. */
const WINDOWS = [0.25, 0.5, 1, 2, 4, SECONDS];

/** What is fitted: mode, samples a second, number of sequences drawn. */
const FITTED = [
  { mode: SEQUENCE, rate: 100, count: 256 },
  ...[0.01, 0.25, 0.5, 0.75].map((kappa) => ({ mode: jitter(kappa), rate: 100, count: 256 })),
  { mode: SEQUENCE, rate: 1000, count: 32 },
];

function main(): void {
  const modes = [
    { mode: "assignment" } as const,
    ...[0.01, 0.25, 0.5, 0.75, 1].map(jitter),
    SEQUENCE,
  ];
  print(
    "Theory",
    ["mode", "variance of S", "target power", "ρ", "SNR dB", "raw error", "floor"],
    modes.map((mode) => [
      name(mode),
      mixtureVariance(mode).toFixed(5),
      targetPower(mode).toFixed(5),
      phaseCoherence(mode).toFixed(4),
      (10 * Math.log10(signalToNoise(mode))).toFixed(1),
      mixtureError(mode).toFixed(3),
      informationFloor(mode)?.mse.toFixed(2) ?? "none known",
    ]),
  );
  print(
    "Largest change of a target a sample, and learning rates whose drift (H = 64) follows it",
    ["frequency", "at 1000 samples a second", "followed at 1e-3", "followed at 1e-4"],
    FREQUENCIES.map((frequency) => {
      const step = steepestStep(frequency, 1000);
      const follows = (rate: number) => driftBound(rate) >= step ? "yes" : "no";
      return [`${frequency} Hz`, step.toFixed(4), follows(1e-3), follows(1e-4)];
    }),
  );
  for (const prior of ["none", "known"] as const) {
    print(
      `Least squares, prior ${prior}: expected error (error on drawn sequences)`,
      ["mode", ...WINDOWS.map((window) => window === SECONDS ? "all" : `${window} s`)],
      FITTED.map(({ mode, rate, count }) => [
        `${name(mode)}, ${rate} Hz, ${count} sequences`,
        ...WINDOWS.map((window) => {
          const { expected, scores } = fitted(mode, rate, count, { window, prior });
          return `${expected.toPrecision(3)} (${scores.mse.toPrecision(3)})`;
        }),
      ]),
    );
  }
  print(
    "Least squares in sequence mode at 100 samples a second, prior none, 256 sequences",
    ["window", "MSE", "normalised", ...FREQUENCIES.map((f) => `${f} Hz`), "r", "gain dB"]
      .concat("warm-up MSE", "settles s"),
    WINDOWS.slice(1).map((window) => {
      const { scores } = fitted(SEQUENCE, 100, 256, { window });
      return [
        `${window} s`,
        scores.mse.toFixed(5),
        scores.normalised.toFixed(4),
        ...scores.byFrequency.map((mse) => mse.toFixed(5)),
        scores.correlation.toFixed(4),
        scores.gain.toFixed(1),
        scores.warmUp.toFixed(3),
        scores.settling.toFixed(2),
      ];
    }),
  );
  print(
    "Shortest window whose expected error is below a tier's test bound (sequence, 100 Hz)",
    ["tier", "test MSE", "prior none", "prior known"],
    TIERS.map((tier) => [
      tier.name,
      `${tier.test}`,
      ...(["none", "known"] as const).map((prior) => shortest(tier.test, prior)),
    ]),
  );
}

/** A fit's expected error over all frequencies, and its scores on sequences of key 1. */
function fitted(
  mode: SignalMode,
  samplesPerSecond: number,
  count: number,
  options: LeastSquaresOptions,
): { expected: number; scores: SignalScores } {
  const signal = mixedSignal(rootKey(1).key("test"), {
    ...mode,
    count,
    samplesPerSecond,
    seconds: SECONDS,
  });
  const errors = expectedLeastSquaresError(mode, { ...signal, ...options });
  return {
    expected: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    scores: signalScores(signal, allStreams(signal), leastSquares(signal, options)),
  };
}

function shortest(bound: number, prior: "none" | "known"): string {
  const sampling = { frequencies: FREQUENCIES, samplesPerSecond: 100, time: 100 * SECONDS };
  for (let samples = 1; samples <= sampling.time; samples++) {
    const options = { ...sampling, window: samples / 100, prior };
    const errors = expectedLeastSquaresError(SEQUENCE, options);
    if (errors.reduce((sum, error) => sum + error, 0) / errors.length < bound) {
      return `${options.window} s`;
    }
  }
  return "none";
}

function name(mode: SignalMode): string {
  return mode.mode === "jitter" ? `jitter ${mode.kappa}` : mode.mode;
}

function print(title: string, head: string[], rows: string[][]): void {
  const lines = [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
  // deno-lint-ignore no-console -- printing is what this command is for
  console.log(`${title}\n\n${lines.join("\n")}\n`);
}

if (import.meta.main) main();
