/**
 * A small network of three rows of a link, exported, for tests of what opens such files.
 *
 * @module
 */

import { closeDevice, openDevice } from "../lib/device/device.ts";
import { tfl } from "../lib/device/tf.ts";
import { dense } from "../lib/layers/dense.ts";
import { lstm } from "../lib/layers/lstm.ts";
import { exportOnnx } from "../lib/onnx/export.ts";
import type { Scalers } from "../lib/onnx/scalers.ts";
import { rootKey } from "../lib/random/key.ts";
import { type ForecastFrame, forecastMetadata } from "../lib/serve/forecast_metadata.ts";
import { linkQuantities } from "../lib/serve/testing.ts";

/** What the network says of itself. */
export const linkFrame: ForecastFrame = {
  spacingSeconds: 60,
  horizonSeconds: 900,
  features: linkQuantities,
  targets: linkQuantities,
};

/** Names of its columns. */
export const linkColumns = linkQuantities.map(({ name }) => name);

/** Scaler of its inputs and outputs. */
export const linkScaler = {
  kind: "z-score",
  columns: linkColumns,
  mean: [100, 30, 0, 3],
  scale: [50, 10, 0.01, 1],
} as const;

/** Exports the network with weights of a seed; `scalers: null` leaves the scalers out. */
export async function exportLinkModel(
  seed: number,
  { metadata = forecastMetadata(linkFrame), scalers = { input: linkScaler, output: linkScaler } }: {
    metadata?: Readonly<Record<string, string>>;
    scalers?: Scalers | null;
  } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  await openDevice({ backend: "wasm" });
  const rows = tfl.input({ shape: [3, 4] });
  const key = rootKey(seed);
  const recurrent = lstm({
    units: 5,
    biases: 1,
    returnSequences: false,
    key: key.key("lstm"),
    name: "lstm",
  });
  const head = dense({ units: 4, activation: "linear", key: key.key("head"), name: "head" });
  const model = tfl.model({
    inputs: rows,
    outputs: head.apply(recurrent.apply(rows)) as tfl.SymbolicTensor,
  });
  const file = await exportOnnx(model, { metadata, ...scalers && { scalers } });
  model.dispose();
  await closeDevice();
  return file;
}
