/**
 * The test a device must pass before anything is computed on it: a known gradient, NaN kept, errors
 * reported. What it finds goes to the manifest of every run.
 *
 * @module
 */

import { type ArithmeticProbe, isNanBits, probeArithmetic } from "./arithmetic_probe.ts";
import { readBack } from "./read_back.ts";
import { tf } from "./tf.ts";

/** What the self-test measured; plain values, fit for JSON. */
export interface SelfTestReport {
  /** Largest absolute difference of nine known numbers: a loss of 0.29 and its gradient. */
  readonly gradientError: number;
  /** Terms of a matrix product are not rounded by themselves: fused multiply-add, or float64 as in JavaScript. */
  readonly matmulFused: boolean;
  /** A NaN made on the device arrives as the bits of a NaN, also through a sum. */
  readonly nanSeen: boolean;
  /** An error scope catches a shader that is wrong; `null` where there are no shaders. */
  readonly badShaderCaught: boolean | null;
  /** Freedoms of WGSL as this adapter takes them; `null` off WebGPU. */
  readonly arithmetic: ArithmeticProbe | null;
}

/** Largest error of the known gradient that passes: f32 through a dozen operations stays 20 times below. */
export const GRADIENT_TOLERANCE = 2e-5;

// A gated recurrence of two steps, differentiated in float64 by central differences:
// h1 = tanh(x1 W), h2 = sigmoid(x2 W + h1 U), loss = mean((h2 - t)^2).
const LOSS = 0.2903982791693837;
const GRADIENT_W = [0.11420702, -0.160024383, 0.178623899, -0.080026776];
const GRADIENT_U = [0.012482663, -0.012269147, -0.083165587, 0.081743037];

/**
 * Runs the self-test on the backend that tfjs has open.
 *
 * @param device The device behind the backend "webgpu"; `null` on the others.
 */
export async function selfTest(device: GPUDevice | null): Promise<SelfTestReport> {
  // Together: each waits for a map of 11 ms.
  const [fromOperations, arithmetic, badShaderCaught] = await Promise.all([
    testOperations(),
    device === null ? null : probeArithmetic(device),
    device === null ? null : catchesBadShader(device),
  ]);
  return { ...fromOperations, badShaderCaught, arithmetic };
}

/**
 * Judges a self-test.
 *
 * @returns Why the device is unfit, as a clause that follows "found that"; `null` when it is fit.
 */
export function unfitBecause(report: SelfTestReport): string | null {
  // Written so that a NaN fails.
  if (!(report.gradientError <= GRADIENT_TOLERANCE)) {
    return `a known gradient is wrong by ${report.gradientError} (at most ${GRADIENT_TOLERANCE} is allowed)`;
  }
  if (!report.nanSeen) {
    return "a NaN made on the device does not arrive, so a diverged run would look sound";
  }
  if (report.badShaderCaught === false) {
    return "a wrong shader raises no error, so results could be zeros without notice";
  }
  return null;
}

async function testOperations(): Promise<
  Pick<SelfTestReport, "gradientError" | "matmulFused" | "nanSeen">
> {
  const results = tf.tidy(() => {
    const gated = (w: tf.Tensor, u: tf.Tensor) => {
      const h1 = tf.tanh(tf.matMul(tf.tensor2d([[0.5, -1]]), w as tf.Tensor2D));
      const z = tf.add(
        tf.matMul(tf.tensor2d([[1.5, 0.25]]), w as tf.Tensor2D),
        tf.matMul(h1, u as tf.Tensor2D),
      );
      return tf.mean(tf.square(tf.sub(tf.sigmoid(z), tf.tensor2d([[0.1, 0.9]])))) as tf.Scalar;
    };
    const { value, grads } = tf.valueAndGrads(gated)([
      tf.tensor2d([[0.8, -0.4], [0.3, 0.6]]),
      tf.tensor2d([[-0.5, 0.7], [0.9, 0.2]]),
    ]);
    // (1 + 2^-12)^2 - (1 + 2^-11) is 2^-24 when the second product of the sum is not rounded by itself.
    const a = 1 + 2 ** -12;
    const product = tf.matMul(tf.tensor2d([[-1, a]]), tf.tensor2d([[1 + 2 ** -11], [a]]));
    const infinity = tf.tensor1d([Infinity, 1]);
    const nan = tf.sub(infinity, infinity);
    return [value, grads[0]!, grads[1]!, product, nan, tf.sum(nan)];
  });
  const [loss, w, u, product, nan, nanSum] = await readBack(results);
  tf.dispose(results);
  const expected = [LOSS, ...GRADIENT_W, ...GRADIENT_U];
  const actual = [...loss!, ...w!, ...u!];
  const bits = (values: Float32Array) => new Uint32Array(values.slice().buffer)[0]!;
  return {
    gradientError: Math.max(...expected.map((e, i) => Math.abs(e - actual[i]!))),
    matmulFused: product![0] !== 0,
    nanSeen: isNanBits(bits(nan!)) && isNanBits(bits(nanSum!)),
  };
}

async function catchesBadShader(device: GPUDevice): Promise<boolean> {
  device.pushErrorScope("validation");
  device.createShaderModule({ code: "@compute @workgroup_size(1) fn main() { let x: f32 = 1u; }" });
  return await device.popErrorScope() !== null;
}
