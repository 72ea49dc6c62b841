/**
 * What an exported model says of the series it forecasts: the entry `forecast` of its ONNX metadata.
 *
 * @module
 */

import { z } from "zod";
import { canonicalJson } from "../numeric/canonical_json.ts";
import { InputError } from "../numeric/errors.ts";
import type { Quantity } from "./forecaster.ts";

/** The series a model was trained on, and how far it looks ahead. */
export interface ForecastFrame {
  /** Seconds from one row to the next. */
  readonly spacingSeconds: number;
  /** Seconds from the last row seen to the one forecast. */
  readonly horizonSeconds: number;
  /** The columns of a row, in the order of the model's input. */
  readonly features: readonly Quantity[];
  /** What is forecast, in the order of the model's output. */
  readonly targets: readonly Quantity[];
}

const quantities = z.array(z.strictObject({
  name: z.string().min(1),
  unit: z.string(),
  atLeast: z.number().optional(),
  atMost: z.number().optional(),
})).min(1);

const schema = z.strictObject({
  spacingSeconds: z.number().positive(),
  horizonSeconds: z.number().positive(),
  features: quantities,
  targets: quantities,
});

/**
 * The metadata with which a model is exported to forecast outside its run.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { forecastMetadata } from "assay";
 *
 * const rtt = { name: "rtt_ms", unit: "ms", atLeast: 0 };
 * const frame = { spacingSeconds: 60, horizonSeconds: 900, features: [rtt], targets: [rtt] };
 * assertEquals(JSON.parse(forecastMetadata(frame).forecast), frame);
 * ```
 */
export function forecastMetadata(frame: ForecastFrame): { forecast: string } {
  return { forecast: canonicalJson(frame) };
}

/**
 * Reads what {@linkcode forecastMetadata} made.
 *
 * @param source The file, for messages.
 * @throws {InputError} When the entry is missing or not of its form.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { InputError } from "../numeric/errors.ts";
 *
 * assertThrows(() => readForecastMetadata({}, "a.onnx"), InputError, 'no entry "forecast"');
 * ```
 */
export function readForecastMetadata(
  metadata: Readonly<Record<string, string>>,
  source: string,
): ForecastFrame {
  const text = metadata["forecast"];
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data as ForecastFrame;
  const [issue] = parsed.error.issues;
  throw new InputError(
    `Cannot forecast with the model in ${source}: ${
      text === undefined
        ? 'its metadata has no entry "forecast"'
        : `the entry "forecast" of its metadata is wrong at "${issue!.path.join(".")}": ${
          issue!.message
        }`
    }. It says what the columns are, how far apart the rows and how far ahead the forecasts; export ` +
      `the model with metadata: forecastMetadata({ ... }).`,
  );
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
