/**
 * What fingerprints of all parameters cost a training step. Run it on a quiet machine, with
 * `ASSAY_THREADS=1` in front for one thread:
 *
 *     deno bench --no-prompt --allow-read --allow-env tests/bench/fingerprint.bench.ts
 *
 * @module
 */

import { openDevice } from "../../lib/device/device.ts";
import { tf } from "../../lib/device/tf.ts";
import { threadsWanted } from "../../lib/device/wasm/threads.ts";
import { fingerprint } from "../../lib/kernels/fingerprint/op.ts";
import { rootKey } from "../../lib/random/key.ts";
import { buildModel, open } from "./assay.ts";
import { cases, LEARNING_RATE } from "./cases.ts";
import { MedianRates } from "./median_rate.ts";

const names = ["mlp-dqn", "lstm-h64", "bandwidth-540k", "nature-cnn"];

await openDevice({ backend: "wasm" });
const rates = new MedianRates();
const figure = (milliseconds: number) => `${(1000 * milliseconds).toFixed(1)} µs`;

function bench(group: string, system: string, calls: number, run: () => void | Promise<void>) {
  rates.bench({ group, system, calls, run, figure });
}

for (const name of names) {
  const spec = cases.find((one) => one.name === name)!;
  const { run } = await open({
    case: spec,
    backend: "wasm",
    threads: null,
    learningRate: LEARNING_RATE,
  });
  const variables = buildModel(spec, rootKey(1)).trainableWeights
    .map((weight) => weight.read() as tf.Variable);
  const parameters = variables.reduce((sum, { size }) => sum + size, 0);
  const table = tf.tidy(() => tf.variable(tf.zeros([100, 2 * variables.length])));
  const group = `${name}, ${parameters} in ${variables.length}`;
  bench(group, "training step", 10, () => run(1));
  bench(group, "fingerprints", 100, () => fingerprint(variables, table, 7));
}

// What a call costs before it looks at a parameter.
for (const count of [1, 8, 40]) {
  const variables = tf.tidy(() => Array.from({ length: count }, () => tf.variable(tf.zeros([1]))));
  const table = tf.tidy(() => tf.variable(tf.zeros([100, 2 * count])));
  bench(`${count} in ${count}`, "fingerprints", 1000, () => fingerprint(variables, table, 7));
}

addEventListener("unload", () => {
  const text = `\n${threadsWanted()} threads\n${rates.report()}`;
  Deno.stdout.writeSync(new TextEncoder().encode(text));
});
