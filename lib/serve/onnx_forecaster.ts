/**
 * An exported model as a forecaster.
 *
 * @module
 */

import type { Scaler } from "../dataset/scalers.ts";
import { sha256Hex } from "../numeric/digest.ts";
import { InputError } from "../numeric/errors.ts";
import { readScalers } from "../onnx/scaler_metadata.ts";
import { openSession, type Session } from "../onnx/sessions.ts";
import { readForecastMetadata } from "./forecast_metadata.ts";
import { checkForecaster, type Forecaster, type Quantity } from "./forecaster.ts";

/**
 * Opens an ONNX file to forecast with: one input `[batch, window, features]`, one output `[batch, targets]`,
 * scalers inside the graph, and `forecastMetadata`. Its version is the first 12 digits of its
 * SHA-256.
 *
 * @param source The file, for messages.
 * @throws {InputError} When it cannot be opened, or says not what it forecasts, or its shapes contradict
 * what it says.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { InputError } from "../numeric/errors.ts";
 *
 * await assertRejects(() => openForecaster(Uint8Array.of(1, 2), "a.onnx"), InputError, "a.onnx");
 * ```
 */
export async function openForecaster(file: Uint8Array, source: string): Promise<Forecaster> {
  const session = await openSession(file, { source });
  try {
    return forecasterOf(session, sha256Hex(file), source);
  } catch (error) {
    await session.close();
    throw error;
  }
}

function forecasterOf(session: Session, digest: string, source: string): Forecaster {
  const { inputs, outputs, metadata } = session.description;
  const frame = readForecastMetadata(metadata, source);
  const { features, targets } = frame;
  const scalers = readScalers(metadata, source);
  const [input, output] = [inputs[0]!, outputs[0]!];
  const window = input.shape[1];
  const fits = inputs.length === 1 && outputs.length === 1 && input.shape.length === 3 &&
    typeof window === "number" && input.shape[2] === features.length &&
    output.shape.length === 2 && output.shape[1] === targets.length;
  if (!fits) {
    const ports = [...inputs, ...outputs].map(({ name, shape }) => `${name} [${shape.join(", ")}]`);
    throw new InputError(
      `Cannot forecast with the model in ${source}: its inputs and outputs are ${
        ports.join(", ")
      }. One input ` +
        `[batch, window, ${features.length}] and one output [batch, ${targets.length}] are needed for ` +
        `the features and targets that its metadata names.`,
    );
  }
  if (scalers === null) {
    throw new InputError(
      `Cannot forecast with the model in ${source}: it has no scalers in its graph, so that it does not ` +
        `read original units. Export it with its scalers.`,
    );
  }
  checkColumns("features", features, scalers.input, source);
  checkColumns("targets", targets, scalers.output, source);
  const forecaster: Forecaster = {
    ...frame,
    version: digest.slice(0, 12),
    window,
    scalerHash: scalers.sha256.slice(0, 12),
    async predict(windows) {
      const batch = windows.length / (window * features.length);
      const given = { shape: [batch, window, features.length], data: windows };
      const { [output.name]: found } = await session.run({ [input.name]: given });
      return found!.data;
    },
    close: () => session.close(),
  };
  checkForecaster(forecaster);
  return forecaster;
}

/** Refuses scalers of other columns: the graph would scale one quantity with the mean of another. */
function checkColumns(
  what: "features" | "targets",
  quantities: readonly Quantity[],
  scaler: Scaler,
  source: string,
): void {
  const names = quantities.map(({ name }) => name).join(", ");
  const scaled = scaler.columns.join(", ");
  if (names === scaled) return;
  throw new InputError(
    `Cannot forecast with the model in ${source}: its metadata names the ${what} ${names}, but its ` +
      `scalers are of ${scaled}. Export it again with the same columns in the same order.`,
  );
}
