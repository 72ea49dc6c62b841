/**
 * `watch`: a page that follows runs while they are made, wherever they are made.
 *
 * @module
 */

import { join } from "@std/path";
import { listExperiments } from "../experiment/registry.ts";
import { InputError } from "../numeric/errors.ts";
import { Interrupted, Interruption } from "../run/interruption.ts";
import { everything, findScope } from "../watch/scope.ts";
import { serveWatch } from "../watch/serve.ts";
import { parseArguments, portOption } from "./arguments.ts";
import { stopOnSignals } from "./signals.ts";
import { exitStatus, invocationFolder, reportsFolder, root, type Streams } from "./streams.ts";
import { wrapParagraph } from "./text.ts";

const usage = `Usage: deno task watch [RUN|SWEEP|NAME] [--port N] [--out DIR]
  RUN, SWEEP  an id, its first digits (4 or more), or its folder
  NAME        an experiment: all its runs; without any of these, whatever runs
  --port N    default: any free one
  --out DIR   reports folder (default reports/)
Serves a page on 127.0.0.1 that follows the runs, also those of other processes and machines, until
Ctrl-C or SIGTERM. It reads what runs write, and writes nothing.`;

/** Runs the command. */
export async function watchCommand(args: string[], streams: Streams): Promise<number> {
  const parsed = parseArguments("watch", args, {
    flags: ["debug", "help"],
    values: ["port", "out"],
    lists: [],
    names: true,
    usage,
  });
  if (parsed.flag("help")) {
    streams.out(usage);
    return exitStatus.ok;
  }
  const [name, ...others] = parsed.positional;
  if (others.length > 0) {
    throw new InputError(
      `Cannot watch ${
        parsed.positional.join(", ")
      } at once: give one run, sweep or experiment, or ` +
        `nothing to watch whatever runs. ${usage}`,
    );
  }
  const port = portOption(parsed.value("port") ?? "0");
  const reports = reportsFolder(parsed.value("out"));
  const scope = name === undefined
    ? everything
    : await findScope(reports, name, experimentNames, invocationFolder());

  const interruption = new Interruption();
  using _heeding = interruption.heeding();
  using _signals = stopOnSignals(interruption, () => {});
  const { signal: stop } = interruption;
  const { port: taken, finished } = await serveWatch({
    reports,
    scope,
    root,
    port,
    stop,
    onError: (error) => streams.err(wrapParagraph(`Cannot look: ${(error as Error).message}`)),
  });
  streams.err(
    `Watching ${scope.title} under ${reports}: http://127.0.0.1:${taken}/ (Ctrl-C ends it)`,
  );
  await finished;
  return exitStatus[(stop.reason as Interrupted).stopSignal];
}

async function experimentNames(): Promise<string[]> {
  const experiments = await listExperiments(join(root, "experiments"));
  return experiments.map(({ experiment }) => experiment.name);
}
