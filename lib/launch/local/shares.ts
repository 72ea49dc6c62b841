/**
 * How the cores of a machine are shared out: so many runs at once, so many threads each.
 *
 * @module
 */

/**
 * Runs at once where nobody says how many: as many as there are cores for their threads.
 *
 * @param threads Threads of a run that were asked for; `null` for none in particular.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([runsAtOnce(8, null), runsAtOnce(8, 3), runsAtOnce(2, 4)], [8, 2, 1]);
 * ```
 */
export function runsAtOnce(cores: number, threads: number | null): number {
  return Math.max(1, Math.floor(cores / (threads ?? 1)));
}

/**
 * Threads of each of `width` runs at once: together no more than cores, and no more than were asked for.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals([threadsOfEach(8, 3, null), threadsOfEach(8, 3, 1), threadsOfEach(2, 4, null)], [2, 1, 1]);
 * ```
 */
export function threadsOfEach(cores: number, width: number, threads: number | null): number {
  const share = Math.max(1, Math.floor(cores / width));
  return Math.min(share, threads ?? share);
}
