/**
 * The sums of blocks in WGSL: a workgroup for each block, a thread for each of its chains.
 *
 * @module
 */

import type { GpuQueue } from "../../device/gpu_queue.ts";
import { arithmeticWgsl } from "../arithmetic/wgsl.ts";
import { BLOCK, blocksOf, CHAINS } from "./oracle.ts";

/** What is summed, as the arithmetic of a term of `a`, `b` and the sum before it. */
const terms = {
  squares: "madd(a[i], a[i], sum)",
  squaredDifferences: "madd(add(a[i], -b[i]), add(a[i], -b[i]), sum)",
  absoluteDifferences: "add(sum, abs(add(a[i], -b[i])))",
} as const;

/**
 * Encodes `sums[first], sums[first + 1], ... =` the sums of the blocks of `n` elements.
 *
 * @param b The second array; not given for `squares`.
 */
export function dispatchBlockSums(
  queue: GpuQueue,
  term: keyof typeof terms,
  n: number,
  sums: GPUBuffer,
  first: number,
  a: GPUBuffer,
  b?: GPUBuffer,
): void {
  const binary = b !== undefined;
  queue.dispatch({
    code: /* wgsl */ `${arithmeticWgsl("fused")}
struct Params { zero_bits: u32, n: u32, first: u32 }
@group(0) @binding(0) var<storage, read_write> sums: array<f32>;
@group(0) @binding(1) var<storage, read> a: array<f32>;
${binary ? "@group(0) @binding(2) var<storage, read> b: array<f32>;" : ""}
@group(0) @binding(${binary ? 3 : 2}) var<uniform> params: Params;
var<workgroup> chains: array<f32, ${CHAINS}>;

@compute @workgroup_size(${CHAINS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) chain: u32) {
  zero_bits = params.zero_bits;
  let begin = group.x * ${BLOCK}u;
  let end = min(begin + ${BLOCK}u, params.n);
  var sum = 0.0;
  for (var i = begin + chain; i < end; i += ${CHAINS}u) { sum = ${terms[term]}; }
  chains[chain] = sum;
  workgroupBarrier();
  if (chain > 0u) { return; }
  for (var j = 1u; j < ${CHAINS}u; j++) { sum = add(sum, chains[j]); }
  sums[params.first + group.x] = sum;
}`,
    buffers: binary ? [sums, a, b] : [sums, a],
    uniforms: [0, n, first],
    workgroups: [blocksOf(n)],
  });
}

/**
 * WGSL function `sum_of_blocks`: the first `blocks` elements of the buffer `sums`, one after the other. It
 * needs `arithmeticWgsl()`.
 */
export const sumOfBlocksWgsl = /* wgsl */ `
fn sum_of_blocks(blocks: u32) -> f32 {
  var sum = 0.0;
  for (var i = 0u; i < blocks; i++) { sum = add(sum, sums[i]); }
  return sum;
}
`;
