/**
 * How an operation that goes over the elements of an array is spread out: over threads on WASM, over
 * workgroups on WebGPU.
 *
 * @module
 */

import type { KernelPool } from "../device/wasm/pool.ts";

/** Elements below which waking the other threads takes longer than it saves. */
const SHARED_FROM = 20_000;

/** Runs a kernel whose work is that of `elements`: on all threads where that is faster. */
export function runOver(
  pool: KernelPool,
  elements: number,
  name: string,
  ...args: readonly number[]
): void {
  if (elements < SHARED_FROM) pool.runAlone(name, ...args);
  else pool.run(name, ...args);
}

/** Threads of a workgroup of a shader that goes over elements. */
export const THREADS = 64;

/** Most workgroups of a dispatch along one axis. */
const MOST_WORKGROUPS = 65535;

/** Workgroups for `elements`; where they are too few, each thread takes more than one, see {@linkcode overElements}. */
export function workgroupsOver(elements: number): [number] {
  return [Math.min(Math.ceil(elements / THREADS), MOST_WORKGROUPS)];
}

/**
 * The entry point of such a shader, `body` for each `i` below `params.n`; it needs `arithmeticWgsl()`, and
 * `params` with `zero_bits`.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 *
 * assert(overElements("y[i] = x[i];").includes("{ y[i] = x[i]; }"));
 * ```
 */
export function overElements(body: string): string {
  return /* wgsl */ `
@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  zero_bits = params.zero_bits;
  for (var i = id.x; i < params.n; i += groups.x * ${THREADS}u) { ${body} }
}`;
}
