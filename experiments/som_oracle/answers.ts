/**
 * What a network is asked: what the targets will be, or how fast they will go there.
 *
 * @module
 */

import { type HorizonValues, horizonValues, lastValues, type Prefixes } from "./prefixes.ts";

/**
 * `value`: the targets' values at a horizon. `rate`: their change until then, over the share of the run that lies
 * between. A rate makes the last value the answer of a network that says nothing, all the more the less of the run is
 * left, and lets errors of long prefixes, which are small, count as much as those of short ones.
 */
export type Answer = "value" | "rate";

/** The right answers for prefixes at every horizon, the end last, in the shape of {@linkcode horizonValues}. */
export function rightAnswers(
  prefixes: Prefixes,
  ahead: readonly number[],
  answer: Answer,
): HorizonValues {
  const { values, reached } = horizonValues(prefixes, ahead);
  if (answer === "value") return { values, reached };
  const { last, distance } = outlook(prefixes, ahead);
  const width = prefixes.histories.targets.length;
  const rates = values.map((value, at) =>
    reached[Math.floor(at / width)]! * (value - last[at]!) / distance[at]!
  );
  return { values: rates, reached };
}

/** The values that answers stand for, in the answers' shape. */
export function answeredValues(
  prefixes: Prefixes,
  ahead: readonly number[],
  answer: Answer,
  answers: Float32Array,
): Float32Array {
  if (answer === "value") return answers;
  const { last, distance } = outlook(prefixes, ahead);
  return answers.map((rate, at) => last[at]! + rate * distance[at]!);
}

/** Of every answer the last value seen, and the share of the run from there to its horizon. */
function outlook(prefixes: Prefixes, ahead: readonly number[]) {
  const { histories: { runs, targets }, run, steps } = prefixes;
  const horizons = ahead.length + 1, width = targets.length;
  const seen = lastValues(prefixes);
  const last = new Float64Array(run.length * horizons * width);
  const distance = new Float64Array(last.length);
  run.forEach((r, i) => {
    const left = 1 - runs[r]!.progress[steps[i]! - 1]!;
    for (let h = 0; h < horizons; h++) {
      const at = (i * horizons + h) * width;
      last.set(seen.subarray(i * width, (i + 1) * width), at);
      // At the end nothing changes, whatever it is divided by.
      distance.fill(ahead[h] ?? (left || 1), at, at + width);
    }
  });
  return { last, distance };
}
