import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { regressionScores, rootKey } from "assay";
import {
  assignmentRows,
  driftBound,
  informationFloor,
  mixedSignal,
  mixtureError,
  mixtureVariance,
  phaseCoherence,
  type SignalMode,
  signalToNoise,
  steepestStep,
  targetPower,
} from "../mixed_signal.ts";

const MODES: readonly SignalMode[] = [
  { mode: "assignment" },
  ...[0, 0.01, 0.25, 0.5, 0.75, 1].map((kappa) => ({ mode: "jitter", kappa }) as const),
  { mode: "sequence" },
];

const power = (values: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return sum / values.length;
};

/** The mixture and component `i` of 10,000 samples of the assignment. */
function assignment(seed: number) {
  const { inputs, targets, block } = assignmentRows(rootKey(seed).key("train"));
  return {
    mixture: Float64Array.from({ length: block }, (_, k) => inputs[5 * k]!),
    target: (i: number) => Float64Array.from(targets.subarray(i * block, (i + 1) * block)),
  };
}

Deno.test("`assignment` data: variance of S within 2 % of 0.12667, |correlation| below 0.03", () => {
  const { mixture, target } = assignment(0);
  assertAlmostEquals(power(mixture) / 0.12667, 1, 0.02);
  for (const i of [0, 1, 2, 3]) {
    assert(Math.abs(regressionScores(target(i), mixture).correlation) < 0.03);
  }
});

Deno.test("`assignment` data say nothing of any target: correlations over seeds are those of noise", () => {
  const correlations = Array.from({ length: 24 }, (_, seed) => {
    const { mixture, target } = assignment(seed);
    return [0, 1, 2, 3].map((i) => regressionScores(target(i), mixture).correlation);
  }).flat();
  // 96 values of standard deviation 1/√10000; four standard errors of mean and of mean square.
  assertAlmostEquals(correlations.reduce((sum, r) => sum + r) / 96, 0, 0.0041);
  assertAlmostEquals(power(correlations) * 10_000, 1, 4 * Math.sqrt(2 / 96));
});

Deno.test("`mixtureVariance()`, `targetPower()`, `mixtureError()` are what samples show", () => {
  for (const mode of MODES) {
    const signal = mixedSignal(rootKey(8), { ...mode, count: 400, seconds: 2 });
    const { mixture, components, count, time } = signal;
    let raw = 0, together = 0;
    components.forEach((target, at) => {
      const sequence = Math.floor(at / (4 * time));
      const s = 4 * mixture[sequence * time + at % time]!;
      raw += (s - target) ** 2 / components.length;
      together += s * target / components.length;
    });
    const name = JSON.stringify(mode);
    assertAlmostEquals(power(mixture) / mixtureVariance(mode), 1, 0.02, name);
    // Four standard errors of the mean square of 1,600 amplitudes.
    assertAlmostEquals(power(components) / targetPower(mode), 1, 0.023, name);
    assertAlmostEquals(raw / mixtureError(mode), 1, 0.02, name);
    assertAlmostEquals(together, phaseCoherence(mode) * targetPower(mode), 0.015, name);
    assertEquals(count, 400);
  }
});

Deno.test("`mixtureVariance()` of the assignment holds at every time", () => {
  const { mixture, time, count } = mixedSignal(rootKey(9), {
    mode: "assignment",
    count: 20_000,
    seconds: 0.1,
  });
  for (let k = 0; k < time; k++) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += mixture[i * time + k]! ** 2 / count;
    // Kurtosis 2.64: four standard errors are 3.6 %.
    assertAlmostEquals(sum / 0.1266667, 1, 0.036);
  }
});

Deno.test("`phaseCoherence()` and `signalToNoise()` agree with the facts", () => {
  const rows = [
    [0.01, 0.9998, 18.6],
    [0.25, 0.9003, 6],
    [0.5, 0.6366, -1.8],
    [0.75, 0.3001, -10.1],
  ] as const;
  for (const [kappa, coherence, decibels] of rows) {
    const mode = { mode: "jitter", kappa } as const;
    assertAlmostEquals(phaseCoherence(mode), coherence, 5e-5);
    assertAlmostEquals(10 * Math.log10(signalToNoise(mode)), decibels, 0.05);
  }
  assertEquals(phaseCoherence({ mode: "jitter", kappa: 0 }), 1);
  assertEquals(signalToNoise({ mode: "jitter", kappa: 1 }), 0);
  assertAlmostEquals(signalToNoise({ mode: "sequence" }), 0.1266667 / 0.01, 1e-5);
});

Deno.test("`informationFloor()` is known where the mixture says nothing, and nowhere else", () => {
  for (const mode of MODES) {
    const nothing = phaseCoherence(mode) === 0;
    assertEquals(informationFloor(mode)?.mse, nothing ? 0.5 : undefined);
  }
  assertEquals(informationFloor({ mode: "assignment" })!.bindsClocks, false);
});

Deno.test("`driftBound()` passes the steepest step of all frequencies at 1e-3, of 1 Hz at 1e-4", () => {
  const steps = [1, 3, 5, 7].map((frequency) => steepestStep(frequency, 1000));
  const facts = [0.0063, 0.0188, 0.0314, 0.044];
  steps.forEach((step, i) => assertAlmostEquals(step, facts[i]!, 5e-5));
  assertEquals(steps.map((step) => driftBound(1e-3) > step), [true, true, true, true]);
  assertEquals(steps.map((step) => driftBound(1e-4) > step), [true, false, false, false]);
});

Deno.test("`mixtureVariance()` refuses a mode that there is none of", () => {
  assertThrows(() => mixtureVariance({ mode: "jitter", kappa: -1 }), RangeError, "kappa -1");
});
