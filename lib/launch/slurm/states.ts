/**
 * Slurm's states of a job, and what they mean for a run.
 *
 * @module
 */

/** Where a run is. */
export type TaskState = "waiting" | "running" | "ended";

const waiting = [
  "PENDING",
  "REQUEUED",
  "REQUEUE_HOLD",
  "REQUEUE_FED",
  "RESV_DEL_HOLD",
  "SPECIAL_EXIT",
];
/** By Slurm's word: why a run that left no word of its own is not complete. */
const ended: Readonly<Record<string, string>> = {
  COMPLETED: "its process ended in order, but left no result that can be seen here",
  FAILED: "its process ended",
  CANCELLED: "its job was cancelled",
  TIMEOUT: "it reached the time limit of its job",
  DEADLINE: "it reached the deadline of its job",
  NODE_FAIL: "its node failed",
  BOOT_FAIL: "its node did not start",
  PREEMPTED: "another job took its place",
  OUT_OF_MEMORY: "its process took more memory than Slurm gave it; --memory MB asks for more",
  REVOKED: "another cluster took its job",
};
/** Nothing that the run did: it goes on from its checkpoint when it is queued again. */
const lost = ["TIMEOUT", "NODE_FAIL", "BOOT_FAIL", "PREEMPTED"];

/**
 * Where a run is whose task Slurm has in a state; a task that it no longer knows has ended.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(["PENDING", "COMPLETING", "NODE_FAIL", null].map(stateOf), ["waiting", "running", "ended", "ended"]);
 * ```
 */
export function stateOf(slurm: string | null): TaskState {
  if (slurm === null || Object.hasOwn(ended, slurm)) return "ended";
  return waiting.includes(slurm) ? "waiting" : "running";
}

/** Whether a task that ended in a state may well be queued again. */
export function goesOn(slurm: string | null): boolean {
  return slurm !== null && lost.includes(slurm);
}

/** Why a run is not complete whose task ended in a state, in words. */
export function endWords(slurm: string | null): string {
  return slurm === null ? "Slurm no longer knows its job" : ended[slurm]!;
}
