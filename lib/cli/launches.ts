/**
 * Where runs are made, as commands are told it: on this machine, on Slurm, or nowhere.
 *
 * @module
 */

import { threadsAsked } from "../device/wasm/threads.ts";
import type { Launch } from "../launch/job.ts";
import { local } from "../launch/local/launch.ts";
import { none } from "../launch/none.ts";
import { slurm } from "../launch/slurm/launch.ts";
import { InputError } from "../numeric/errors.ts";
import { type Arguments, integerOption } from "./arguments.ts";
import { invocationFolder } from "./streams.ts";

/** The options, for usage texts. */
export const launchUsage =
  `  --jobs N              runs at once, each in a process of its own (default: as many as cores; on a
                        GPU 1); with 1 they are made one after another in this process. On Slurm: at
                        most so many (default: as many as it gives)
  --memory MB           memory that the process of a run may take: its JavaScript heap never more,
                        all that it holds looked at twice a second
  --launch local|slurm|none   where runs are made: on this machine (default), as a job array of Slurm, or
                        nowhere: what is complete is judged
  --partition NAME      on Slurm: where it queues them
  --time LIMIT          on Slurm: time limit of a run, as sbatch takes it; one that reaches it goes on
                        from its checkpoint
  --slurm KEY=VALUE     on Slurm: another option of sbatch, such as account=lab; may be repeated`;

/** The same options for the parser. */
export const launchOptions = {
  values: ["jobs", "memory", "launch", "partition", "time"],
  lists: ["slurm"],
} as const;

const launches = ["local", "slurm", "none"] as const;

/** Options of sbatch that say what is ours to say. */
const ours = [
  ...[
    "array",
    "chdir",
    "dependency",
    "error",
    "input",
    "job-name",
    "no-requeue",
    "nodes",
    "ntasks",
  ],
  ...["open-mode", "output", "parsable", "requeue", "test-only", "wait", "wrap"],
];

/** The launch that was asked for. */
export function launchOf(parsed: Arguments, reports: string): Launch {
  const asked = parsed.value("launch") ?? "local";
  const where = launches.find((name) => name === asked);
  if (where === undefined) {
    throw new InputError(
      `Cannot make runs with --launch "${asked}". Launches are ${launches.join(", ")}.`,
    );
  }
  const options = slurmOptions(parsed);
  // Where none is made, it is what Slurm made that is judged.
  if (where === "local" && options.length > 0) {
    throw new InputError(
      `Cannot use ${
        options.join(" ")
      } without --launch slurm: these are options of Slurm. Leave them out, or add it.`,
    );
  }
  const jobs = optionalCount(parsed, "jobs");
  const memory = optionalCount(parsed, "memory");
  const folder = invocationFolder();
  if (where === "none") return none(reports);
  if (where === "local") return local({ jobs, memory, folder, reports });
  const threads = threadsAsked() ?? 1;
  return slurm({ jobs, memory, folder, reports, threads, options, command: Deno.args });
}

/** The options for sbatch. */
function slurmOptions(parsed: Arguments): string[] {
  const named = (["partition", "time"] as const).flatMap((name) => {
    const value = parsed.value(name);
    return value === undefined ? [] : [`--${name}=${value}`];
  });
  return [...named, ...parsed.list("slurm").map(slurmOption)];
}

function slurmOption(text: string): string {
  const [, key] = /^([a-z][a-z-]*)(=.+)?$/.exec(text) ?? [];
  if (key === undefined) {
    throw new InputError(
      `Cannot read --slurm "${text}": it must have the form KEY=VALUE or KEY, with the name of an option ` +
        `of sbatch without its dashes, such as --slurm account=lab.`,
    );
  }
  if (!ours.includes(key)) return `--${text}`;
  throw new InputError(
    `Cannot take --slurm "${text}": --${key} is set by the launch itself. Leave it out.`,
  );
}

function optionalCount(parsed: Arguments, name: string): number | null {
  const text = parsed.value(name);
  return text === undefined ? null : integerOption(name, text, 1);
}
