/**
 * Fingerprints in WGSL: seven variables a dispatch, many workgroups a variable, each of which leaves its
 * part of the sum; the last dispatch adds the parts up, a workgroup for each variable.
 *
 * @module
 */

import type { GpuQueue } from "../../device/gpu_queue.ts";
import { FACTORS, POSITION } from "./oracle.ts";

/** A variable of `size` elements. */
export interface GpuVariable {
  readonly size: number;
  readonly values: GPUBuffer;
}

/** Threads of a workgroup. */
const THREADS = 256;
/** Elements that a thread takes before there is another workgroup. */
const ELEMENTS = 16;
/** Most workgroups of a variable: its parts, one for each thread of the last dispatch. */
const MOST_PARTS = THREADS;
/** Most variables of a dispatch: with the parts, the eight buffers that every device has. */
const MOST_VARIABLES = 7;

/**
 * WGSL function `sum_of_threads`: the sum of every thread's `own`, on thread 0. The words may be added in
 * any order.
 */
const sumOfThreads = /* wgsl */ `
var<workgroup> total: atomic<u32>;
fn sum_of_threads(own: u32) -> u32 {
  atomicAdd(&total, own);
  workgroupBarrier();
  return atomicLoad(&total);
}`;

/** Parts of the sums of `count` variables; words are read as integers, so that all their bits count. */
const partsWgsl = (count: number) => {
  const each = (line: (i: number) => string, separator: string) =>
    Array.from({ length: count }, (_, i) => line(i)).join(separator);
  return /* wgsl */ `
struct Params { zero_bits: u32, first: u32, ${each((i) => `size${i}: u32`, ", ")} }
${each((i) => `@group(0) @binding(${i}) var<storage, read> words${i}: array<u32>;`, "\n")}
@group(0) @binding(${count}) var<storage, read_write> parts: array<u32>;
@group(0) @binding(${count + 1}) var<uniform> params: Params;
${sumOfThreads}

fn mix(word: u32) -> u32 {
  var x = word;
  x = (x ^ (x >> 16u)) * ${FACTORS[0]}u;
  x = (x ^ (x >> 13u)) * ${FACTORS[1]}u;
  return x ^ (x >> 16u);
}

@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let begin = group.x * ${THREADS}u + thread;
  let step = groups.x * ${THREADS}u;
  var sum = 0u;
  switch group.y {
    ${
    each((i) =>
      `case ${i === 0 ? "0u, default" : `${i}u`}: {
      for (var i = begin; i < params.size${i}; i += step) { sum += mix(words${i}[i] + i * ${POSITION}u); }
    }`, "\n    ")
  }
  }
  let part = sum_of_threads(sum);
  if (thread == 0u) { parts[(params.first + group.y) * ${MOST_PARTS}u + group.x] = part; }
}`;
};

const TABLE = /* wgsl */ `
struct Params { zero_bits: u32, count: u32, first: u32 }
@group(0) @binding(0) var<storage, read> parts: array<u32>;
@group(0) @binding(1) var<storage, read_write> table: array<f32>;
@group(0) @binding(2) var<uniform> params: Params;
${sumOfThreads}

@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  var part = 0u;
  if (thread < params.count) { part = parts[group.x * ${MOST_PARTS}u + thread]; }
  let sum = sum_of_threads(part);
  if (thread == 0u) {
    table[params.first + 2u * group.x] = f32(sum & 0xffffu);
    table[params.first + 2u * group.x + 1u] = f32(sum >> 16u);
  }
}`;

/** Encodes row `row` of the table. */
export function dispatchFingerprints(
  queue: GpuQueue,
  variables: readonly GpuVariable[],
  table: GPUBuffer,
  row: number,
): void {
  const largest = variables.reduce((most, { size }) => Math.max(most, size), 0);
  // At most 65,536 elements a round: a thread is done after 16,384 rounds with the largest of buffers.
  const count = Math.min(MOST_PARTS, Math.ceil(largest / (THREADS * ELEMENTS)));
  const parts = queue.scratch(4 * MOST_PARTS * variables.length);
  for (let first = 0; first < variables.length; first += MOST_VARIABLES) {
    const some = variables.slice(first, first + MOST_VARIABLES);
    queue.dispatch({
      code: partsWgsl(some.length),
      buffers: [...some.map(({ values }) => values), parts],
      uniforms: [0, first, ...some.map(({ size }) => size)],
      workgroups: [count, some.length],
    });
  }
  queue.dispatch({
    code: TABLE,
    buffers: [parts, table],
    uniforms: [0, count, 2 * variables.length * row],
    workgroups: [variables.length],
  });
}
