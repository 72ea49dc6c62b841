import { testEachBackend } from "../device/each_backend.ts";
import { tf } from "../device/tf.ts";
import { floats } from "../kernels/arithmetic/testing.ts";
import { assertGradients } from "../kernels/testing.ts";
import { clippedLoss } from "./clipped_loss.ts";
import { huberLoss } from "./huber.ts";

const BATCH = 5;
const ACTIONS = 3;
const options = { clip: 0.2, valueWeight: 0.5, entropyWeight: 0.01 };

testEachBackend({
  "`huberLoss()` has gradients that differences confirm, near and far": async () => {
    const predicted = floats(9, 1).map((v) => 3 * v);
    const expected = floats(9, 2);
    await assertGradients(
      (p) => huberLoss(p, tf.tensor1d(expected)),
      (p) =>
        p!.reduce((sum, v, i) => {
          const size = Math.abs(v - expected[i]!);
          return sum + (size < 1 ? size * size / 2 : size - 0.5);
        }, 0) / 9,
      [{ shape: [9], values: predicted }],
    );
  },
  "`clippedLoss()` has gradients that differences confirm, clipped and not": async () => {
    const logits = floats(BATCH * ACTIONS, 3);
    const values = floats(BATCH, 4);
    // Ratios below, within and above the clip, with advantages of either sign.
    const then = floats(BATCH, 5).map((v) => Math.log(1 / 3) + v);
    const advantages = floats(BATCH, 6);
    const returns = floats(BATCH, 7);
    const actions = [0, 1, 2, 1, 0];
    const taken = Float32Array.from(
      { length: BATCH * ACTIONS },
      (_, i) => Number(i % ACTIONS === actions[Math.floor(i / ACTIONS)]),
    );
    await assertGradients(
      (l, v) =>
        clippedLoss(l!, v!, {
          taken: tf.tensor2d(taken, [BATCH, ACTIONS]),
          logProbabilities: tf.tensor1d(then),
          advantages: tf.tensor1d(advantages),
          returns: tf.tensor1d(returns),
        }, options),
      (l, v) => {
        let sum = 0;
        actions.forEach((action, i) => {
          const row = [...l!.slice(i * ACTIONS, (i + 1) * ACTIONS)];
          const total = row.reduce((all, x) => all + Math.exp(x), 0);
          const logs = row.map((x) => x - Math.log(total));
          const ratio = Math.exp(logs[action]! - then[i]!);
          const clipped = Math.min(Math.max(ratio, 0.8), 1.2);
          sum -= Math.min(ratio * advantages[i]!, clipped * advantages[i]!);
          sum += 0.5 * (v![i]! - returns[i]!) ** 2;
          sum += 0.01 * logs.reduce((all, log) => all + Math.exp(log) * log, 0);
        });
        return sum / BATCH;
      },
      [{ shape: [BATCH, ACTIONS], values: logits }, { shape: [BATCH, 1], values }],
    );
  },
});
