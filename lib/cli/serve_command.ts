/**
 * `serve`: a trained model beside live measurements, over HTTP.
 *
 * @module
 */

import { resolve } from "@std/path";
import { InputError } from "../numeric/errors.ts";
import { followedBy, forecastsLink, LINK_SCORED } from "../serve/amst/link.ts";
import { AmstOptimizer } from "../serve/amst/optimizer.ts";
import type { Forecaster } from "../serve/forecaster.ts";
import { openForecaster } from "../serve/onnx_forecaster.ts";
import { PredictionService } from "../serve/prediction_service.ts";
import { serve } from "../serve/server.ts";
import { systemTime } from "../serve/time.ts";
import { integerOption, parseArguments, portOption } from "./arguments.ts";
import { readModelFile } from "./model_file.ts";
import { exitStatus, invocationFolder, type Streams } from "./streams.ts";

const usage = `Usage: deno task serve --model FILE [--port N] [--host NAME] [--interval SECONDS]
  --model FILE        an ONNX file that a run exported
  --port N            default 8000; 0 takes any free one
  --host NAME         default 127.0.0.1, which only this machine reaches; there is no authentication
  --interval SECONDS  between forecasts, default 60
Prints its address, and serves until Ctrl-C or SIGTERM. SIGHUP reads FILE again and swaps the model.`;

/** Runs the command. */
export async function serveCommand(args: string[], streams: Streams): Promise<number> {
  const parsed = parseArguments("serve", args, {
    flags: ["debug", "help"],
    values: ["model", "port", "host", "interval"],
    lists: [],
    usage,
  });
  if (parsed.flag("help")) {
    streams.out(usage);
    return exitStatus.ok;
  }
  const model = parsed.value("model");
  if (model === undefined) throw new InputError(`Cannot serve: --model is missing. ${usage}`);
  const port = portOption(parsed.value("port") ?? "8000");
  const intervalSeconds = integerOption("interval", parsed.value("interval") ?? "60", 1);
  const path = resolve(invocationFolder(), model);

  const forecaster = await readForecaster(path);
  const optimizer = forecastsLink(forecaster) ? new AmstOptimizer() : null;
  const failed = (error: unknown) => streams.err(`The model failed: ${(error as Error).message}`);
  const service = new PredictionService({
    forecaster,
    time: systemTime,
    intervalSeconds,
    ...(optimizer === null
      ? { listener: { failed } }
      : { scored: LINK_SCORED, listener: { ...followedBy(optimizer), failed } }),
  });
  try {
    using signals = new ServeSignals(() => swap(service, path, streams));
    const { hostname, port: taken, finished } = serve({
      service,
      optimizer,
      port,
      hostname: parsed.value("host") ?? "127.0.0.1",
      stop: signals.stop,
      onError: (error) => streams.err(`internal: ${(error as Error).stack ?? error}`),
    });
    service.start();
    streams.out(`http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${taken}`);
    streams.err(`Serving model ${forecaster.version} of ${path}.`);
    await finished;
    return exitStatus[signals.stop.reason as StopName];
  } finally {
    await service.close();
  }
}

type StopName = "SIGINT" | "SIGTERM";

/** SIGINT and SIGTERM end the server, a second one the process; SIGHUP swaps the model. */
class ServeSignals {
  readonly #stopping = new AbortController();
  readonly #heeded: [Deno.Signal, () => void][];

  constructor(onHangUp: () => void) {
    const stopOn = (name: StopName) => () => {
      if (this.stop.aborted) Deno.exit(exitStatus[name]);
      this.#stopping.abort(name);
    };
    this.#heeded = [["SIGINT", stopOn("SIGINT")], ["SIGTERM", stopOn("SIGTERM")]];
    if (Deno.build.os !== "windows") this.#heeded.push(["SIGHUP", onHangUp]);
    for (const [name, listener] of this.#heeded) Deno.addSignalListener(name, listener);
  }

  get stop(): AbortSignal {
    return this.#stopping.signal;
  }

  [Symbol.dispose](): void {
    for (const [name, listener] of this.#heeded) Deno.removeSignalListener(name, listener);
  }
}

async function swap(service: PredictionService, path: string, { err }: Streams): Promise<void> {
  let next: Forecaster | null = null;
  try {
    next = await readForecaster(path);
    await service.swap(next);
    err(`Serving model ${next.version} of ${path}.`);
  } catch (error) {
    err(`${(error as Error).message} The model before serves on.`);
    if (service.model !== next) await next?.close();
  }
}

async function readForecaster(path: string): Promise<Forecaster> {
  return await openForecaster(await readModelFile(path), path);
}
