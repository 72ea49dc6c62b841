/**
 * What the shaders of a convolution and of its gradients have in common.
 *
 * All sizes but the batch's are constants of a shader: a pipeline belongs to a layer.
 *
 * @module
 */

import { LOOP_ROUNDS } from "../../device/gpu_queue.ts";
import { type Conv2dShape, isPadded } from "./shape.ts";

/** Threads of a workgroup. */
const THREADS = 64;
/** Most workgroups along an axis. */
const MOST_WORKGROUPS = 65535;

/** `text(0)`, `text(1)`, ... below `n`, a line each. */
export function each(n: number, text: (i: number) => string): string {
  return Array.from({ length: n }, (_, i) => text(i)).join("\n");
}

/**
 * Floats that lie side by side in rows of `size`, loaded at once: four where rows divide into fours. A
 * software adapter loads four as fast as one.
 */
export interface Pack {
  readonly width: 1 | 4;
  /** The type in WGSL. */
  readonly type: "f32" | "vec4f";
  /** One of its floats, counted modulo the width. */
  of(name: string, i: number): string;
}

/** The pack that rows of a size divide into. */
export function packOf(size: number): Pack {
  return size % 4 === 0
    ? { width: 4, type: "vec4f", of: (name, i) => `${name}.${"xyzw"[i % 4]}` }
    : { width: 1, type: "f32", of: (name) => name };
}

/** Workgroups for `threads` threads in a row, over x and z, and `across` along y. */
export function workgroups(threads: number, across: number): [number, number, number] {
  const groups = Math.ceil(threads / THREADS);
  const x = Math.min(groups, MOST_WORKGROUPS);
  return [x, across, Math.ceil(groups / x)];
}

/**
 * Refuses three nested loops of so many rounds each, where a thread would go round them more often than
 * all adapters let it.
 */
export function assertRounds(
  { kernelHeight, kernelWidth, channels, filters }: Conv2dShape,
  outer: number,
  middle: number,
  inner: number,
): void {
  const rounds = outer * (1 + middle * (1 + inner));
  if (rounds <= LOOP_ROUNDS) return;
  const kernel = [kernelHeight, kernelWidth, channels, filters];
  throw new RangeError(
    `Cannot convolve with a kernel of shape [${kernel}] on WebGPU: a thread would go round its loops ` +
      `${rounds} times, but ${LOOP_ROUNDS} are the most. Use a smaller kernel or the backend wasm`,
  );
}

/**
 * The head of a shader: buffers by name with the type of their elements, the last one written; sizes; the
 * words of the uniform behind `zero_bits`.
 */
export function head(
  shape: Conv2dShape,
  buffers: readonly (readonly [string, Pack])[],
  words: readonly string[] = ["batch"],
): string {
  const constants = Object.entries(shape).filter(([name]) => name !== "batch")
    .map(([name, size]) => `const ${name} = ${size};`);
  const declarations = buffers.map(([name, { type }], i) =>
    `@group(0) @binding(${i}) var<storage, ${i === buffers.length - 1 ? "read_write" : "read"}> ` +
    `${name}: array<${type}>;`
  );
  return `
struct Params { zero_bits: u32, ${words.map((name) => `${name}: i32`).join(", ")} }
${declarations.join("\n")}
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

/** A WGSL function `pixel(at, row, column)`: the pack of x from float `at` on, or 0 where no image is. */
export function pixelWgsl(shape: Conv2dShape, { type, width }: Pack): string {
  return isPadded(shape)
    ? `fn pixel(at: i32, row: i32, column: i32) -> ${type} {
  let inside = row >= 0 && row < height && column >= 0 && column < width;
  return select(${type}(), x[select(0, at / ${width}, inside)], inside);
}`
    : `fn pixel(at: i32, row: i32, column: i32) -> ${type} { return x[at / ${width}]; }`;
}
