/**
 * What the two passes of the LSTM in WGSL share: how the batch and the units are given to threads, how
 * the trace lies, and pieces of text.
 *
 * A thread owns a few hidden units of {@linkcode SAMPLES} samples; a vec4 holds one value of each of
 * these samples. Where the states of a slice fit the 16 KiB of workgroup memory that every device
 * guarantees, a workgroup takes a slice through all steps; else each step is a dispatch, whose
 * threads share the states through storage.
 *
 * @module
 */

import type { LstmShape } from "./shape.ts";

/** Samples of a slice. */
export const SAMPLES = 4;

/** Most units at which a slice's four gates fit 16 KiB. */
const RESIDENT_UNITS = 256;

/** Threads of a workgroup where a step is a dispatch. */
const STEP_THREADS = 32;

/** How units are given to threads: thread `lane` owns units `lane + a · lanes`. */
export interface Slicing {
  /** Whether a workgroup keeps the states through all steps. */
  readonly resident: boolean;
  /** Units of a thread. */
  readonly owned: number;
  /** Threads that share a slice. */
  readonly lanes: number;
  /** Threads of a workgroup. */
  readonly threads: number;
  /** Workgroups: along the lanes, along the batch. */
  readonly workgroups: readonly [number, number];
}

/** How a pass whose threads own `owned` units runs. */
export function slicing({ batch, units }: LstmShape, owned: number): Slicing {
  const resident = units <= RESIDENT_UNITS;
  const lanes = Math.ceil(units / owned);
  const threads = resident ? lanes : STEP_THREADS;
  const workgroups = [Math.ceil(lanes / threads), Math.ceil(batch / SAMPLES)] as const;
  return { resident, owned, lanes, threads, workgroups };
}

/** Where the planes of a trace begin, in floats; rows go through the steps in the order read. */
export interface GpuTracePlanes {
  /** `[time batch, units]`: the hidden states before each step. */
  readonly hidden: number;
  /** `[time batch, features]`. */
  readonly inputs: number;
  /** `[time batch, 4 units]`. */
  readonly gates: number;
  /** `[time batch, units]`: the cells before each step. */
  readonly cells: number;
  /** `[time batch, units]`: tanh of the cells after it. */
  readonly squashed: number;
}

/** The planes of the trace that the shaders leave; they need no more than `tracePlanes().size`. */
export function gpuTracePlanes({ batch, time, features, units }: LstmShape): GpuTracePlanes {
  const rows = batch * time;
  return {
    hidden: 0,
    inputs: rows * units,
    gates: rows * (units + features),
    cells: rows * (5 * units + features),
    squashed: rows * (6 * units + features),
  };
}

/** Vectors over the samples of a slice: the canonical arithmetic, element by element. */
export const SAMPLE_VECTORS = /* wgsl */ `
fn keep4(v: vec4f) -> vec4f { return bitcast<vec4f>(bitcast<vec4u>(v) ^ vec4u(zero_bits)); }
fn add4(a: vec4f, b: vec4f) -> vec4f { return keep4(a + b); }
fn mul4(a: vec4f, b: vec4f) -> vec4f { return keep4(a * b); }
fn madd4(a: vec4f, b: vec4f, c: vec4f) -> vec4f { return keep4(fma(a, b, c)); }
fn sigmoid4(v: vec4f) -> vec4f { return vec4f(sigmoidf(v.x), sigmoidf(v.y), sigmoidf(v.z), sigmoidf(v.w)); }
fn tanh4(v: vec4f) -> vec4f { return vec4f(tanhf(v.x), tanhf(v.y), tanhf(v.z), tanhf(v.w)); }`;

/** The start of a shader's body: which samples and units the thread owns. */
export function ownership(
  units: number,
  { resident, owned, lanes, threads }: Slicing,
): string {
  return /* wgsl */ `
  zero_bits = params.zero_bits;
  let lane = group.x * ${threads}u + local;
  ${resident ? "" : `if (lane >= ${lanes}u) { return; }`}
  let first = group.y * ${SAMPLES}u;
  let present = vec4u(first) + vec4u(0u, 1u, 2u, 3u) < vec4u(params.batch);
  // Samples and units beyond the last repeat it, and are not stored.
  let sample = min(vec4u(first) + vec4u(0u, 1u, 2u, 3u), vec4u(params.batch - 1u));
  ${each(owned, (a) => `let unit_${a} = min(lane + ${a * lanes}u, ${units - 1}u);`)}`;
}

/** A vec4 of one element for each sample; `place` gives the index for the sample's number. */
export function gathered(buffer: string, place: (sample: string) => string): string {
  return `vec4f(${range(SAMPLES).map((r) => `${buffer}[${place(`sample[${r}]`)}]`).join(", ")})`;
}

/** Stores of a thread's unit `a`, left out where the sample or the unit is beyond the last. */
export function scattered(
  units: number,
  { lanes }: Slicing,
  a: number,
  stores: (sample: string, r: number) => string,
): string {
  const text = each(SAMPLES, (r) => `if (present[${r}]) {\n${stores(`sample[${r}]`, r)}\n}`);
  return (a + 1) * lanes <= units ? text : `if (lane + ${a * lanes}u < ${units}u) {\n${text}\n}`;
}

/** Declarations of storage buffers, one binding after the other, and of the uniform behind them. */
export function bindings(buffers: readonly (readonly [name: string, type: string])[]): string {
  return [
    ...buffers.map(([name, type], i) =>
      `@group(0) @binding(${i}) var<storage, ${
        name.startsWith("out_") ? "read_write" : "read"
      }> ${name}: array<${type}>;`
    ),
    `@group(0) @binding(${buffers.length}) var<uniform> params: Params;`,
  ].join("\n");
}

/** The numbers from 0 to `n - 1`. */
export const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Lines of text for each number from 0 to `n - 1`. */
export const each = (n: number, text: (i: number) => string): string =>
  range(n).map(text).join("\n");
