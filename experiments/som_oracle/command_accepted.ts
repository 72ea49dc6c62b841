/**
 * Which sequences a predictor accepts: in words, and by where their checkpoints come.
 *
 * @module
 */

import { short } from "assay/cli";
import { DOCUMENT_FEATURES, STEP_FEATURES } from "../../data/som.ts";
import type { PartialSequence } from "./command_sequence.ts";
import type { SavedFacts } from "./saved_schema.ts";

/** By how much of the way to the next checkpoint one may come earlier or later than all that were learned from. */
const SLACK = 0.1;

/** What a predictor has learned from. */
export type Learned = Pick<
  SavedFacts,
  | "name"
  | "run"
  | "features"
  | "context"
  | "targets"
  | "current"
  | "isRatio"
  | "checkpoints"
  | "steps"
  | "totalEpochs"
  | "ranges"
>;

/** Ends with what was found and what is accepted. */
export type Refuse = (found: string) => never;

/** What a predictor accepts, in a sentence. */
export function accepted(
  { features, context, checkpoints, steps, totalEpochs, name, run }: Learned,
): string {
  const lists = ["epochs", ...DOCUMENT_FEATURES];
  if (isSame(features, STEP_FEATURES)) lists.push("learning_rate", "radius");
  const total = totalEpochs === null ? "" : ` where that is not ${totalEpochs}`;
  const more = context.length === 0 ? "" : ", and samples, dimensions and configuration";
  return `The predictor "${name}" of run ${run.id} accepts the first ${steps.least} to ${steps.most} of ` +
    `${checkpoints.least.length} checkpoints, ${
      places(checkpoints, steps.most)
    } of a training: the lists ` +
    `${listed(lists)}, with progress or total_epochs${total}${more}.`;
}

/** Where the first checkpoints come. */
function places({ least, most }: Learned["checkpoints"], count: number): string {
  const at = least.slice(0, count).map((least, i) => (least + most[i]!) / 2);
  const gaps = at.slice(1).map((share, i) => share - at[i]!);
  const gap = (at.at(-1)! - at[0]!) / gaps.length;
  const isEven = gaps.every((each) => Math.abs(each - gap) < SLACK * gap);
  return gaps.length > 2 && isEven
    ? `every ${place(gap)} from ${place(at[0]!)} to ${place(at.at(-1)!)}`
    : `those at ${listed(at.map(place))}`;
}

/** Refuses checkpoints at other places than those learned from, and fewer or more of them. */
export function checkPlaces(
  { steps }: PartialSequence,
  progress: readonly number[],
  { checkpoints: { least, most }, steps: learned }: Learned,
  refuse: Refuse,
): void {
  progress.slice(0, least.length).forEach((share, i) => {
    const [before, here, after] = [i - 1, i, i + 1].map((at) => (least[at]! + most[at]!) / 2);
    // Beyond the first and the last there is no neighbour.
    const gaps = [here! - before!, after! - here!].filter((gap) => gap > 0);
    const slack = SLACK * Math.min(...gaps);
    const [from, to] = [least[i]! - slack, most[i]! + slack];
    if (share >= from && share <= to) return;
    refuse(
      `its checkpoint ${i + 1} (epoch ${steps[i]!.epoch}) comes at ${
        percent(share)
      } of the training, where one at ` +
        `${place(here!)} belongs`,
    );
  });
  if (steps.length >= learned.least && steps.length <= learned.most) return;
  refuse(
    `it has ${steps.length} checkpoint${steps.length === 1 ? "" : "s"}, up to ` +
      `${percent(progress.at(-1)!)} of the training`,
  );
}

/** Names as a person lists them. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** Whether names are the same, in the same order. */
export function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.join() === b.join();
}

/** A share for a person. */
export function percent(share: number): string {
  return `${short(100 * share)} %`;
}

/** Where a checkpoint is meant to come: two digits, for trainings round it to whole iterations. */
function place(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
