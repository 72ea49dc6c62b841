/**
 * Targets as they stand: judged over the seeds that have finished so far.
 *
 * @module
 */

import { join } from "@std/path";
import { seedList } from "../experiment/define.ts";
import { type JudgedTarget, judgeTarget } from "../experiment/judge.ts";
import { findExperiment } from "../experiment/registry.ts";
import type { Experiment, Target } from "../experiment/types.ts";
import { fileDigest } from "../run/files.ts";
import type { Manifest, Result } from "../run/schema.ts";
import { rulesFor } from "../run/summarise.ts";

/** A target, and how it stands; `null` while no seed has finished. */
export interface StandingTarget {
  readonly target: Pick<Target, "metric" | "bound" | "because">;
  readonly judged: JudgedTarget | null;
}

/** What an experiment's file says of the runs that are watched. */
export interface KnownExperiment {
  readonly experiment: Experiment;
  /** SHA-256 of the file, as hex. */
  readonly digest: string;
}

/** The targets that apply to runs of one configuration, judged over those that have finished. */
export function standing(
  experiment: Experiment,
  { identity: { config }, profile }: Manifest,
  results: readonly Result[],
): StandingTarget[] {
  // Input files stand in an identity by their digest, which a rule takes for a file as well.
  return rulesFor(experiment, { profile, config }).targets.map((target) => ({
    target,
    judged: results.length === 0 ? null : judgeTarget(target, results),
  }));
}

/** How many seeds an experiment asks for at a profile; `null` for a profile that it has not. */
export function seedsAsked({ seeds }: Experiment, profile: string): number | null {
  return profile === "quick" || profile === "full" ? seedList(seeds[profile]).length : null;
}

/** Loads experiments by the files that runs name, each once, in its own time: their code takes a second or so. */
export class ExperimentFiles {
  readonly #known = new Map<string, KnownExperiment | string | null>();

  /**
   * @param root Folder that the files are relative to.
   * @param loaded Called when one has been loaded, or could not be.
   */
  constructor(readonly root: string, readonly loaded: () => void) {}

  /** The experiment in a file, why there is none, or `null` while it is being loaded. */
  get(file: string): KnownExperiment | string | null {
    const known = this.#known.get(file);
    if (known !== undefined) return known;
    this.#known.set(file, null);
    this.#load(file).then((found) => {
      this.#known.set(file, found);
      this.loaded();
    });
    return null;
  }

  async #load(file: string): Promise<KnownExperiment | string> {
    const path = join(this.root, file);
    try {
      const digest = await fileDigest(path);
      return { experiment: (await findExperiment(path, "", this.root)).experiment, digest };
    } catch (error) {
      return (error as Error).message;
    }
  }
}
