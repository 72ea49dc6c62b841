/**
 * `new`: an experiment to begin with, and its test.
 *
 * @module
 */

import { join } from "@std/path";
import { newExperimentFiles, writeNew } from "../experiment/new/files.ts";
import { listExperiments } from "../experiment/registry.ts";
import { InputError } from "../numeric/errors.ts";
import { parseArguments } from "./arguments.ts";
import { exitStatus, root, type Streams } from "./streams.ts";

const usage = `Usage: deno task new NAME
  NAME  lower-case words of letters and digits joined by hyphens, such as noisy-wave
Writes experiments/NAME.ts, a small experiment with comments that runs as it stands, and its test in
tests/targets/ (in both, _ for -). What is there already stays.`;

/** Runs the command. `to` is the checkout to write into. */
export async function newCommand(
  args: string[],
  streams: Streams,
  to: string = root,
): Promise<number> {
  const parsed = parseArguments("new", args, {
    flags: ["debug", "help"],
    values: [],
    lists: [],
    names: true,
    usage,
  });
  if (parsed.flag("help")) {
    streams.out(usage);
    return exitStatus.ok;
  }
  const [name, ...others] = parsed.positional;
  if (name === undefined || others.length > 0) {
    throw new InputError(
      `Cannot begin ${parsed.positional.length} experiments: give one name. ${usage}`,
    );
  }
  const files = await newExperimentFiles(name);
  const other = (await listExperiments(join(to, "experiments")))
    .find(({ experiment }) => experiment.name === name);
  if (other !== undefined) {
    throw new InputError(
      `Cannot begin an experiment "${name}": ${other.file} is called so. Names are unique; choose another.`,
    );
  }
  await writeNew(to, files);
  for (const { path } of files) streams.out(path);
  streams.err(`Try it: deno task experiment ${name}`);
  return exitStatus.ok;
}
