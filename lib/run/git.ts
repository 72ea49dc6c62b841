/**
 * The git commit a run's code came from, read without a subprocess.
 *
 * @module
 */

import git, { type TreeEntry } from "isomorphic-git";
import { relative, resolve } from "@std/path";
import fs from "node:fs";

/** What a folder of a commit holds, by name. */
type Entries = ReadonlyMap<string, TreeEntry>;

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
  try {
    const dir = await git.findRoot({ fs, filepath: root });
    const commit = await git.resolveRef({ fs, dir, ref: "HEAD" });
    const committed = new CommittedFiles(dir, commit);
    for (const file of files) {
      const path = resolve(root, file);
      const { oid } = await git.hashBlob({ object: await Deno.readFile(path) });
      if (oid !== await committed.oid(relative(dir, path))) return { commit, dirty: true };
    }
    return { commit, dirty: false };
  } catch (error) {
    if (error instanceof git.Errors.NotFoundError) return null;
    throw error;
  }
}

/** The files of a commit by their hashes: contents need not be read, and each folder is read once. */
class CommittedFiles {
  readonly #cache = {};
  /** By path, what a folder holds, by name. */
  readonly #folders = new Map<string, Promise<Entries>>();

  constructor(readonly dir: string, commit: string) {
    this.#folders.set("", this.#read(commit));
  }

  /** Hash of a file; `undefined` where the commit has none. */
  async oid(path: string): Promise<string | undefined> {
    return (await this.#entry(path))?.oid;
  }

  async #entry(path: string): Promise<TreeEntry | undefined> {
    const end = path.lastIndexOf("/");
    const folder = await this.#folder(path.slice(0, Math.max(0, end)));
    return folder.get(path.slice(end + 1));
  }

  #folder(path: string): Promise<Entries> {
    let folder = this.#folders.get(path);
    if (folder === undefined) {
      // What is a folder now may be a file or a submodule in the commit.
      folder = this.#entry(path).then((entry) =>
        entry?.type === "tree" ? this.#read(entry.oid) : new Map()
      );
      this.#folders.set(path, folder);
    }
    return folder;
  }

  async #read(oid: string): Promise<Entries> {
    const { tree } = await git.readTree({ fs, dir: this.dir, oid, cache: this.#cache });
    return new Map(tree.map((entry) => [entry.path, entry]));
  }
}
