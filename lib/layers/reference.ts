/**
 * Test support: an LSTM in f64, written as its definition reads, to hold the fast one against, and finite
 * differences to hold gradients against.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { tfl } from "../device/tf.ts";

/** Row-major arrays and their sizes. */
export interface ReferenceInputs {
  readonly batch: number;
  readonly time: number;
  readonly features: number;
  readonly units: number;
  /** `[batch, time, features]`. */
  readonly x: ArrayLike<number>;
  /** `[features, 4 units]`. */
  readonly kernel: ArrayLike<number>;
  /** `[units, 4 units]`. */
  readonly recurrentKernel: ArrayLike<number>;
  /** `[4 units]`. */
  readonly bias: ArrayLike<number>;
}

const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));

/** Hidden states of all steps, f64 `[batch, time, units]`. */
export function referenceLstm(inputs: ReferenceInputs): Float64Array {
  const { batch, time, features, units, x, kernel, recurrentKernel, bias } = inputs;
  const out = new Float64Array(batch * time * units);
  for (let b = 0; b < batch; b++) {
    let h = new Float64Array(units);
    const c = new Float64Array(units);
    for (let t = 0; t < time; t++) {
      const z = Float64Array.from({ length: 4 * units }, (_, j) => {
        let sum = bias[j]!;
        for (let f = 0; f < features; f++) {
          sum += x[(b * time + t) * features + f]! * kernel[f * 4 * units + j]!;
        }
        for (let u = 0; u < units; u++) sum += h[u]! * recurrentKernel[u * 4 * units + j]!;
        return sum;
      });
      h = Float64Array.from({ length: units }, (_, u) => {
        const [i, f, g, o] = [z[u]!, z[units + u]!, z[2 * units + u]!, z[3 * units + u]!];
        c[u] = sigmoid(f) * c[u]! + sigmoid(i) * Math.tanh(g);
        return sigmoid(o) * Math.tanh(c[u]!);
      });
      out.set(h, (b * time + t) * units);
    }
  }
  return out;
}

/**
 * The gradient of `f` at `x` by central differences in f64, exact to about 1e-9 for smooth functions of
 * order one.
 */
export function differences(f: (x: Float64Array) => number, x: ArrayLike<number>): Float64Array {
  const at = Float64Array.from(x);
  return at.map((_, i) => {
    const moved = (step: number) => {
      const copy = at.slice();
      copy[i]! += step;
      return f(copy);
    };
    return (moved(1e-5) - moved(-1e-5)) / 2e-5;
  });
}

/** Fails when any element differs by more than `tolerance` relative to the largest expected one (at least 1). */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = "values",
): void {
  assertEquals(actual.length, expected.length, `number of ${what}`);
  const scale = Array.from(expected).reduce((largest, v) => Math.max(largest, Math.abs(v)), 1);
  for (let i = 0; i < expected.length; i++) {
    // Written so that a NaN fails.
    assert(
      Math.abs(actual[i]! - expected[i]!) <= tolerance * scale,
      `${what}: element ${i} is ${actual[i]}, expected ${expected[i]} within ${tolerance * scale}`,
    );
  }
}

/** Releases the weights of layers; their own `dispose` works only inside a model. */
export function release(...layers: tfl.layers.Layer[]): void {
  for (const { weights } of layers) weights.forEach((weight) => weight.dispose());
}
