/**
 * Forecasts as text, a part at a time: CSV, or one JSON document.
 *
 * @module
 */

import { stringify } from "@std/csv";
import { canonicalJson } from "../numeric/canonical_json.ts";
import type { CheckedCsv, Forecasts } from "../serve/csv_forecasts.ts";
import type { Forecaster } from "../serve/forecaster.ts";

/** How a stream of forecasts is written; every part ends before a line feed. */
export interface ForecastText {
  readonly opening: string;
  /** @param more Whether others follow. */
  part(forecasts: Forecasts, more: boolean): string;
  /** Null for nothing. */
  readonly closing: string | null;
  /** In place of the rest, so that what broke off does not look whole. Null for nothing. */
  readonly brokenOff: string | null;
}

/**
 * CSV: a header, then one line a forecast. The numbers read back to the same f32.
 *
 * Shorter CSV is still CSV; what broke off therefore ends in a line of one cell, which readers refuse.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const text = csvText(["rtt_ms"]);
 * const forecasts = { timestamps: Float64Array.of(60, 120), values: Float32Array.of(20.5, 21) };
 * assertEquals([text.opening, text.part(forecasts, false)], ["timestamp,rtt_ms", "60,20.5\n120,21"]);
 * ```
 */
export function csvText(targets: readonly string[]): ForecastText {
  return {
    opening: stringify([["timestamp", ...targets]]).trimEnd(),
    part: ({ timestamps, values }) =>
      Array.from(timestamps, (timestamp, i) => {
        const row = values.subarray(i * targets.length, (i + 1) * targets.length);
        return `${timestamp},${row.join(",")}`;
      }).join("\n"),
    closing: null,
    brokenOff: "incomplete",
  };
}

/** What the JSON document says beside its forecasts. */
export interface ForecastFacts {
  readonly forecaster: Forecaster;
  /** Of the model's file. */
  readonly metadata: Readonly<Record<string, string>>;
  /** SHA-256 of the model's file. */
  readonly modelSha256: string;
  readonly csv: CheckedCsv;
}

/**
 * One document of the form `assay/forecasts@1`: canonical JSON, with a line feed after each forecast. What
 * broke off is no JSON, for its brackets stay open.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stubForecaster } from "../serve/testing.ts";
 *
 * const forecaster = stubForecaster({ targets: [{ name: "rtt_ms", unit: "ms" }] });
 * const csv = { path: "a.csv", rows: 3, forecasts: 1, sha256: "0" };
 * const text = jsonText({ forecaster, metadata: { run_id: "a1" }, modelSha256: "1", csv });
 * const forecasts = { timestamps: Float64Array.of(60), values: Float32Array.of(20.5) };
 * const document = JSON.parse(text.opening + text.part(forecasts, false) + text.closing);
 * assertEquals(document.forecasts, [{ timestamp: 60, rtt_ms: 20.5 }]);
 * assertEquals([document.model.runId, document.horizonSeconds], ["a1", 60]);
 * ```
 */
export function jsonText({ forecaster, metadata, modelSha256, csv }: ForecastFacts): ForecastText {
  const { targets, features, window, version, horizonSeconds, spacingSeconds } = forecaster;
  const [opening, closing] = canonicalJson({
    schema: "assay/forecasts@1",
    csv: { rows: csv.rows, sha256: csv.sha256 },
    features: features.map(({ name }) => name),
    forecasts: [],
    horizonSeconds,
    model: {
      version,
      runId: metadata["run_id"] ?? null,
      digests: {
        file: modelSha256,
        config: metadata["config_sha256"],
        data: metadata["data_sha256"],
        history: metadata["history_sha256"],
        scalers: metadata["scalers_sha256"],
        weights: metadata["weights_sha256"],
      },
      window,
    },
    rows: csv.forecasts,
    spacingSeconds,
    targets: targets.map(({ name, unit }) => ({ name, unit })),
  }).split('"forecasts":[');
  // Members in canonical order, each with what stands before its value.
  const members = ["timestamp", ...targets.map(({ name }) => name)]
    .map((name, position) => ({ name, position }))
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .map(({ name, position }, i) => ({
      before: `${i === 0 ? "{" : ","}${JSON.stringify(name)}:`,
      target: position - 1,
    }));
  return {
    opening: `${opening}"forecasts":[`,
    part: ({ timestamps, values }, more) =>
      Array.from(timestamps, (timestamp, i) =>
        members.reduce((text, { before, target }) => {
          const value = target < 0 ? timestamp : values[i * targets.length + target]!;
          return text + before + JSON.stringify(value);
        }, "") + "}").join(",\n") + (more ? "," : ""),
    closing: closing!,
    brokenOff: null,
  };
}
