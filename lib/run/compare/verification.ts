/**
 * What a run's repetition says of it: the same bits, other bits, or what statistics say where no contract
 * promises the same.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import type { Experiment } from "../../experiment/types.ts";
import { canonicalJson } from "../../numeric/canonical_json.ts";
import { InputError } from "../../numeric/errors.ts";
import { agrees, type NotLicensed } from "../record/agreement.ts";
import { readResult } from "../checksums.ts";
import { type Compared, compareRuns } from "./compare.ts";
import type { FinishedRun } from "../execute.ts";
import { readJson } from "../files.ts";
import { recordRuns } from "../record/record.ts";
import { compareWithRecord } from "../record/check.ts";
import { listRuns } from "../index/run_index.ts";
import { type Manifest, manifestSchema, type Result } from "../schema.ts";
import { summarise } from "../summarise.ts";

/** A run and its repetition. */
export interface Verification {
  readonly verdict: "same bits" | "parted" | "not licensed";
  /** Whether the run holds: same bits, or where none are promised values that agree; and no file altered. */
  readonly holds: boolean;
  /** The run is A, its repetition is B. */
  readonly compared: Compared;
  /** What statistics say where no contract promises the same bits and they differ; `null` elsewhere. */
  readonly statistics: NotLicensed | null;
}

/**
 * Compares a run with its repetition.
 *
 * @param directory The run's folder.
 * @param siblings Complete runs of the same experiment, profile, config and numerics class with all seeds,
 * this one included: they show how far values scatter.
 */
export async function verification(
  experiment: Experiment,
  directory: string,
  repeated: FinishedRun,
  siblings: readonly Sibling[],
): Promise<Verification> {
  const compared = await compareRuns(directory, repeated.directory);
  const { same, licence, altered } = compared.comparison;
  const whole = altered.a.length === 0;
  if (same || licence.licensed) {
    const verdict = same ? "same bits" : "parted";
    return { verdict, holds: same && whole, compared, statistics: null };
  }
  const unjudged: NotLicensed = {
    answer: "not licensed",
    because: licence.because,
    statistics: null,
  };
  if (!whole) return { verdict: "not licensed", holds: false, compared, statistics: unjudged };
  const { targets, claims } = summarise(experiment, siblings.map(({ result }) => result));
  const judged = [...targets, ...claims].map(({ metric }) => metric);
  const record = await recordRuns(siblings, judged);
  const agreement = await compareWithRecord(record, [repeated]);
  const statistics = agreement.answer === "not licensed" ? agreement : unjudged;
  return { verdict: "not licensed", holds: whole && agrees(statistics), compared, statistics };
}

/** A complete run and its folder. */
export interface Sibling {
  readonly directory: string;
  readonly result: Result;
}

/**
 * The complete runs under `reports` that differ from the one in `directory` in nothing but the seed, itself
 * among them.
 */
export async function siblingsOf(
  directory: string,
  manifest: Manifest,
  reports: string,
): Promise<Sibling[]> {
  const subject = ({ identity, profile }: Manifest) =>
    canonicalJson({ ...identity, seed: 0, profile });
  const { experiment, numerics } = manifest.identity;
  const found: Sibling[] = [];
  const near = listRuns(reports, () => {}).filter((run) =>
    run.experiment === experiment && run.profile === manifest.profile && run.numerics === numerics
  );
  for (const path of new Set([resolve(directory), ...near.map((run) => resolve(run.directory))])) {
    try {
      const other = await readJson(join(path, "manifest.json"), manifestSchema);
      const result = await readResult(path);
      if (other && result && subject(other) === subject(manifest)) {
        if (!found.some((one) => one.result.seed === result.seed)) {
          found.push({ directory: path, result });
        }
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error; // a damaged neighbour says nothing
    }
  }
  return found;
}
