/**
 * The room `serve`: a trained model beside live measurements. Samples come in, a {@linkcode Forecaster}
 * says what follows, a service keeps the forecast, its age and its errors, an HTTP handler tells them, and
 * `amst/` turns them into a decision. It stands above `onnx` and `run` and below `report` and `cli`, and
 * knows no experiment: what the columns are called comes with the model.
 *
 * This file is what the room asks of a model.
 *
 * @module
 */

import { InputError } from "../numeric/errors.ts";

/** A measured quantity: its column, its unit and what its unit allows. */
export interface Quantity {
  readonly name: string;
  /** Empty for a ratio or a plain count. */
  readonly unit: string;
  /** Smallest possible value: 0 for a rate, a delay, a ratio, a count. Default: none. */
  readonly atLeast?: number;
  /** Largest possible value: 1 for a ratio. Default: none. */
  readonly atMost?: number;
}

/** A model that sees the last rows of a regular series and says what a later row will be. */
export interface Forecaster {
  /** What tells this model from every other one. */
  readonly version: string;
  /** Rows it sees. */
  readonly window: number;
  /** The columns of a row, in the order of the window. */
  readonly features: readonly Quantity[];
  /** What it forecasts, in the order of its output; each is one of the features. */
  readonly targets: readonly Quantity[];
  /** Seconds from the last row seen to the one forecast. */
  readonly horizonSeconds: number;
  /** Seconds from one row to the next. */
  readonly spacingSeconds: number;
  /** Digest of the scalers that the model was trained with. */
  readonly scalerHash: string;
  /**
   * Forecasts, for each window, the row `horizonSeconds` after its last one. Scaling is the forecaster's
   * own affair, and a forecast does not depend on the windows beside it.
   *
   * @param windows `[batch, window, features]` f32, row-major, oldest row first, in the features' units.
   * @returns `[batch, targets]` f32, in the targets' units.
   */
  predict(windows: Float32Array): Promise<Float32Array>;
  /** Gives back what the model holds. */
  close(): Promise<void>;
}

/**
 * Checks that a forecaster can be served: what came can be compared with what was forecast.
 *
 * @throws {InputError} When window, horizon or spacing is no positive number, a name stands twice, or a
 * target is not one of the features.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { InputError } from "../numeric/errors.ts";
 * import { stubForecaster } from "./testing.ts";
 *
 * checkForecaster(stubForecaster());
 * const blind = stubForecaster({ targets: [{ name: "cpu_load", unit: "" }] });
 * assertThrows(() => checkForecaster(blind), InputError, "cpu_load");
 * ```
 */
export function checkForecaster(forecaster: Forecaster): void {
  const { version, window, features, targets, horizonSeconds, spacingSeconds } = forecaster;
  const names = features.map(({ name }) => name);
  const fault = !(Number.isSafeInteger(window) && window >= 1)
    ? `its window is ${window} rows, a whole number from 1 is needed`
    : !(horizonSeconds > 0 && horizonSeconds < Infinity)
    ? `its horizon is ${horizonSeconds} s, a finite number above 0 is needed`
    : !(spacingSeconds > 0 && spacingSeconds < Infinity)
    ? `its rows are ${spacingSeconds} s apart, a finite number above 0 is needed`
    : new Set(names).size !== names.length || names.includes("timestamp")
    ? `its features are ${names.join(", ")}; each needs a name of its own, other than "timestamp"`
    : targets.length === 0
    ? "it has no targets"
    : targets.flatMap(({ name }) => names.includes(name) ? [] : [name])
      .map((name) =>
        `its target "${name}" is not a feature, so that its errors would never be known`
      )
      .at(0);
  if (fault !== undefined) {
    throw new InputError(
      `Cannot serve model "${version}": ${fault}. Export the model again from a run whose targets are ` +
        `among its features.`,
    );
  }
}

/**
 * Checks that `next` can take over from `serving` with the samples and errors at hand.
 *
 * @throws {InputError} When features, targets, window, spacing, horizon or scalers differ, or the version
 * does not.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { InputError } from "../numeric/errors.ts";
 * import { stubForecaster } from "./testing.ts";
 *
 * const serving = stubForecaster({ version: "a" });
 * checkSuccessor(serving, stubForecaster({ version: "b" }));
 * const other = stubForecaster({ version: "b", scalerHash: "other" });
 * assertThrows(() => checkSuccessor(serving, other), InputError, "scalers");
 * ```
 */
export function checkSuccessor(serving: Forecaster, next: Forecaster): void {
  if (serving.version === next.version) {
    throw new InputError(
      `Cannot swap the model: the version "${next.version}" serves already. Give the new model a ` +
        `version of its own, or forecasts and errors of the two could not be told apart.`,
    );
  }
  const differences = Object.entries(facts(next)).flatMap(([name, found]) => {
    const wanted = facts(serving)[name];
    return found === wanted ? [] : [`its ${name} are ${found}, the service has ${wanted}`];
  });
  if (differences.length === 0) return;
  throw new InputError(
    `Cannot swap model "${serving.version}" for "${next.version}": ${
      differences.join("; ")
    }. A model ` +
      `takes over only where it reads the same samples in the same way; start a service of its own for ` +
      `this one.`,
  );
}

/** What two models must have in common, as text. */
function facts(model: Forecaster): Record<string, string> {
  const columns = (list: readonly Quantity[]) =>
    list.map(({ name, unit }) => unit ? `${name} (${unit})` : name).join(", ");
  return {
    features: columns(model.features),
    targets: columns(model.targets),
    "window rows": String(model.window),
    "seconds of spacing": String(model.spacingSeconds),
    "seconds of horizon": String(model.horizonSeconds),
    scalers: model.scalerHash,
  };
}
