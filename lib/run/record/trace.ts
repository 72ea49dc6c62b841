/**
 * The trace of a loop in a record: a digest of all losses and fingerprints up to each of a few steps.
 *
 * When a later run ends with other digests, these say between which two of the steps it left the
 * recorded one, without the recorded run's files. Each digest covers the one before it.
 *
 * @module
 */

import { digestArrays, sha256Hex } from "../../numeric/digest.ts";
import { canonicalJson } from "../../numeric/canonical_json.ts";
import type { TraceRecord } from "../../train/trace.ts";

/** Intervals that the steps of a loop are divided into. */
const INTERVALS = 16;

/** A loop as a record keeps it. */
export interface RecordedTrace {
  readonly steps: number;
  /** Steps from one row of fingerprints to the next. */
  readonly every: number;
  /** 16 hex digits for each of {@linkcode markedSteps}. */
  readonly digests: string[];
}

/** How far a trace goes along with a recorded one. */
export interface TraceParting {
  /** The last marked step up to which all is the same; -1 when not even the beginning is known to be. */
  readonly equalAfter: number;
  /** The first marked step by which something differs; `null` when only the ends lie apart. */
  readonly partedBy: number | null;
}

/** Steps of a loop whose digests are recorded, 0 (before training) and the last one among them. */
export function markedSteps(steps: number): number[] {
  const marks = Array.from({ length: INTERVALS + 1 }, (_, i) => Math.round(steps * i / INTERVALS));
  return [...new Set(marks)];
}

/** A trace as a record keeps it. */
export function recordTrace(trace: TraceRecord): RecordedTrace {
  const { losses: { length: steps }, every } = trace;
  return { steps, every, digests: digestsAt(trace, markedSteps(steps), every) };
}

/** Where a trace leaves the recorded one; `null` when they are the same. */
export function recordedParting(recorded: RecordedTrace, trace: TraceRecord): TraceParting | null {
  const steps = trace.losses.length;
  const marks = markedSteps(recorded.steps).filter((mark) => mark <= steps);
  // A longer training may have kept fewer fingerprints than the recorded one; nothing can be said then.
  const found = trace.every > recorded.every ? [] : digestsAt(trace, marks, recorded.every);
  const differs = found.findIndex((digest, i) => digest !== recorded.digests[i]);
  if (differs >= 0) return { equalAfter: marks[differs - 1] ?? -1, partedBy: marks[differs]! };
  if (steps === recorded.steps && found.length === recorded.digests.length) return null;
  return { equalAfter: marks[found.length - 1] ?? -1, partedBy: null };
}

/** Digests at `marks` of the losses until then and of every `every`-th step's fingerprints. */
function digestsAt(trace: TraceRecord, marks: readonly number[], every: number): string[] {
  const { losses, groups, fingerprints } = trace;
  let digest = sha256Hex(canonicalJson(groups));
  let [lossesSeen, row] = [0, 0];
  return marks.map((mark) => {
    const rows: number[] = [];
    for (; row <= mark; row += every) {
      const at = row / trace.every * groups.length;
      rows.push(...fingerprints.subarray(at, at + groups.length));
    }
    const arrays = {
      losses: losses.subarray(lossesSeen, mark),
      fingerprints: Uint32Array.from(rows),
    };
    lossesSeen = mark;
    digest = sha256Hex(digest + digestArrays(arrays));
    return digest.slice(0, 16);
  });
}
