/**
 * The files that a new experiment begins with: the experiment and the test of its targets.
 *
 * @module
 */

import { join } from "@std/path";
import { InputError } from "../../numeric/errors.ts";

/** A file to be written. */
export interface NewFile {
  /** Relative to the checkout, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** What an experiment may be called; see {@linkcode experiment}. */
const allowed = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** A name of a file that `tests/targets/` has for itself. */
const taken = ["every-experiment"];

/** Longer names make paths that some systems refuse. */
const LONGEST = 60;

/**
 * The files of a new experiment.
 *
 * @throws {InputError} When the name cannot be an experiment's.
 */
export async function newExperimentFiles(name: string): Promise<NewFile[]> {
  if (!allowed.test(name) || name.length > LONGEST || taken.includes(name)) {
    const near = nearName(name);
    throw new InputError(
      `Cannot begin an experiment "${name}": a name is lower-case words of letters and digits joined by ` +
        `single hyphens, begins with a letter, has ${LONGEST} characters at most and is not ` +
        `"${taken.join('", "')}".${near === null ? "" : ` Perhaps ${near}?`}`,
    );
  }
  const file = name.replaceAll("-", "_");
  const title = name[0]!.toUpperCase() + name.slice(1).replaceAll("-", " ");
  const filled = async (template: string) =>
    (await Deno.readTextFile(new URL(template, import.meta.url)))
      .replaceAll("{{name}}", name).replaceAll("{{title}}", title);
  return [
    { path: `experiments/${file}.ts`, text: await filled("./experiment.ts.txt") },
    { path: `tests/targets/${file}_test.ts`, text: await filled("./targets_test.ts.txt") },
  ];
}

/** A name that is allowed and looks like this one. */
function nearName(name: string): string | null {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase().split(/[^a-z0-9]+/);
  const near = words.filter(Boolean).join("-").replace(/^[0-9-]+/, "");
  return near !== name && allowed.test(near) && near.length <= LONGEST ? near : null;
}

/**
 * Writes files under `root`, all of them or none.
 *
 * @throws {InputError} When one is there already, or cannot be written; those that were written go again.
 */
export async function writeNew(root: string, files: readonly NewFile[]): Promise<void> {
  const written: string[] = [];
  for (const { path, text } of files) {
    const place = join(root, path);
    try {
      await Deno.writeTextFile(place, text, { createNew: true });
      written.push(place);
    } catch (error) {
      const there = error instanceof Deno.errors.AlreadyExists;
      for (const own of there ? written : [...written, place]) {
        await Deno.remove(own).catch(() => {});
      }
      throw new InputError(
        there
          ? `Cannot write ${place}: it is there already, and stays as it is. Choose another name, or move ` +
            `that file away. Nothing was written.`
          : `Cannot write ${place}: ${(error as Error).message}. Nothing was written.`,
        { cause: error },
      );
    }
  }
}
