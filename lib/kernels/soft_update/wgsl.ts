/**
 * The soft update in WGSL: a dispatch for each pair, a thread for each element.
 *
 * @module
 */

import { type GpuQueue, wordOf } from "../../device/gpu_queue.ts";
import { arithmeticWgsl } from "../arithmetic/wgsl.ts";
import { overElements, workgroupsOver } from "../over_elements.ts";

/** A target and what it follows, each of `size` elements. */
export interface GpuPair {
  readonly size: number;
  readonly target: GPUBuffer;
  readonly source: GPUBuffer;
}

const CODE = /* wgsl */ `${arithmeticWgsl("fused")}
struct Params { zero_bits: u32, n: u32, share: f32 }
@group(0) @binding(0) var<storage, read_write> targets: array<f32>;
@group(0) @binding(1) var<storage, read> sources: array<f32>;
@group(0) @binding(2) var<uniform> params: Params;
${overElements("targets[i] = madd(params.share, add(sources[i], -targets[i]), targets[i]);")}`;

/** Encodes the move of all targets, in place. */
export function dispatchSoftUpdate(
  queue: GpuQueue,
  pairs: readonly GpuPair[],
  share: number,
): void {
  for (const { size, target, source } of pairs) {
    queue.dispatch({
      code: CODE,
      buffers: [target, source],
      uniforms: [0, size, wordOf(share)],
      workgroups: workgroupsOver(size),
    });
  }
}
