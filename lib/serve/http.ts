/**
 * A service over HTTP. The README has the table of routes.
 *
 * @module
 */

import { InputError } from "../numeric/errors.ts";
import { linkForecast } from "./amst/link.ts";
import type { AmstOptimizer } from "./amst/optimizer.ts";
import { EXPOSITION_TYPE } from "./exposition.ts";
import { metricsText } from "./metrics.ts";
import type { PredictionService } from "./prediction_service.ts";
import { readJsonBody, RequestRefused } from "./request_body.ts";

/** What is served. */
export interface HandlerOptions {
  readonly service: PredictionService;
  /** The optimizer that follows it; null where the model does not forecast a link. */
  readonly optimizer: AmstOptimizer | null;
  /** Bytes of a body at most. Default 1 MiB. */
  readonly bodyLimit?: number;
  /** Told of faults of our own, answered with 500. */
  readonly onError?: (error: unknown) => void;
}

/** Answers requests. */
export type Handler = (request: Request) => Promise<Response>;

type Route = (request: Request) => Response | Promise<Response>;

/**
 * Makes the handler of a service. Whatever is asked, it answers: errors are JSON, `{"error": paragraph}`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { PredictionService } from "./prediction_service.ts";
 * import { ManualTime, stubForecaster } from "./testing.ts";
 *
 * const service = new PredictionService({ forecaster: stubForecaster(), time: new ManualTime() });
 * const handler = createHandler({ service, optimizer: null });
 * const response = await handler(new Request("http://localhost/prediction"));
 * assertEquals([response.status, response.headers.get("retry-after")], [503, "180"]);
 * ```
 */
export function createHandler(options: HandlerOptions): Handler {
  const { service, optimizer, bodyLimit = 2 ** 20, onError } = options;
  const routes: Record<string, Partial<Record<string, Route>>> = {
    "/samples": {
      async POST(request) {
        const { accepted, gaps } = service.add(await readJsonBody(request, bodyLimit));
        const { samples, unbroken, window } = service.status();
        return json(202, { accepted, gaps, samples, unbroken, window });
      },
    },
    "/prediction": { GET: () => prediction(service) },
    "/parameters": { GET: () => parameters(service, optimizer) },
    "/metrics": {
      GET: () => answer(200, metricsText(service), { "content-type": EXPOSITION_TYPE }),
    },
    "/health": { GET: () => health(service) },
  };
  return async (request) => {
    try {
      return await routeOf(routes, request)(request);
    } catch (error) {
      if (error instanceof RequestRefused) {
        return failure(error.status, error.message, error.headers);
      }
      if (error instanceof InputError) return failure(422, error.message);
      onError?.(error);
      return failure(500, "internal: Cannot answer the request, the fault is ours; see the log.");
    }
  };
}

function routeOf(routes: Record<string, Partial<Record<string, Route>>>, request: Request): Route {
  const pathname = pathOf(request);
  const methods = Object.hasOwn(routes, pathname) ? routes[pathname]! : null;
  if (methods === null) {
    throw new RequestRefused(
      404,
      `Cannot find "${pathname.slice(0, 100)}". Paths are ${Object.keys(routes).join(", ")}.`,
    );
  }
  // HEAD is GET without its body, which the server leaves out.
  const method = request.method === "HEAD" ? "GET" : request.method;
  if (Object.hasOwn(methods, method)) return methods[method]!;
  const allow = Object.keys(methods).flatMap((name) => name === "GET" ? ["GET", "HEAD"] : [name]);
  throw new RequestRefused(
    405,
    `Cannot ${request.method} ${pathname}: it takes ${allow.join(" and ")}.`,
    { allow: allow.join(", ") },
  );
}

/** The path asked for. Target and Host come from the client, and need not make an address. */
function pathOf(request: Request): string {
  try {
    return new URL(request.url).pathname;
  } catch {
    throw new RequestRefused(
      400,
      "Cannot read the address of the request: its target has to be a path, its Host a host's name.",
    );
  }
}

function prediction(service: PredictionService): Response {
  const answer = service.answer();
  if (!answer.ready) {
    return failure(
      503,
      `Cannot forecast: ${answer.reason}. Send samples with POST /samples and ask again.`,
      { "retry-after": String(answer.waitSeconds) },
    );
  }
  const { targets, horizonSeconds } = service.model;
  return json(200, {
    ...answer.forecast,
    units: Object.fromEntries(targets.map(({ name, unit }) => [name, unit])),
    horizonSeconds,
    calibration: service.status().calibration,
  });
}

function parameters(service: PredictionService, optimizer: AmstOptimizer | null): Response {
  if (optimizer === null) {
    throw new RequestRefused(
      404,
      `Cannot choose transfer parameters: model "${service.model.version}" does not forecast a network ` +
        `link. See GET /prediction for what it does forecast.`,
    );
  }
  const answer = service.answer();
  const forecast = answer.ready ? linkForecast(answer.forecast) : null;
  return json(200, {
    ...optimizer.current(forecast),
    source: answer.ready ? answer.forecast.source : null,
    adjustment: optimizer.shouldAdjustStreams(forecast),
    preemptive: optimizer.preemptive(forecast),
    decisions: optimizer.decisions.length,
    effectiveness: optimizer.effectiveness(),
  });
}

function health(service: PredictionService): Response {
  const answer = service.answer();
  return json(200, {
    status: !answer.ready ? "waiting" : answer.forecast.source === "model" ? "ok" : "degraded",
    reason: answer.ready ? answer.forecast.reason : answer.reason,
    ...service.status(),
  });
}

function failure(status: number, error: string, headers: Record<string, string> = {}): Response {
  return json(status, { error }, headers);
}

function json(status: number, value: unknown, headers: Record<string, string> = {}): Response {
  return answer(status, JSON.stringify(value), { "content-type": "application/json", ...headers });
}

function answer(status: number, body: string, headers: Record<string, string>): Response {
  return new Response(body, { status, headers: { "cache-control": "no-store", ...headers } });
}
