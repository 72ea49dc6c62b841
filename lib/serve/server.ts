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
  const handler = createHandler(options);
  const progress = new Progress();
  const atOnce = new AbortController();
  const server = listen({
    port,
    hostname,
    signal: atOnce.signal,
    onListen: () => {},
    onError(error) {
      onError?.(error);
      return new Response(null, { status: 500 });
    },
  }, (request) => stop.aborted ? closing() : progress.of(handler(request)));
  const shutDown = async () => {
    // A client that never ends its request must not keep the server up.
    const grace = setTimeout(() => atOnce.abort(), 1000 * graceSeconds);
    // Deno's own shutdown would cut off bodies that are still being read.
    await Promise.race([progress.none(), server.finished]);
    await server.shutdown();
    clearTimeout(grace);
  };
  const stopped = Promise.withResolvers<void>();
  const onStop = () => stopped.resolve(shutDown());
  if (stop.aborted) onStop();
  else stop.addEventListener("abort", onStop, { once: true });
  return {
    hostname: server.addr.hostname,
    port: server.addr.port,
    finished: Promise.all([stopped.promise, server.finished]).then(() => {}),
  };
}

/** Counts answers that are being made. */
class Progress {
  #count = 0;
  readonly #none: (() => void)[] = [];

  /** Counts `answer` until it is made. */
  async of<T>(answer: Promise<T>): Promise<T> {
    this.#count++;
    try {
      return await answer;
    } finally {
      if (--this.#count === 0) this.#none.splice(0).forEach((tell) => tell());
    }
  }

  /** Fulfilled when none is being made. */
  none(): Promise<void> {
    return new Promise((tell) => this.#count === 0 ? tell() : this.#none.push(tell));
  }
}

function closing(): Response {
  const error = "Cannot answer: the server is being stopped. Ask again when it is back.";
  return Response.json({ error }, { status: 503, headers: { connection: "close" } });
}

function listen(
  options: Deno.ServeTcpOptions,
  handler: (request: Request) => Response | Promise<Response>,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve(options, handler);
  } catch (error) {
    throw new InputError(
      `Cannot listen on ${options.hostname}:${options.port}: ${
        (error as Error).message
      }. Choose another ` +
        `port (0 takes any free one) or host, or end what listens there.`,
    );
  }
}
