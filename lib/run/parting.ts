/**
 * Where two training histories part: the step, the parameters, the size.
 *
 * The loss of step `n` is that of the weights after step `n - 1` on the batch of step `n`; fingerprints
 * are of the weights after a step. So losses that part before the weights do point to the batch or the
 * forward pass, weights that part while the losses of the step agree to the gradient or the optimiser.
 *
 * @module
 */

import type { TraceRecord } from "../train/trace.ts";
import { historiesIn, readHistory } from "./history.ts";

/** How two histories of one loop part. */
export interface Parting {
  readonly loop: string;
  /** The first step that came out differently, from 1; 0 where the weights differed before training. */
  readonly step: number;
  /** The last step after which the weights are known to be equal; -1 when they never were. */
  readonly equalAfter: number;
  /** Variables whose bits differ at the first fingerprints that do; none when only losses part. */
  readonly groups: readonly string[];
  /** The first losses that differ; `null` when all agree. */
  readonly loss: { readonly step: number; readonly a: number; readonly b: number } | null;
  /** Steps of each. */
  readonly steps: { readonly a: number; readonly b: number };
}

/**
 * The first parting of the histories in two run folders, in the order in which the loops ran; `null` when
 * all are the same bits.
 *
 * @throws {InputError} When a history is missing in one of them or damaged.
 */
export async function firstParting(a: string, b: string): Promise<Parting | null> {
  const names = [...new Set([...historiesIn(a), ...historiesIn(b)])];
  const loops = await Promise.all(names.map(async (loop) => ({
    loop,
    a: await readHistory(a, loop),
    b: await readHistory(b, loop),
  })));
  loops.sort((one, other) => one.a.position - other.a.position);
  for (const { loop, a, b } of loops) {
    const parting = partingOf(a.trace, b.trace);
    if (parting !== null) return { loop, ...parting };
  }
  return null;
}

/** Where two traces part; `null` when they are the same bits. */
export function partingOf(a: TraceRecord, b: TraceRecord): Omit<Parting, "loop"> | null {
  const steps = { a: a.losses.length, b: b.losses.length };
  const loss = firstLoss(a.losses, b.losses);
  const weights = firstFingerprints(a, b);
  const first = Math.min(loss?.step ?? Infinity, weights.step ?? Infinity);
  if (first === Infinity) {
    const common = Math.min(steps.a, steps.b);
    if (steps.a === steps.b) return null;
    return { step: common + 1, equalAfter: common, groups: [], loss: null, steps };
  }
  // Fingerprints of every n-th step leave the steps between them open: the loss may narrow them.
  return { step: first, equalAfter: weights.equalAfter, groups: weights.groups, loss, steps };
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
  const missing = [
    ...a.groups.filter((name) => !b.groups.includes(name)),
    ...b.groups.filter((name) => !a.groups.includes(name)),
  ];
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

/** The fingerprints after a step; `null` beyond the last. */
function rowOf({ groups, every, fingerprints }: TraceRecord, step: number): Uint32Array | null {
  const start = step / every * groups.length;
  return start < fingerprints.length ? fingerprints.subarray(start, start + groups.length) : null;
}
