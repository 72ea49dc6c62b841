/**
 * Dropout in WGSL: a thread computes the two words of one counter and keeps two elements by them.
 *
 * @module
 */

import { type GpuQueue, wordOf } from "../../device/gpu_queue.ts";
import type { Key } from "../../random/key.ts";
import type { Keeping } from "./oracle.ts";

/** Threads of a workgroup. */
const THREADS = 64;
/** Most workgroups of a dispatch along one axis; beyond, each thread takes several pairs. */
const MOST_WORKGROUPS = 65535;

/** Encodes `out = dropout(x)` of `n` elements. */
export function dispatchDropout(
  queue: GpuQueue,
  n: number,
  { word0, word1 }: Pick<Key, "word0" | "word1">,
  { threshold, factor }: Keeping,
  x: GPUBuffer,
  out: GPUBuffer,
): void {
  queue.dispatch({
    code: dropoutWgsl,
    buffers: [x, out],
    uniforms: [0, n, word0, word1, threshold, wordOf(factor)],
    workgroups: [Math.min(Math.ceil(n / 2 / THREADS), MOST_WORKGROUPS)],
  });
}

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];

/** The twenty rounds; after every fourth, two of the three key words and the number of the four. */
const rounds = Array.from({ length: 20 }, (_, round) => {
  const mix = `x += y; y = rotated(y, ${ROTATIONS[round % 8]}u) ^ x;`;
  const four = (round + 1) / 4;
  if (!Number.isInteger(four)) return mix;
  return `${mix}\n  x += k${four % 3}; y += k${(four + 1) % 3} + ${four}u;`;
}).join("\n  ");

const dropoutWgsl = /* wgsl */ `
struct Params { zero_bits: u32, n: u32, word0: u32, word1: u32, threshold: u32, factor: f32 }
@group(0) @binding(0) var<storage, read> values: array<f32>;
@group(0) @binding(1) var<storage, read_write> out: array<f32>;
@group(0) @binding(2) var<uniform> params: Params;

fn rotated(y: u32, bits: u32) -> u32 { return (y << bits) | (y >> (32u - bits)); }

// Words 2 j and 2 j + 1 of the key's bits: Threefry-2x32-20 of the counter j.
fn words(j: u32) -> vec2u {
  let k0 = params.word0;
  let k1 = params.word1;
  let k2 = k0 ^ k1 ^ 0x1bd11bdau;
  var x = k0;
  var y = j + k1;
  ${rounds}
  return vec2u(x, y);
}

fn keep(i: u32, word: u32) {
  if (i < params.n) { out[i] = select(0.0, values[i] * params.factor, word >= params.threshold); }
}

@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  for (var j = id.x; 2u * j < params.n; j += groups.x * ${THREADS}u) {
    let pair = words(j);
    keep(2u * j, pair.x);
    keep(2u * j + 1u, pair.y);
  }
}`;
