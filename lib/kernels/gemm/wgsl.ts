/**
 * The matrix product in WGSL. A thread owns a tile of up to 8 × 8 outputs in registers, each one chain
 * of `fma` over k ascending, and reads both matrices by vec4 straight from storage.
 *
 * The tile is a function of the shape, never of a timing. Tiles in workgroup memory, tried too, cost
 * lavapipe half its rate, since its every load around a barrier is dear; on a GPU the neighbours' loads
 * of the same rows and columns meet in the first-level cache.
 *
 * @module
 */

import { type GpuQueue, LOOP_ROUNDS } from "../../device/gpu_queue.ts";
import type { GemmShape, GemmStart } from "./gemm.ts";

/** A matrix that lies inside a buffer. */
export interface Slice {
  readonly buffer: GPUBuffer;
  /** Floats before it. */
  readonly offset: number;
}

/** Most rows, and most groups of four columns, that a thread owns. */
const ROWS = 8, QUADS = 2;

/** Terms of a sum that a dispatch adds, four a round. */
const TERMS = 4 * LOOP_ROUNDS;

/** Threads of a workgroup, where there is work for as many: one warp. */
const THREADS = 32;

/**
 * Encodes `out = start + left · right`; `bias` is needed where `shape.start` is `bias`. With `c` the sums
 * begin at the old values of `out`.
 */
export function dispatchGemm(
  queue: GpuQueue,
  shape: GemmShape,
  left: GPUBuffer | Slice,
  right: GPUBuffer,
  out: GPUBuffer,
  bias?: GPUBuffer,
): void {
  const { m, n, k } = shape;
  const slice = "buffer" in left ? left : { buffer: left, offset: 0 };
  const tile = tileOf(shape, slice.offset);
  const encode = (start: GemmStart, first: number, end: number) =>
    queue.dispatch({
      code: gemmWgsl({ ...shape, start }, tile),
      buffers: [slice.buffer, right, out, ...(start === "bias" ? [bias!] : [])],
      uniforms: [0, m, n, k, slice.offset, first, end],
      workgroups: [
        Math.ceil(n / (4 * tile.quads * tile.across)),
        Math.ceil(m / (tile.rows * tile.down)),
      ],
    });
  encode(shape.start ?? "zero", 0, Math.min(k, TERMS));
  for (let p = TERMS; p < k; p += TERMS) encode("c", p, Math.min(k, p + TERMS));
}

/** How a product is cut, and which of its matrices can be read by vec4. */
interface Tile {
  /** Rows of a thread. */
  readonly rows: number;
  /** Groups of four columns of a thread. */
  readonly quads: number;
  /** Threads of a workgroup along n. */
  readonly across: number;
  /** Threads of a workgroup along m. */
  readonly down: number;
  readonly leftByVec4: boolean;
  readonly rightByVec4: boolean;
  readonly outByVec4: boolean;
}

function tileOf({ m, n, k, leftTransposed, rightTransposed }: GemmShape, offset: number): Tile {
  const rows = Math.min(ROWS, m);
  const quads = n > 4 ? QUADS : 1;
  const [wanted, down] = [n / (4 * quads), m / rows].map((tiles) =>
    Math.min(THREADS, 2 ** Math.ceil(Math.log2(Math.ceil(tiles))))
  );
  const across = Math.min(wanted!, Math.max(8, THREADS / down!));
  return {
    rows,
    quads,
    across,
    down: Math.min(down!, THREADS / across),
    leftByVec4: (leftTransposed ? m : k) % 4 === 0 && offset % 4 === 0,
    rightByVec4: (rightTransposed ? k : n) % 4 === 0,
    outByVec4: n % 4 === 0,
  };
}

function gemmWgsl(shape: GemmShape, tile: Tile): string {
  const { leftTransposed, rightTransposed, start = "zero" } = shape;
  const { rows, quads, across, down, leftByVec4, rightByVec4, outByVec4 } = tile;
  const wholeFours = leftByVec4 && !leftTransposed || rightByVec4 && rightTransposed;
  const element = (byVec4: boolean) => byVec4 ? "vec4f" : "f32";
  const eachRow = (text: (r: number) => string) => lines(rows, text);
  const eachSum = (text: (r: number, q: number) => string) =>
    lines(rows * quads, (i) => text(Math.floor(i / quads), i % quads));
  const columnOf = (q: number, x: number) => `min(column + ${4 * q + x}u, params.n - 1u)`;
  const place = (r: number, q: number) =>
    `(row_${r} * params.n + min(column + ${4 * q}u, params.n - 4u)) / 4u`;
  const begin = (r: number, q: number) => {
    if (start === "zero") return "vec4f()";
    if (start === "bias") return `bias_${q}`;
    if (outByVec4) return `out[${place(r, q)}]`;
    return vec4((x) => `out[row_${r} * params.n + ${columnOf(q, x)}]`);
  };
  const store = (r: number, q: number) =>
    outByVec4
      ? `if (column + ${4 * q}u < params.n) { out[${place(r, q)}] = sum_${r}_${q}; }`
      : lines(4, (x) =>
        `if (column + ${4 * q + x}u < params.n) {
  out[row_${r} * params.n + column + ${4 * q + x}u] = sum_${r}_${q}[${x}];
}`);

  /** The terms of `count` steps of k from `p` on: all loads, then the chains. */
  const terms = (count: number) => {
    const steps = range(count);
    const left = leftTransposed ? leftAcross(tile) : leftAlong(tile, count);
    const right = rightTransposed ? rightAlong(tile, count) : rightAcross(tile);
    return [
      ...(leftTransposed ? steps.map((l) => left.load(l)) : [left.load(0)]),
      ...(rightTransposed ? [right.load(0)] : steps.map((l) => right.load(l))),
      ...steps.map((l) =>
        eachSum((r, q) =>
          `sum_${r}_${q} = fma(vec4f(${left.at(r, l)}), ${right.at(q, l)}, sum_${r}_${q});`
        )
      ),
    ].join("\n");
  };

  return /* wgsl */ `
struct Params { zero_bits: u32, m: u32, n: u32, k: u32, left_offset: u32, first: u32, end: u32 }
@group(0) @binding(0) var<storage, read> left: array<${element(leftByVec4)}>;
@group(0) @binding(1) var<storage, read> right: array<${element(rightByVec4)}>;
@group(0) @binding(2) var<storage, read_write> out: array<${element(outByVec4)}>;
${start === "bias" ? "@group(0) @binding(3) var<storage, read> bias: array<f32>;" : ""}
@group(0) @binding(${start === "bias" ? 4 : 3}) var<uniform> params: Params;

@compute @workgroup_size(${across}, ${down})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let row = id.y * ${rows}u;
  let column = id.x * ${4 * quads}u;
  if (row >= params.m || column >= params.n) { return; }
  // Rows and columns beyond the edge repeat the last one, and are not stored.
  ${eachRow((r) => `let row_${r} = min(row + ${r}u, params.m - 1u);`)}
  ${
    start === "bias"
      ? lines(quads, (q) => `let bias_${q} = ${vec4((x) => `bias[${columnOf(q, x)}]`)};`)
      : ""
  }
  ${eachSum((r, q) => `var sum_${r}_${q} = ${begin(r, q)};`)}
  var p = params.first;
  for (; p + 4u <= params.end; p += 4u) {
    ${terms(4)}
  }
  ${wholeFours ? "" : `for (; p < params.end; p++) {\n${terms(1)}\n}`}
  ${eachRow((r) => `if (row + ${r}u < params.m) {\n${lines(quads, (q) => store(r, q))}\n}`)}
}`;
}

/** How a matrix's part of a thread's terms is loaded, and what its factor is then called. */
interface Factors {
  load(step: number): string;
  at(index: number, step: number): string;
}

/** Left as `[m, k]`: `count` steps of a row lie side by side. */
function leftAlong({ rows, leftByVec4 }: Tile, count: number): Factors {
  return {
    load: () =>
      lines(
        rows,
        (r) =>
          `let a_${r} = ${
            alongK("left", `params.left_offset + row_${r} * params.k`, leftByVec4, count)
          };`,
      ),
    at: (r, l) => count === 1 ? `a_${r}` : `a_${r}[${l}]`,
  };
}

/** Left as `[k, m]`: the rows of a step lie side by side. */
function leftAcross({ rows, leftByVec4 }: Tile): Factors {
  const from = (l: number) => `params.left_offset + (p + ${l}u) * params.m`;
  return {
    load: (l) =>
      leftByVec4
        ? lines(rows / 4, (h) => `let a_${l}_${h} = left[(${from(l)} + row_${4 * h}) / 4u];`)
        : lines(rows, (r) => `let a_${l}_${r} = left[${from(l)} + row_${r}];`),
    at: (r, l) => leftByVec4 ? `a_${l}_${r >> 2}[${r & 3}]` : `a_${l}_${r}`,
  };
}

/** Right as `[k, n]`: the columns of a step lie side by side. */
function rightAcross({ quads, rightByVec4 }: Tile): Factors {
  const from = (l: number) => `(p + ${l}u) * params.n`;
  const clamped = (offset: number, last: number) => `min(column + ${offset}u, params.n - ${last}u)`;
  return {
    load: (l) =>
      lines(
        quads,
        (q) =>
          `let b_${l}_${q} = ${
            rightByVec4
              ? `right[(${from(l)} + ${clamped(4 * q, 4)}) / 4u]`
              : vec4((x) => `right[${from(l)} + ${clamped(4 * q + x, 1)}]`)
          };`,
      ),
    at: (q, l) => `b_${l}_${q}`,
  };
}

/** Right as `[n, k]`: `count` steps of a column lie side by side. */
function rightAlong({ quads, rightByVec4 }: Tile, count: number): Factors {
  return {
    load: () =>
      lines(
        4 * quads,
        (j) =>
          `let b_${j} = ${
            alongK("right", `min(column + ${j}u, params.n - 1u) * params.k`, rightByVec4, count)
          };`,
      ),
    at: (q, l) => vec4((x) => count === 1 ? `b_${4 * q + x}` : `b_${4 * q + x}[${l}]`),
  };
}

/** Four steps of k, or one. */
function alongK(matrix: string, from: string, byVec4: boolean, count: number): string {
  if (count === 1) return `${matrix}[${from} + p]`;
  if (byVec4) return `${matrix}[(${from} + p) / 4u]`;
  return vec4((l) => `${matrix}[${from} + p + ${l}u]`);
}

const vec4 = (component: (x: number) => string) => `vec4f(${range(4).map(component)})`;

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

const lines = (n: number, text: (i: number) => string) => range(n).map(text).join("\n");
