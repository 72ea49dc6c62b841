/**
 * The server: a handler on a port, until it is told to stop.
 *
 * @module
 */

import { InputError } from "../numeric/errors.ts";
import { createHandler, type HandlerOptions } from "./http.ts";

/** Where to listen, and until when. */
export interface ServeOptions extends HandlerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Default: loopback, which only this machine reaches. There is no authentication. */
  readonly hostname?: string;
  /** When it aborts, requests in progress are answered, then the server ends. */
  readonly stop: AbortSignal;
  /** Seconds that requests in progress may take then. Default 5. */
  readonly graceSeconds?: number;
}

/** A server that listens. */
export interface Listening {
  readonly hostname: string;
  readonly port: number;
  /** Fulfilled when it has ended and the port is free. */
  readonly finished: Promise<void>;
}

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
  const { port, hostname = "127.0.0.1", stop, graceSeconds = 5, onError } = options;
  const atOnce = new AbortController();
  const server = listen({ port, hostname, signal: atOnce.signal, onError }, createHandler(options));
  let grace: ReturnType<typeof setTimeout> | undefined;
  const shutDown = () => {
    // A client that never ends its request must not keep the server up.
    grace = setTimeout(() => atOnce.abort(), 1000 * graceSeconds);
    void server.shutdown();
  };
  if (stop.aborted) shutDown();
  else stop.addEventListener("abort", shutDown, { once: true });
  const finished = server.finished.finally(() => {
    clearTimeout(grace);
    stop.removeEventListener("abort", shutDown);
  });
  return { hostname: server.addr.hostname, port: server.addr.port, finished };
}

function listen(
  { port, hostname, signal, onError }: Required<Pick<ServeOptions, "port" | "hostname">> & {
    signal: AbortSignal;
    onError: HandlerOptions["onError"];
  },
  handler: ReturnType<typeof createHandler>,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({
      port,
      hostname,
      signal,
      onListen: () => {},
      onError(error) {
        onError?.(error);
        return new Response(null, { status: 500 });
      },
    }, handler);
  } catch (error) {
    throw new InputError(
      `Cannot listen on ${hostname}:${port}: ${
        (error as Error).message
      }. Choose another port (0 takes ` +
        `any free one) or host, or end what listens there.`,
    );
  }
}
