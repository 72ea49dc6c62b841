/**
 * Cutting windows out of a series in WGSL: one thread for each element.
 *
 * @module
 */

import type { GpuQueue } from "../../device/gpu_queue.ts";
import type { Cut } from "./oracle.ts";

/** Threads of a workgroup. */
const THREADS = 64;
/** Most workgroups of a dispatch along one axis; beyond, each thread takes several elements. */
const MOST_WORKGROUPS = 65535;

/** Encodes the cut of `windows` windows. */
export function dispatchGatherWindows(
  queue: GpuQueue,
  windows: number,
  { columns, length, offset }: Cut,
  series: GPUBuffer,
  starts: GPUBuffer,
  out: GPUBuffer,
): void {
  const n = windows * length * columns;
  queue.dispatch({
    code: gatherWindowsWgsl,
    buffers: [series, starts, out],
    uniforms: [0, n, columns, length * columns, offset],
    workgroups: [Math.min(Math.ceil(n / THREADS), MOST_WORKGROUPS)],
  });
}

// Indices count elements, of which 2³² are 16 GB.
const gatherWindowsWgsl = /* wgsl */ `
struct Params { zero_bits: u32, n: u32, columns: u32, size: u32, offset: u32 }
@group(0) @binding(0) var<storage, read> series: array<f32>;
@group(0) @binding(1) var<storage, read> starts: array<u32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@group(0) @binding(3) var<uniform> params: Params;

@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var i = id.x; i < params.n; i += groups.x * ${THREADS}u) {
    let first = (starts[i / params.size] + params.offset) * params.columns;
    out[i] = series[first + i % params.size];
  }
}`;
