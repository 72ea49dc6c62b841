/**
 * Where a run says what it is doing; the command line shows it, tests keep it or ignore it.
 *
 * @module
 */

import type { Finding } from "../train/monitors/types.ts";

/** A listener to a run's progress. */
export interface Progress {
  /** A sentence worth a line of its own. */
  note(text: string): void;
  /** What a training monitor noticed, in a paragraph. */
  finding(label: string, finding: Finding): void;
  /** A position within a piece of work, such as the steps of one training. */
  advance(label: string, done: number, total: number, detail: string): void;
}
