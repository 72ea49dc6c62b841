/**
 * The draws of one sequence.
 *
 * @module
 */

import { type Key, normal, sin, uniform } from "assay";
import { AMPLITUDES, type MixedSignal, NOISE_SD } from "./modes.ts";

const TURN = 2 * Math.PI;

/**
 * Draws sequence `index` and writes it where it belongs. Sums run over ascending frequencies in f64
 * and are rounded to f32 once.
 */
export function drawSequence(key: Key, signal: MixedSignal, index: number): void {
  const { mode, frequencies, samplesPerSecond, time } = signal;
  const width = frequencies.length;
  const amplitudes = signal.amplitudes.subarray(index * width, (index + 1) * width);
  const phases = signal.phases.subarray(index * width, (index + 1) * width);
  amplitudes.set(
    mode.mode === "sequence"
      ? uniform(key.key("amplitude"), width, AMPLITUDES.low, AMPLITUDES.high)
      : new Float64Array(width).fill(1),
  );
  if (mode.mode !== "assignment") phases.set(uniform(key.key("phase"), width, 0, TURN));

  const sum = new Float64Array(time);
  frequencies.forEach((frequency, i) => {
    const amplitude = amplitudes[i]!, phase = phases[i]!;
    const component = signal.components.subarray(
      (index * width + i) * time,
      (index * width + i + 1) * time,
    );
    const stray = mode.mode === "sequence" ? undefined : strayed(key, time, i, mode);
    for (let k = 0; k < time; k++) {
      const angle = TURN * frequency * (k / samplesPerSecond) + phase;
      const clean = amplitude * sin(angle);
      component[k] = clean;
      sum[k]! += stray ? stray.amplitude[k]! * sin(angle + stray.phase[k]!) : clean;
    }
  });
  const noise = mode.mode === "sequence" ? normal(key.key("noise"), time, 0, NOISE_SD) : undefined;
  const mixture = signal.mixture.subarray(index * time, (index + 1) * time);
  for (let k = 0; k < time; k++) mixture[k] = sum[k]! / width + (noise ? noise[k]! : 0);
}

/** Amplitude and phase of one frequency, anew at every sample; the phase is relative to the base. */
function strayed(
  key: Key,
  time: number,
  i: number,
  mode: Exclude<MixedSignal["mode"], { mode: "sequence" }>,
) {
  const { low, high } = AMPLITUDES;
  // The full turn reaches as far as kappa = 1 does, and is the same law.
  const reach = Math.PI * (mode.mode === "jitter" ? mode.kappa : 1);
  return {
    amplitude: uniform(key.key("stray/amplitude").at(i), time, low, high),
    phase: uniform(key.key("stray/phase").at(i), time, -1, 1).map((u) => reach * u),
  };
}
