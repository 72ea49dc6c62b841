/**
 * Where two training histories part: the step, the parameters, the size, and what that points to.
 *
 * The loss of step `n` is that of the weights after step `n - 1` on the batch of step `n`; fingerprints
 * are of the weights after a step. So losses that part before the weights do point to the batch or the
 * forward pass, weights that part while the losses of the step agree to the gradient or the optimiser.
 *
 * @module
 */

import { InputError } from "../../numeric/errors.ts";
import type { TraceRecord } from "../../train/trace.ts";
import { historiesIn, type History, readHistory } from "../history.ts";

/** What made two trainings part, as far as their traces show. */
export const causes = [
  /** They train other variables. */
  "variables",
  /** The weights differ before the first step. */
  "start",
  /** The weights before the step agree, its loss differs. */
  "forward",
  /** The loss of the step agrees, the weights after it differ. */
  "update",
  /** The weights before the step agree, those after it differ; it has no loss. */
  "step",
  /** The last weights known to agree are those of an earlier step. */
  "unseen",
  /** One has more steps. */
  "length",
] as const;

/** How two histories of one loop part. */
export interface Parting {
  readonly loop: string;
  /** The first step that came out differently, from 1; 0 where the weights differed before training. */
  readonly step: number;
  /** The last step after which the weights are known to be equal; -1 when they never were. */
  readonly equalAfter: number;
  /** Variables whose bits differ at the first fingerprints that do; none when only losses part. */
  readonly groups: readonly string[];
  /** The step after which those fingerprints were taken; `null` when only losses part. */
  readonly groupsStep: number | null;
  /** The first losses that differ; `null` when all agree. */
  readonly loss: { readonly step: number; readonly a: number; readonly b: number } | null;
  /** Steps of each. */
  readonly steps: { readonly a: number; readonly b: number };
  readonly cause: (typeof causes)[number];
}

/** The histories of one loop in two runs; `null` where a run has none. */
export interface PairedHistories {
  readonly loop: string;
  readonly a: History | null;
  readonly b: History | null;
}

/**
 * The first parting of the histories in two run folders, in the order in which the loops ran; `null` when
 * all are the same bits.
 *
 * @throws {InputError} When a history is damaged, or one run has no loop of that name.
 */
export async function firstParting(a: string, b: string): Promise<Parting | null> {
  for (const { loop, ...pair } of await pairedHistories(a, b, readHistory)) {
    if (pair.a === null || pair.b === null) {
      throw new InputError(
        `Cannot compare the histories of ${a} and ${b}: ${
          pair.a === null ? a : b
        } has none of the ` +
          `loop "${loop}". They are runs of other code or configuration, or a file was removed.`,
      );
    }
    const parting = partingOf(pair.a.trace, pair.b.trace);
    if (parting !== null) return { loop, ...parting };
  }
  return null;
}

/** The histories of all loops in either of two run folders, in the order in which the loops ran. */
export async function pairedHistories(
  a: string,
  b: string,
  read: (folder: string, loop: string) => Promise<History | null>,
): Promise<PairedHistories[]> {
  const [inA, inB] = [historiesIn(a), historiesIn(b)];
  const pairs = await Promise.all(
    [...new Set([...inA, ...inB])].map(async (loop) => ({
      loop,
      a: inA.includes(loop) ? await read(a, loop) : null,
      b: inB.includes(loop) ? await read(b, loop) : null,
    })),
  );
  const position = ({ a, b }: PairedHistories) => (a ?? b)?.position ?? Infinity;
  return pairs.sort((one, other) => position(one) - position(other) || 0);
}

/** Where two traces part; `null` when they are the same bits. */
export function partingOf(a: TraceRecord, b: TraceRecord): Omit<Parting, "loop"> | null {
  const steps = { a: a.losses.length, b: b.losses.length };
  const loss = firstLoss(a.losses, b.losses);
  const { step: groupsStep, equalAfter, groups } = firstFingerprints(a, b);
  const seen = { equalAfter, groups, groupsStep, loss, steps };
  const step = Math.min(loss?.step ?? Infinity, groupsStep ?? Infinity);
  if (step < Infinity) {
    // A step without a loss has NaN in its place, in both.
    const hasLoss = step > 0 && !Number.isNaN(a.losses[step - 1]);
    return { step, ...seen, cause: causeAt(step, seen, hasLoss, groups.some(missingIn(a, b))) };
  }
  if (steps.a === steps.b) return null;
  return { step: Math.min(steps.a, steps.b) + 1, ...seen, cause: "length" };
}

function causeAt(
  step: number,
  { equalAfter, loss }: Pick<Parting, "equalAfter" | "loss">,
  hasLoss: boolean,
  otherVariables: boolean,
): Parting["cause"] {
  if (step === 0) return otherVariables ? "variables" : "start";
  if (equalAfter < step - 1) return "unseen";
  if (loss?.step === step) return "forward";
  return hasLoss ? "update" : "step";
}

function firstLoss(a: Float32Array, b: Float32Array): Parting["loss"] {
  const common = Math.min(a.length, b.length);
  for (let i = 0; i < common; i++) {
    if (!Object.is(a[i], b[i])) return { step: i + 1, a: a[i]!, b: b[i]! };
  }
  return null;
}

function firstFingerprints(
  a: TraceRecord,
  b: TraceRecord,
): { step: number | null; equalAfter: number; groups: readonly string[] } {
  const all = [...new Set([...a.groups, ...b.groups])];
  const missing = all.filter(missingIn(a, b));
  if (missing.length > 0) return { step: 0, equalAfter: -1, groups: missing };
  // Both intervals are powers of two: the longer one is common to both.
  const every = Math.max(a.every, b.every);
  let equalAfter = -1;
  for (let step = 0;; step += every) {
    const [own, other] = [rowOf(a, step), rowOf(b, step)];
    if (own === null || other === null) return { step: null, equalAfter, groups: [] };
    const groups = a.groups.filter((name, i) => own[i] !== other[b.groups.indexOf(name)]);
    if (groups.length > 0) return { step, equalAfter, groups };
    equalAfter = step;
  }
}

/** Whether a variable is in one of two traces only. */
function missingIn(a: TraceRecord, b: TraceRecord): (name: string) => boolean {
  return (name) => !a.groups.includes(name) || !b.groups.includes(name);
}

/** The fingerprints after a step; `null` beyond the last. */
function rowOf({ groups, every, fingerprints }: TraceRecord, step: number): Uint32Array | null {
  const start = step / every * groups.length;
  return start < fingerprints.length ? fingerprints.subarray(start, start + groups.length) : null;
}
