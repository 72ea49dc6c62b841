/**
 * Layer normalisation in WGSL, step for step the oracle's but for the square root, which is the driver's
 * (WGSL allows it some 3 ulp). The 32 threads of a workgroup are the 32 chains of a row's strided sum; the
 * gradients of gamma and beta have a thread for each column.
 *
 * @module
 */

import { type GpuQueue, wordOf } from "../../device/gpu_queue.ts";
import { CHAINS, stridedSumWgsl } from "../arithmetic/strided_sum.ts";
import { arithmeticWgsl } from "../arithmetic/wgsl.ts";
import { GPU_THREADS, gpuGroups, type RowSizes } from "./rows.ts";

/** Buffers by the names of the oracle. */
export type Buffers<Name extends string> = Readonly<Record<Name, GPUBuffer>>;

const bindings = (reads: readonly string[], writes: readonly string[]) =>
  [...reads, ...writes].map((name, i) =>
    `@group(0) @binding(${i}) var<storage, ${
      i < reads.length ? "read" : "read_write"
    }> ${name}: array<f32>;`
  ).join("\n") +
  `\n@group(0) @binding(${reads.length + writes.length}) var<uniform> params: Params;`;

/**
 * The head of a shader on rows: its arithmetic, a uniform `params`, in which `first` and `end` are the rows
 * of this dispatch, and the arrays that it reads and writes, which are bound in this order.
 */
export function rowsWgsl(reads: readonly string[], writes: readonly string[]): string {
  return `struct Params { zero_bits: u32, rows: u32, n: u32, epsilon: f32, first: u32, end: u32 }
${bindings(reads, writes)}
${arithmeticWgsl("fused")}`;
}

/** The uniform of such a shader for all rows. */
export function rowsUniform({ rows, n }: RowSizes, epsilon = 0): number[] {
  return [0, rows, n, wordOf(epsilon), 0, rows];
}

/**
 * Rows that a chain takes in in one dispatch. Mesa's software adapter ends every loop, without a word, once
 * a thread has gone round its loops 65,535 times in all.
 */
const ROWS_A_DISPATCH = 32_768;

/** Encodes a shader that continues its chains over the rows where the dispatch before left them. */
export function dispatchChains(
  queue: GpuQueue,
  code: string,
  buffers: readonly GPUBuffer[],
  { rows, n }: RowSizes,
  epsilon = 0,
): void {
  for (let first = 0; first < rows; first += ROWS_A_DISPATCH) {
    const end = Math.min(first + ROWS_A_DISPATCH, rows);
    const uniforms = [0, rows, n, wordOf(epsilon), first, end];
    queue.dispatch({ code, buffers, uniforms, workgroups: gpuGroups(n) });
  }
}

/** A shader with a workgroup for each row; `body` knows `row`, the offset `at` of its elements and `p`. */
const rowShader = (reads: readonly string[], writes: readonly string[], body: string) => `
${rowsWgsl(reads, writes)}
${stridedSumWgsl}
@compute @workgroup_size(${CHAINS})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) p: u32,
) {
  zero_bits = params.zero_bits;
  let n = params.n;
  for (var row = group.x; row < params.rows; row += groups.x) {
    let at = row * n;
    ${body}
  }
}`;

const each = (body: string) => `for (var i = p; i < n; i += ${CHAINS}u) { ${body} }`;

const forwardWgsl = rowShader(
  ["x", "gamma", "beta"],
  ["y", "mean", "inverse"],
  `
    var sum = 0.0;
    ${each("sum = add(sum, x[at + i]);")}
    let m = divide(sum_of_chains(p, sum), f32(n));
    var squares = 0.0;
    ${each("let c = add(x[at + i], -m); squares = madd(c, c, squares);")}
    let variance = divide(sum_of_chains(p, squares), f32(n));
    let r = divide(1.0, keep(sqrt(add(variance, params.epsilon))));
    ${each("y[at + i] = madd(mul(add(x[at + i], -m), r), gamma[i], beta[i]);")}
    if (p == 0u) { mean[row] = m; inverse[row] = r; }`,
);

const inputWgsl = rowShader(
  ["x", "dy", "gamma", "mean", "inverse"],
  ["dx"],
  `
    let m = mean[row];
    let r = inverse[row];
    var shifts = 0.0;
    var slopes = 0.0;
    ${
    each(`
      let scaled = mul(dy[at + i], gamma[i]);
      shifts = add(shifts, scaled);
      slopes = madd(scaled, mul(add(x[at + i], -m), r), slopes);`)
  }
    let shift = divide(sum_of_chains(p, shifts), f32(n));
    let slope = divide(sum_of_chains(p, slopes), f32(n));
    ${
    each(`
      let pull = madd(mul(add(x[at + i], -m), r), slope, shift);
      dx[at + i] = mul(add(mul(dy[at + i], gamma[i]), -pull), r);`)
  }`,
);

const weightsWgsl = (statisticsBy: "row" | "column") => `
${rowsWgsl(["x", "dy", "mean", "inverse"], ["d_gamma", "d_beta"])}
@compute @workgroup_size(${GPU_THREADS})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  zero_bits = params.zero_bits;
  let n = params.n;
  for (var column = id.x; column < n; column += groups.x * ${GPU_THREADS}u) {
    var g = 0.0;
    var b = 0.0;
    if (params.first > 0u) { g = d_gamma[column]; b = d_beta[column]; }
    for (var row = params.first; row < params.end; row++) {
      let at = row * n + column;
      let unit = mul(add(x[at], -mean[${statisticsBy}]), inverse[${statisticsBy}]);
      g = madd(dy[at], unit, g);
      b = add(b, dy[at]);
    }
    d_gamma[column] = g;
    d_beta[column] = b;
  }
}`;

/** The longest row: three loops over a 32nd of it stay below the 65,535 rounds, see `ROWS_A_DISPATCH`. */
const LONGEST_ROW = 2 ** 19;

/** A workgroup for each row; they go on to further rows where a dispatch has too few. */
function rowGroups({ rows, n }: RowSizes): [number] {
  if (n > LONGEST_ROW) {
    throw new RangeError(
      `Cannot normalise ${n} elements together on WebGPU: ${LONGEST_ROW} are the most. Normalise fewer axes, ` +
        "or use the backend wasm",
    );
  }
  return [Math.min(rows, 65_535)];
}

/** Encodes the operation. */
export function dispatchLayerNorm(
  queue: GpuQueue,
  sizes: RowSizes,
  { x, gamma, beta, y, mean, inverse }: Buffers<"x" | "gamma" | "beta" | "y" | "mean" | "inverse">,
  epsilon: number,
): void {
  queue.dispatch({
    code: forwardWgsl,
    buffers: [x, gamma, beta, y, mean, inverse],
    uniforms: rowsUniform(sizes, epsilon),
    workgroups: rowGroups(sizes),
  });
}

/** Encodes the gradient of the input. */
export function dispatchLayerNormInput(
  queue: GpuQueue,
  sizes: RowSizes,
  { x, dy, gamma, mean, inverse, dx }: Buffers<"x" | "dy" | "gamma" | "mean" | "inverse" | "dx">,
): void {
  queue.dispatch({
    code: inputWgsl,
    buffers: [x, dy, gamma, mean, inverse, dx],
    uniforms: rowsUniform(sizes),
    workgroups: rowGroups(sizes),
  });
}

/** Encodes the gradients of gamma and beta; batch normalisation's where the statistics are by column. */
export function dispatchNormWeights(
  queue: GpuQueue,
  statisticsBy: "row" | "column",
  sizes: RowSizes,
  { x, dy, mean, inverse, dGamma, dBeta }: Buffers<
    "x" | "dy" | "mean" | "inverse" | "dGamma" | "dBeta"
  >,
): void {
  dispatchChains(queue, weightsWgsl(statisticsBy), [x, dy, mean, inverse, dGamma, dBeta], sizes);
}
