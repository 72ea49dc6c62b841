/**
 * What a service tells Prometheus.
 *
 * @module
 */

import { familyText } from "./exposition.ts";
import { FEWEST_PAIRS } from "./forecast.ts";
import type { PredictionService } from "./prediction_service.ts";

/** Names that the documents give to a link's quantities; another target keeps its own. */
const documented: Readonly<Record<string, string>> = {
  throughput_mbps: "bandwidth_mbps",
  rtt_ms: "latency_ms",
  packet_loss: "packet_loss_ratio",
};

/**
 * The metrics of a service in Prometheus' text format, under the documented names. What is not known has
 * no series: the accuracy before ten forecasts met their moment, the current forecast where none holds.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { PredictionService } from "./prediction_service.ts";
 * import { ManualTime, stubForecaster } from "./testing.ts";
 *
 * const service = new PredictionService({ forecaster: stubForecaster(), time: new ManualTime() });
 * assertStringIncludes(metricsText(service), "\ndwcp_pba_sample_count 0\n");
 * ```
 */
export function metricsText(service: PredictionService): string {
  const status = service.status();
  const answer = service.answer();
  const forecast = answer.ready ? answer.forecast : null;
  const { pairs, meanError } = status.calibration;
  const families = [
    gauge(
      "prediction_accuracy",
      "1 minus the mean relative error of forecasts at their own moment.",
      pairs < FEWEST_PAIRS ? null : 1 - meanError!,
    ),
    familyText({
      ...gaugeOf("model_version", "Number of the serving model since the start.", status.models),
      labels: { version: status.modelVersion },
    }),
    gauge("confidence", "Confidence in the current forecast.", forecast?.confidence ?? null),
    counter("retrain_total", "Models that took over since the start.", status.models - 1),
    counter("predictions_total", "Forecasts made by the model.", status.forecasts),
    counter("prediction_failures_total", "Times the model gave no forecast.", status.failures),
    ...service.model.targets.map(({ name, unit }) =>
      gauge(
        `current_${documented[name] ?? name}`,
        `Forecast of ${name}${unit && `, ${unit}`}, a fallback included.`,
        forecast?.values[name] ?? null,
      )
    ),
    gauge("sample_count", "Samples at hand.", status.samples),
    counter("sample_gaps_total", "Gaps between samples.", status.gaps),
    service.latency.text(),
  ];
  return `${families.join("\n")}\n`;
}

function gaugeOf(name: string, help: string, value: number | null) {
  return { name: `dwcp_pba_${name}`, help, type: "gauge", value } as const;
}

function gauge(name: string, help: string, value: number | null): string {
  return familyText(gaugeOf(name, help, value));
}

function counter(name: string, help: string, value: number): string {
  return familyText({ name: `dwcp_pba_${name}`, help, type: "counter", value });
}
