/**
 * What fingerprints of all parameters cost a training step. Run it on a quiet machine, with
 * `ASSAY_THREADS=1` in front for one thread:
 *
 *     deno bench --no-prompt --allow-read --allow-env tests/bench/fingerprint.bench.ts
 *
 * A step leaves other things than the parameters in the caches, so the cost beside it is that of the call
 * right after it.
 *
 * @module
 */

import { openDevice } from "../../lib/device/device.ts";
import { tf } from "../../lib/device/tf.ts";
import { threadsWanted } from "../../lib/device/wasm/threads.ts";
import { fingerprint } from "../../lib/kernels/fingerprint/op.ts";
import { open } from "./assay.ts";
import { cases, LEARNING_RATE } from "./cases.ts";
import { MedianRates } from "./median_rate.ts";

const names = ["mlp-dqn", "lstm-h64", "bandwidth-540k", "nature-cnn"];

await openDevice({ backend: "wasm" });
const rates = new MedianRates();
const figure = (milliseconds: number) => `${(1000 * milliseconds).toFixed(1)} µs`;

/** A call that writes the fingerprints of `variables`. */
function writing(variables: readonly tf.Variable[]): () => void {
  const table = tf.tidy(() => tf.variable(tf.zeros([100, 2 * variables.length])));
  return () => fingerprint(variables, table, 7);
}

for (const name of names) {
  const { run: train, variables, parameters } = await open({
    case: cases.find((one) => one.name === name)!,
    backend: "wasm",
    threads: null,
    learningRate: LEARNING_RATE,
  });
  const group = `${name}, ${parameters} in ${variables.length}`;
  const step = () => train(1);
  const write = writing(variables);
  rates.bench({ group, system: "step", calls: 1, run: step, figure });
  rates.bench({
    group,
    system: "fingerprints after it",
    calls: 1,
    before: step,
    run: write,
    figure,
  });
  rates.bench({ group, system: "fingerprints again", calls: 10, run: write, figure });
}

// What a call costs before it looks at a parameter.
for (const count of [1, 8, 40]) {
  const variables = tf.tidy(() => Array.from({ length: count }, () => tf.variable(tf.zeros([1]))));
  const group = `${count} in ${count}`;
  rates.bench({ group, system: "fingerprints", calls: 1000, run: writing(variables), figure });
}

addEventListener("unload", () => {
  const text = `\n${threadsWanted()} threads\n${rates.report()}`;
  Deno.stdout.writeSync(new TextEncoder().encode(text));
});
