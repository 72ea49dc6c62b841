/**
 * A service whose model forecasts a network link, and the optimizer that follows it.
 *
 * @module
 */

import type { Forecast } from "../forecast.ts";
import type { Forecaster } from "../forecaster.ts";
import type { ServiceListener } from "../prediction_service.ts";
import type { AmstOptimizer } from "./optimizer.ts";
import type { LinkForecast } from "./parameters.ts";

/** Targets that a model must have for the optimizer to follow it. */
export const LINK_TARGETS = ["throughput_mbps", "rtt_ms", "packet_loss", "jitter_ms"] as const;

/** Targets whose relative errors make the confidence, as documented: throughput and latency. */
export const LINK_SCORED = ["throughput_mbps", "rtt_ms"] as const;

/**
 * Whether a model forecasts the four quantities of a link.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stubForecaster } from "../testing.ts";
 *
 * assertEquals(forecastsLink(stubForecaster()), true);
 * ```
 */
export function forecastsLink({ targets }: Pick<Forecaster, "targets">): boolean {
  return LINK_TARGETS.every((name) => targets.some((target) => target.name === name));
}

/** A forecast of {@linkcode LINK_TARGETS} in the optimizer's words. */
export function linkForecast({ values, confidence, validUntil }: Forecast): LinkForecast {
  const [bandwidthMbps, latencyMs, packetLoss, jitterMs] = LINK_TARGETS.map((name) =>
    values[name]!
  ) as [number, number, number, number];
  return { bandwidthMbps, latencyMs, packetLoss, jitterMs, confidence, validUntil };
}

/** Lets an optimizer consider each forecast of a service and hear what came of it. */
export function followedBy(optimizer: AmstOptimizer): ServiceListener {
  return {
    forecast: (forecast) => void optimizer.consider(linkForecast(forecast)),
    matched: ({ forecast, actual }) =>
      optimizer.updateThroughput(forecast.validUntil, actual.throughput_mbps!),
  };
}
