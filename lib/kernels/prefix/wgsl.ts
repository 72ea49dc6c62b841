/**
 * The prefixes of padded sequences in WGSL: a workgroup for each sequence. Floats pass through as words, so
 * that no adapter changes one that is subnormal or no number.
 *
 * @module
 */

import type { GpuQueue } from "../../device/gpu_queue.ts";
import type { SequenceShape } from "./oracle.ts";

/** Threads of a workgroup. */
const THREADS = 64;
/** Most workgroups of a dispatch along one axis; beyond, each takes several sequences. */
const MOST_WORKGROUPS = 65535;

/** Encodes `prefixSteps()`. */
export function dispatchPrefixSteps(
  queue: GpuQueue,
  shape: SequenceShape,
  [x, mask, out]: readonly [GPUBuffer, GPUBuffer, GPUBuffer],
  reversed: boolean,
): void {
  dispatch(queue, shape, reversed ? reversedWgsl : inOrderWgsl, [x, mask, out]);
}

/** Encodes `lastStep()`. */
export function dispatchLastStep(
  queue: GpuQueue,
  shape: SequenceShape,
  buffers: readonly [x: GPUBuffer, mask: GPUBuffer, out: GPUBuffer],
): void {
  dispatch(queue, shape, lastStepWgsl, buffers);
}

/** Encodes the gradient of `lastStep()`. */
export function dispatchLastStepGradient(
  queue: GpuQueue,
  shape: SequenceShape,
  buffers: readonly [dy: GPUBuffer, mask: GPUBuffer, out: GPUBuffer],
): void {
  dispatch(queue, shape, lastStepGradientWgsl, buffers);
}

function dispatch(
  queue: GpuQueue,
  { batch, time, width }: SequenceShape,
  code: string,
  buffers: readonly GPUBuffer[],
): void {
  const workgroups = [Math.min(batch, MOST_WORKGROUPS)] as const;
  queue.dispatch({ code, buffers, uniforms: [0, batch, time, width], workgroups });
}

/** A shader that writes elements `0` to `size - 1` of each sequence's output: `value` at `i`. */
const perSequence = (size: string, value: string) => /* wgsl */ `
struct Params { zero_bits: u32, batch: u32, time: u32, width: u32 }
@group(0) @binding(0) var<storage, read> x: array<u32>;
@group(0) @binding(1) var<storage, read> mask: array<u32>;
@group(0) @binding(2) var<storage, read_write> out: array<u32>;
@group(0) @binding(3) var<uniform> params: Params;

const threads = ${THREADS}u;
@compute @workgroup_size(threads)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let time = params.time;
  let width = params.width;
  let size = ${size};
  for (var b = group.x; b < params.batch; b += groups.x) {
    var steps = 0u;
    // A float is zero where nothing but its sign is set.
    while (steps < time && (mask[b * time + steps] & 0x7fffffffu) != 0u) { steps++; }
    for (var i = thread; i < size; i += threads) { out[b * size + i] = ${value}; }
  }
}`;

// An index beyond the prefix is clamped before it is read, and what was read is left out.
const step = (t: string) => `x[(b * time + ${t}) * width + i % width]`;
const within = "i / width < steps";
const inOrderWgsl = perSequence(
  "time * width",
  `select(0u, ${step("i / width")}, ${within})`,
);
const reversedWgsl = perSequence(
  "time * width",
  `select(0u, ${step(`select(0u, steps - 1u - i / width, ${within})`)}, ${within})`,
);
const lastStepWgsl = perSequence(
  "width",
  `select(0u, ${step("max(steps, 1u) - 1u")}, steps > 0u)`,
);
const lastStepGradientWgsl = perSequence(
  "time * width",
  "select(0u, x[b * width + i % width], i / width + 1u == steps)",
);
