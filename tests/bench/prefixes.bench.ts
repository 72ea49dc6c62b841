/**
 * What an epoch of the oracle's predictors costs on 2,000 prefixes of up to 15 steps, and what of it is the mask:
 * beside the same networks on sequences that are all of 15 steps. Run it on a quiet machine, with
 * `ASSAY_THREADS=1` in front for one thread:
 *
 *     deno bench --no-prompt --allow-read --allow-env tests/bench/prefixes.bench.ts
 *
 * @module
 */

import { predictorNames, predictorNetwork } from "../../experiments/som_oracle/networks.ts";
import { openDevice } from "../../lib/device/device.ts";
import { tf } from "../../lib/device/tf.ts";
import { threadsWanted } from "../../lib/device/wasm/threads.ts";
import { normal } from "../../lib/random/distributions.ts";
import { rootKey } from "../../lib/random/key.ts";
import { Adam } from "../../lib/train/adam.ts";
import { mseLoss } from "../../lib/train/loss.ts";
import { trainStep } from "../../lib/train/step.ts";
import { modelTrainable } from "../../lib/train/trainable.ts";
import type { Batch, Trainable } from "../../lib/train/types.ts";
import { buildModel } from "./assay.ts";
import { type LayerSpec, LEARNING_RATE } from "./cases.ts";
import { MedianRates } from "./median_rate.ts";

const [batch, time, features, outputs, samples] = [32, 15, 6, 3, 2_000];
/** Steps of the prefixes, in turn: 5 to 70 % of 20 checkpoints and the one before them. */
const LENGTHS = [2, 3, 5, 7, 9, 11, 13, 15];
const CALLS = 16;
const key = rootKey(1);

await openDevice({ backend: "wasm" });
const rates = new MedianRates();

const lstm = (units: number, sequences: boolean, both = false): LayerSpec => (
  { kind: "lstm", units, sequences, both }
);
const dropout = (rate: number): LayerSpec => ({ kind: "dropout", rate });
const relu = (units: number): LayerSpec => ({ kind: "dense", units, activation: "relu" });

/** The predictors without a mask, up to their outputs. */
const unmasked: Record<typeof predictorNames[number], readonly LayerSpec[]> = {
  standard: [
    ...[lstm(128, true), dropout(0.3), lstm(64, true), dropout(0.3), lstm(32, false)],
    ...[dropout(0.2), relu(32), dropout(0.2), relu(16)],
  ],
  bidirectional: [
    ...[lstm(64, true, true), dropout(0.3), lstm(32, false, true)],
    ...[dropout(0.2), relu(32), dropout(0.2)],
  ],
  lite: [lstm(64, true), dropout(0.2), lstm(32, false), relu(16)],
};

const noise = (name: string, shape: number[]) =>
  tf.tensor(Float32Array.from(normal(key.key(name), tf.util.sizeFromShape(shape))), shape);
const plain: Batch = {
  x: noise("x", [batch, time, features]),
  y: noise("y", [batch, outputs]),
};
const masked: Batch = {
  ...plain,
  further: [tf.tensor2d(
    Float32Array.from(
      { length: batch * time },
      (_, at) => Number(at % time < LENGTHS[Math.floor(at / time) % LENGTHS.length]!),
    ),
    [batch, time],
  )],
};

function add(group: string, system: string, trainable: Trainable, on: Batch): void {
  const adam = new Adam(trainable.trainable, { learningRate: LEARNING_RATE });
  rates.bench({
    group,
    system,
    calls: CALLS,
    run: () => tf.dispose({ ...trainStep(trainable, adam, on, key) }),
    figure: (milliseconds) =>
      `${milliseconds.toFixed(2)} ms a step, ${
        (milliseconds * Math.ceil(samples / batch) / 1000).toFixed(2)
      } s an epoch`,
  });
}

for (const name of predictorNames) {
  const options = { features, context: 0, outputs, attention: false };
  const network = predictorNetwork(key, name, options);
  add(name, "prefixes, masked", modelTrainable(network, mseLoss), masked);
  const output = { kind: "dense", units: outputs, activation: "linear" } as const;
  const layers = [...unmasked[name], output];
  const spec = { name, batch, input: [time, features], layers, carried: false };
  add(name, "all of 15 steps", modelTrainable(buildModel(spec, key), mseLoss), plain);
}

addEventListener("unload", () => {
  const text = `\n${threadsWanted()} threads\n${rates.report()}`;
  Deno.stdout.writeSync(new TextEncoder().encode(text));
});
