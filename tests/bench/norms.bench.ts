/**
 * Layer and batch normalisation, forward and with all gradients, beside the stock layers of tfjs on the
 * same WASM backend. Run it on a quiet machine, with `ASSAY_THREADS=1` for one thread:
 *
 *     deno bench --no-prompt --allow-read --allow-env tests/bench/norms.bench.ts
 *
 * After the times it prints nanoseconds per element of the median call, and what copying an element
 * takes: forward reads x three times and writes y, the gradients of layer normalisation read x three and
 * dy four times and write dx.
 *
 * @module
 */

import { openDevice } from "../../lib/device/device.ts";
import { tf, tfl } from "../../lib/device/tf.ts";
import { floats } from "../../lib/kernels/arithmetic/testing.ts";
import { batchNorm } from "../../lib/layers/batch_norm.ts";
import { layerNormalization } from "../../lib/layers/layer_norm.ts";
import { MedianRates, nanosecondsEach } from "./median_rate.ts";

const device = await openDevice({ backend: "wasm" });

const cases = [
  {
    group: "layer norm 640x64",
    shape: [640, 64],
    assay: layerNormalization({ name: "rows", axes: "last" }),
    tfjs: tfl.layers.layerNormalization({}),
  },
  {
    group: "layer norm of samples 32x20x20x32",
    shape: [32, 20, 20, 32],
    assay: layerNormalization({ name: "samples", axes: "sample" }),
    tfjs: tfl.layers.layerNormalization({ axis: [1, 2, 3] }),
  },
  {
    group: "batch norm 640x64",
    shape: [640, 64],
    assay: batchNorm({ name: "batch" }),
    tfjs: tfl.layers.batchNormalization({}),
  },
];

const rates = new MedianRates();

function bench(group: string, system: string, elements: number, run: () => void): void {
  rates.bench({
    group,
    system,
    calls: Math.max(1, Math.round(4e5 / elements)),
    run,
    figure: (milliseconds) => nanosecondsEach(elements, milliseconds),
  });
}

for (const { group, shape, ...systems } of cases) {
  const elements = shape.reduce((product, extent) => product * extent);
  const x = tf.tensor(floats(elements, 1), shape);
  const dy = tf.tensor(floats(elements, 2), shape);
  const [from, to] = [new Float32Array(elements), new Float32Array(elements)];
  for (const [system, layer] of Object.entries(systems)) {
    const y = (x: tf.Tensor) => layer.apply(x, { training: true }) as tf.Tensor;
    tf.dispose(y(x)); // builds
    const all = tf.valueAndGrads((x) => y(x!));
    const weights = layer.trainableWeights.map((weight) => weight.read());
    bench(group, `${system} y`, elements, () => tf.tidy(() => void y(x)));
    bench(
      group,
      `${system} y, gradients`,
      elements,
      () => tf.tidy(() => void all([x, ...weights], dy)),
    );
  }
  bench(group, "a copy", elements, () => to.set(from));
}

addEventListener("unload", () => {
  const text = `\nper element, ${device.backend}, ${device.numerics}:\n` +
    rates.report();
  Deno.stdout.writeSync(new TextEncoder().encode(text));
});
