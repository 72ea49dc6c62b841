/**
 * An HTTP server on a port, until it is told to stop.
 *
 * @module
 */

import { InputError } from "../numeric/errors.ts";

/** Where to listen, and until when. */
export interface ListenOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** Default: loopback, which only this machine reaches. There is no authentication. */
  readonly hostname?: string;
  /** When it aborts, requests in progress are answered, then the server ends. */
  readonly stop: AbortSignal;
  /** Seconds that requests in progress may take then. Default 5. */
  readonly graceSeconds?: number;
  /** Told of faults of our own, answered with 500. */
  readonly onError?: (error: unknown) => void;
}

/** A server that listens. */
export interface Listening {
  readonly hostname: string;
  readonly port: number;
  /** Fulfilled when it has ended and the port is free. */
  readonly finished: Promise<void>;
}

/**
 * Answers requests on a port.
 *
 * @throws {InputError} When the port cannot be had.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const stop = new AbortController();
 * const answer = () => Promise.resolve(new Response("here"));
 * const { port, finished } = listen(answer, { port: 0, stop: stop.signal });
 * assertEquals(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "here");
 * stop.abort();
 * await finished;
 * ```
 */
export function listen(
  handler: (request: Request) => Promise<Response>,
  { port, hostname = "127.0.0.1", stop, graceSeconds = 5, onError }: ListenOptions,
): Listening {
  const progress = new Progress();
  const atOnce = new AbortController();
  const server = open({
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

function open(
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
