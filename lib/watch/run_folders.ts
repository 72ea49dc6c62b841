/**
 * The folders of runs under a reports folder, looked at again and again: a folder is listed anew only when
 * its own time of change says that something in it came, went or was renamed.
 *
 * No notifications of the file system are asked for: they do not tell what other machines write to a shared
 * disk, and cost a watch for each of thousands of folders. Asking for the time of a few folders does neither.
 *
 * @module
 */

import { join } from "@std/path";
import { namesIn } from "../run/files.ts";
import { experimentFolders, foldersIn } from "../run/index/tree.ts";

/** Where the runs of an experiment at a profile stand. */
export interface ProfileFolder {
  readonly experiment: string;
  readonly profile: string;
  readonly path: string;
  /** Ids of complete runs. */
  readonly complete: ReadonlySet<string>;
  /** Ids of runs that are being made, or were interrupted. */
  readonly partial: ReadonlySet<string>;
}

/** A time of change is believed only after so many looks: its grain may be coarser than what happens. */
const UNSETTLED_LOOKS = 4;

/** A folder's listing, made again when the folder has changed. */
class Listing<T> {
  #modified: number | null = null;
  #looksLeft = 0;
  #value: T | null = null;

  constructor(readonly path: string, readonly list: (path: string) => T) {}

  /** What the folder holds; `null` where there is no such folder. */
  look(): T | null {
    const modified = modifiedAt(this.path);
    if (modified === null) {
      this.#value = null;
      this.#modified = null;
      return null;
    }
    if (modified !== this.#modified) {
      this.#modified = modified;
      this.#looksLeft = UNSETTLED_LOOKS;
    }
    if (this.#value === null || this.#looksLeft > 0) {
      this.#looksLeft--;
      this.#value = this.list(this.path);
    }
    return this.#value;
  }
}

/** All folders of runs. */
export class RunFolders {
  readonly #experiments: Listing<string[]>;
  readonly #profiles = new Map<string, Listing<string[]>>();
  readonly #runs = new Map<string, Listing<Pick<ProfileFolder, "complete" | "partial">>>();

  constructor(reports: string) {
    this.#experiments = new Listing(reports, experimentFolders);
  }

  /**
   * Looks at them, sorted by experiment and profile (`quick` before `full`).
   *
   * @param experiment Only those of this one. Default: of all.
   */
  look(experiment?: string): ProfileFolder[] {
    const found: ProfileFolder[] = [];
    for (const name of this.#experiments.look() ?? []) {
      if (experiment !== undefined && name !== experiment) continue;
      const above = join(this.#experiments.path, name);
      const profiles = once(this.#profiles, above, () => new Listing(above, foldersIn));
      for (const profile of (profiles.look() ?? []).toReversed()) {
        if (profile === "sweeps") continue;
        const path = join(above, profile);
        const runs = once(this.#runs, path, () => new Listing(path, runsIn)).look();
        if (runs !== null) found.push({ experiment: name, profile, path, ...runs });
      }
    }
    return found;
  }
}

/** When a file or folder was last changed, in milliseconds since 1970; `null` where there is none. */
export function modifiedAt(path: string): number | null {
  try {
    return Deno.statSync(path).mtime?.getTime() ?? 0;
  } catch {
    return null;
  }
}

function runsIn(folder: string): Pick<ProfileFolder, "complete" | "partial"> {
  const complete = new Set<string>();
  const partial = new Set<string>();
  for (const name of namesIn(folder, ({ isDirectory }) => isDirectory)) {
    const [, id, suffix] = /^([0-9a-f]{12})(\.partial)?$/.exec(name) ?? [];
    if (id !== undefined) (suffix === undefined ? complete : partial).add(id);
  }
  return { complete, partial };
}

function once<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
