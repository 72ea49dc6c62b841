/**
 * The server of a prediction service.
 *
 * @module
 */

import { createHandler, type HandlerOptions } from "./http.ts";
import { listen, type Listening, type ListenOptions } from "./listen.ts";

/** What to serve, where, and until when. */
export interface ServeOptions extends HandlerOptions, Omit<ListenOptions, "onError"> {}

/**
 * Serves over HTTP. The service itself is the caller's to start and to close.
 *
 * @throws {InputError} When the port cannot be had.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { PredictionService } from "./prediction_service.ts";
 * import { ManualTime, stubForecaster } from "./testing.ts";
 *
 * const service = new PredictionService({ forecaster: stubForecaster(), time: new ManualTime() });
 * const stop = new AbortController();
 * const { port, finished } = serve({ service, optimizer: null, port: 0, stop: stop.signal });
 * const health = await (await fetch(`http://127.0.0.1:${port}/health`)).json();
 * assertEquals(health.status, "waiting");
 * stop.abort();
 * await finished;
 * ```
 */
export function serve(options: ServeOptions): Listening {
  return listen(createHandler(options), options);
}
