/**
 * The git commit a run's code came from, read without a subprocess.
 *
 * @module
 */

import git from "isomorphic-git";
import { relative, resolve } from "@std/path";
import fs from "node:fs";

/** A commit and whether the code that runs differs from it. */
export interface Commit {
  /** Full hash. */
  readonly commit: string;
  /** A module differs from the commit, or is not in it. */
  readonly dirty: boolean;
}

/**
 * The commit checked out around `root`; `null` outside a git checkout or before the first commit.
 *
 * @param files Paths of the modules that run, relative to `root`.
 */
export async function checkedOut(root: string, files: readonly string[]): Promise<Commit | null> {
  const cache = {};
  try {
    const dir = await git.findRoot({ fs, filepath: root });
    const commit = await git.resolveRef({ fs, dir, ref: "HEAD" });
    let dirty = false;
    for (const file of files) {
      const path = resolve(root, file);
      const committed = await git
        .readBlob({ fs, dir, oid: commit, filepath: relative(dir, path), cache })
        .catch(() => null);
      dirty ||= committed === null || !equal(committed.blob, await Deno.readFile(path));
    }
    return { commit, dirty };
  } catch (error) {
    if (error instanceof git.Errors.NotFoundError) return null;
    throw error;
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
