/**
 * What the shaders of a convolution and of its gradients have in common.
 *
 * All sizes but the batch's are constants of a shader: a pipeline belongs to a layer.
 *
 * @module
 */

import { type Conv2dShape, isPadded } from "./shape.ts";

/** Threads of a workgroup. */
export const THREADS = 64;
/** Most workgroups along an axis. */
const MOST_WORKGROUPS = 65535;

/** `text(0)`, `text(1)`, ... below `n`, a line each. */
export function each(n: number, text: (i: number) => string): string {
  return Array.from({ length: n }, (_, i) => text(i)).join("\n");
}

/** Workgroups for `threads` threads in a row, over x and z, and `across` along y. */
export function workgroups(threads: number, across: number): [number, number, number] {
  const groups = Math.ceil(threads / THREADS);
  const x = Math.min(groups, MOST_WORKGROUPS);
  return [x, across, Math.ceil(groups / x)];
}

/** The head of a shader: buffers by name, the last one written; sizes; the number of the thread. */
export function head(shape: Conv2dShape, buffers: readonly string[]): string {
  const constants = Object.entries(shape).filter(([name]) => name !== "batch")
    .map(([name, size]) => `const ${name} = ${size};`);
  return `
struct Params { zero_bits: u32, batch: i32 }
${
    each(buffers.length, (i) =>
      `@group(0) @binding(${i}) var<storage, ${i === buffers.length - 1 ? "read_write" : "read"}> ${
        buffers[i]
      }: array<f32>;`)
  }
@group(0) @binding(${buffers.length}) var<uniform> params: Params;
${constants.join("\n")}
const line = kernelWidth * channels;
const taps = kernelHeight * line;
`;
}

/** The start of the entry point: `thread` is its number over x and z, `group.y` the tile across. */
export const MAIN = `
@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.z * groups.x + group.x) * ${THREADS}u + lane);`;

/** A WGSL function `pixel(at, row, column)`: x at `at`, or 0 where it is one of the zeros around. */
export function pixelWgsl(shape: Conv2dShape): string {
  return isPadded(shape)
    ? `fn pixel(at: i32, row: i32, column: i32) -> f32 {
  let inside = row >= 0 && row < height && column >= 0 && column < width;
  return select(0.0, x[select(0, at, inside)], inside);
}`
    : `fn pixel(at: i32, row: i32, column: i32) -> f32 { return x[at]; }`;
}
