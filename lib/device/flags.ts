/**
 * The tfjs settings that make a backend deterministic, and the reason for each.
 *
 * @module
 */

import { tf } from "./tf.ts";

/** tfjs flags that differ from its defaults. */
export const FLAGS = {
  // One matmul program for every shape. By default tfjs picks by shape and vendor, and for long sums with
  // few outputs picks one that adds floats in whatever order its lanes arrive. 3 is the packed program:
  // sums over k in one fixed order, and the fastest here.
  WEBGPU_MATMUL_PROGRAM_TYPE: 3,
  // No computing of small tensors on the CPU: it would mix two arithmetics and hide costs.
  WEBGPU_CPU_FORWARD: false,
  // Dispatches that share one submit. The default of 15 costs a third of a step on lavapipe; beyond 64
  // nothing more is gained, and buffers of disposed tensors are only freed at a submit.
  WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE: 64,
  // Only silences tfjs's own warnings, among them its advice to install tfjs-node.
  PROD: true,
} as const;

/** Sets the flags. They are read when an operation runs, so this is to precede the first one. */
export function setDeterministicFlags(): void {
  for (const [name, value] of Object.entries(FLAGS)) tf.env().set(name, value);
}
