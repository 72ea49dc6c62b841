/**
 * What is to be watched: everything, an experiment, a sweep, a run.
 *
 * @module
 */

import { closestString } from "@std/text/closest-string";
import { basename, dirname, join, relative, resolve } from "@std/path";
import { InputError } from "../numeric/errors.ts";
import { readJson } from "../run/files.ts";
import { experimentFolders, foldersIn } from "../run/index/tree.ts";
import { sweepSchema } from "../run/sweep_schema.ts";
import { RunFolders } from "./run_folders.ts";

/** The runs to watch. */
export interface Scope {
  /** In words, for the page's head. */
  readonly title: string;
  /** The one experiment to look at; `null` for all. */
  readonly experiment: string | null;
  /** The only runs to look at; `null` for all. */
  readonly runIds: ReadonlySet<string> | null;
}

/** All runs. */
export const everything: Scope = { title: "Runs", experiment: null, runIds: null };

/** A sweep's or a run's id, or enough of its beginning. */
const idOrPrefix = /^[0-9a-f]{4,12}$/;

/** How many candidates an error names. */
const NAMED = 5;

/**
 * Finds what a person means by `name`: an experiment, a run or a sweep by its id or the first digits of it
 * (4 or more), or the folder of either under `reports`.
 *
 * @param experiments Names of the experiments there are, also those that have not been run; asked for only
 * when `reports` holds nothing of that name.
 * @param from Folder that relative paths start from.
 * @throws {InputError} When there is nothing of that name, or more than one, with what is near.
 */
export async function findScope(
  reports: string,
  name: string,
  experiments: () => Promise<readonly string[]>,
  from: string,
): Promise<Scope> {
  const run = experimentFolders(reports);
  if (run.includes(name)) return scopeOfExperiment(name);
  const asFolder = folderUnder(reports, resolve(from, name));
  const wanted = asFolder ?? (idOrPrefix.test(name) ? name : null);
  const found = wanted === null ? [] : matches(reports, wanted);
  if (found.length > 1) throw new InputError(ambiguous(name, found));
  if (found.length === 1) return await scopeOf(reports, found[0]!);
  const known = await experiments();
  if (known.includes(name)) return scopeOfExperiment(name);
  throw new InputError(unknown(reports, name, [...new Set([...run, ...known])].sort()));
}

/** A run or sweep that is there. */
interface Found {
  readonly kind: "run" | "sweep";
  readonly experiment: string;
  readonly id: string;
}

function matches(reports: string, prefix: string): Found[] {
  const runs = new RunFolders(reports).look().flatMap(({ experiment, complete, partial }) =>
    [...new Set([...complete, ...partial])].map((id): Found => ({ kind: "run", experiment, id }))
  );
  const sweeps = experimentFolders(reports).flatMap((experiment) =>
    foldersIn(join(reports, experiment, "sweeps"))
      .map((id): Found => ({ kind: "sweep", experiment, id }))
  );
  return [...runs, ...sweeps].filter(({ id }) => id.startsWith(prefix));
}

/** The id that a path names, where it is the folder of a run or a sweep of these reports. */
function folderUnder(reports: string, path: string): string | null {
  const below = relative(reports, path);
  if (below.startsWith("..") || dirname(dirname(below)) === ".") return null;
  return /^([0-9a-f]{12})(\.partial)?$/.exec(basename(path))?.[1] ?? null;
}

function scopeOfExperiment(name: string): Scope {
  return { title: name, experiment: name, runIds: null };
}

async function scopeOf(reports: string, { kind, experiment, id }: Found): Promise<Scope> {
  if (kind === "run") return { title: `Run ${id}`, experiment, runIds: new Set([id]) };
  const path = join(reports, experiment, "sweeps", id, "sweep.json");
  const sweep = await readJson(path, sweepSchema);
  if (sweep === null) {
    throw new InputError(
      `Cannot watch sweep ${id}: ${path} is missing. Give the command of the sweep again; while it runs, ` +
        `deno task watch ${experiment} shows its runs.`,
    );
  }
  const runIds = new Set(sweep.cells.flatMap(({ runs }) => runs.map(({ runId }) => runId)));
  return {
    title: `Sweep over ${sweep.axes.map(({ key }) => key).join(" × ")}`,
    experiment,
    runIds,
  };
}

function ambiguous(name: string, found: readonly Found[]): string {
  const named = found.slice(0, NAMED).map(({ kind, experiment, id }) =>
    `${kind} ${id} of ${experiment}`
  );
  const more = found.length > NAMED ? ` and ${found.length - NAMED} more` : "";
  return `Cannot tell what "${name}" is: the ids of ${found.length} begin with it: ${
    named.join(", ")
  }${more}. Give more digits.`;
}

function unknown(reports: string, name: string, experiments: readonly string[]): string {
  const near = experiments.length > 0
    ? ` Did you mean "${closestString(name, experiments)}"? Experiments are ${
      experiments.join(", ")
    }.`
    : "";
  return `Cannot watch "${name}": there is no experiment of that name, and no run or sweep under ${reports} ` +
    `whose id begins so (12 hexadecimal digits, of which the first 4 or more are enough).${near} Without a ` +
    `name, whatever runs is shown.`;
}
