/**
 * Finds experiments: every module under `experiments/` whose default export is one, or a file named
 * by its path.
 *
 * @module
 */

import { closestString } from "@std/text/closest-string";
import { join, resolve, toFileUrl } from "@std/path";
import { InputError } from "../numeric/errors.ts";
import { isExperiment } from "./define.ts";
import type { Experiment } from "./types.ts";

/** An experiment with the file it came from. */
export interface Registered {
  readonly experiment: Experiment;
  /** Absolute path of the module. */
  readonly file: string;
}

/**
 * Loads every experiment under `directory`, sorted by name.
 *
 * @throws {InputError} When two files share a name, or a module cannot be loaded.
 */
export async function listExperiments(directory: string): Promise<Registered[]> {
  const found: Registered[] = [];
  for (const file of modules(directory)) {
    const exported = await load(file);
    if (isExperiment(exported)) found.push({ experiment: exported, file });
  }
  found.sort((a, b) => a.experiment.name < b.experiment.name ? -1 : 1);
  found.forEach((entry, i) => {
    const other = found[i + 1];
    if (other && other.experiment.name === entry.experiment.name) {
      throw new InputError(
        `Cannot list the experiments: ${entry.file} and ${other.file} are both named ` +
          `"${entry.experiment.name}". Names are unique; rename one.`,
      );
    }
  });
  return found;
}

/**
 * Finds an experiment by name under `directory`, or by the path of its file (anything that ends in
 * `.ts`), relative paths seen from `cwd`.
 *
 * @throws {InputError} When there is none, with the names there are.
 */
export async function findExperiment(
  nameOrFile: string,
  directory: string,
  cwd: string,
): Promise<Registered> {
  if (/\.[jt]s$/.test(nameOrFile)) {
    const file = resolve(cwd, nameOrFile);
    const exported = await load(file);
    if (isExperiment(exported)) return { experiment: exported, file };
    throw new InputError(
      `Cannot run ${nameOrFile}: its default export is not an experiment. An experiment file ends ` +
        `with \`export default experiment({ ... })\`, with \`experiment\` imported from "assay".`,
    );
  }
  const all = await listExperiments(directory);
  const match = all.find(({ experiment }) => experiment.name === nameOrFile);
  if (match) return match;
  const names = all.map(({ experiment }) => experiment.name);
  const near = names.length > 0 ? ` Did you mean "${closestString(nameOrFile, names)}"?` : "";
  throw new InputError(
    `Cannot find experiment "${nameOrFile}".${near} Experiments are ${names.join(", ")}; ` +
      `a file of your own is named by its path, such as ./mine.ts.`,
  );
}

function* modules(directory: string): Generator<string> {
  const entries = [...Deno.readDirSync(directory)].sort((a, b) => a.name < b.name ? -1 : 1);
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isDirectory) yield* modules(path);
    else if (entry.name.endsWith(".ts") && !entry.name.endsWith("_test.ts")) yield path;
  }
}

async function load(file: string): Promise<unknown> {
  try {
    Deno.statSync(file);
  } catch (error) {
    throw new InputError(
      `Cannot load experiment file ${file}: ${
        (error as Error).message
      }. Check the path; relative ` +
        `paths start where the command was given.`,
    );
  }
  try {
    return (await import(toFileUrl(file).href)).default;
  } catch (error) {
    throw new InputError(`Cannot load experiment file ${file}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
