/**
 * What the two passes of the LSTM in WGSL share: how the batch and the units are given to threads, how
 * the trace lies, and pieces of text.
 *
 * A thread owns a few hidden units of {@linkcode SAMPLES} samples; a vec4 holds one value of each of
 * these samples. Where the states of a slice fit the 16 KiB of workgroup memory that every device
 * guarantees, a workgroup takes a slice through all steps, or as many as a dispatch may; else each step is
 * a dispatch, whose threads share the states through storage.
 *
 * @module
 */

import { LOOP_ROUNDS } from "../../device/gpu_queue.ts";
import type { LstmShape } from "./shape.ts";

/** Samples of a slice. */
export const SAMPLES = 4;

/** Most units at which a slice's four gates fit 16 KiB. */
const RESIDENT_UNITS = 256;

/** Threads of a workgroup where a step is a dispatch. */
const STEP_THREADS = 32;

/** How units are given to threads: thread `lane` owns units `lane + a · lanes`. */
export interface Slicing {
  /** Whether a workgroup keeps the states through its steps. */
  readonly resident: boolean;
  /** Units of a thread. */
  readonly owned: number;
  /** Threads that share a slice. */
  readonly lanes: number;
  /** Threads of a workgroup. */
  readonly threads: number;
  /** Workgroups: along the lanes, along the batch. */
  readonly workgroups: readonly [number, number];
  /** Steps of a dispatch. */
  readonly steps: number;
}

/** How a pass whose threads own `owned` units runs. */
export function slicing({ batch, time, units }: LstmShape, owned: number): Slicing {
  const resident = units <= RESIDENT_UNITS;
  const lanes = Math.ceil(units / owned);
  const threads = resident ? lanes : STEP_THREADS;
  const workgroups = [Math.ceil(lanes / threads), Math.ceil(batch / SAMPLES)] as const;
  // A step goes round its loops `units` times.
  const steps = resident ? Math.min(time, Math.floor(LOOP_ROUNDS / (units + 1))) : 1;
  return { resident, owned, lanes, threads, workgroups, steps };
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

/** The start of a shader's body: the samples and units that the thread owns. */
export function ownership(units: number, slices: Slicing): string {
  const { resident, owned, lanes, threads } = slices;
  return /* wgsl */ `
  zero_bits = params.zero_bits;
  let lane = group.x * ${threads}u + local;
  ${resident ? "" : `if (lane >= ${lanes}u) { return; }`}
  let samples = vec4u(group.y * ${SAMPLES}u) + vec4u(0u, 1u, 2u, 3u);
  // Samples and units beyond the last repeat it, and are not stored.
  let sample = min(samples, vec4u(params.batch - 1u));
  ${
    each(owned, (a) =>
      `let unit_${a} = min(lane + ${a * lanes}u, ${units - 1}u);
  let stored_${a} = (samples < vec4u(params.batch)) & vec4<bool>(lane + ${
        a * lanes
      }u < ${units}u);`)
  }`;
}

/** A buffer of a shader, by its name there; left out where there is none. */
export type Bound = readonly [
  name: string,
  access: "read" | "read_write",
  element: "f32" | "vec4f",
  buffer?: GPUBuffer | undefined,
];

/**
 * Declares storage buffers, one binding after the other, and the uniform behind them. A buffer `b` of f32
 * is read for the samples of a slice by `b_at(indices)` and written by `store_b(indices, values, stored)`.
 */
export function bindings(buffers: readonly Bound[]): string {
  return [
    ...buffers.map(([name, access, element], i) =>
      `@group(0) @binding(${i}) var<storage, ${access}> ${name}: array<${element}>;`
    ),
    `@group(0) @binding(${buffers.length}) var<uniform> params: Params;`,
    ...buffers.filter(([, , element]) => element === "f32").map(([name, access]) =>
      [
        `fn ${name}_at(i: vec4u) -> vec4f {`,
        `  return vec4f(${name}[i.x], ${name}[i.y], ${name}[i.z], ${name}[i.w]);\n}`,
        ...(access === "read" ? [] : [
          `fn store_${name}(i: vec4u, values: vec4f, stored: vec4<bool>) {`,
          each(4, (r) => `  if (stored[${r}]) { ${name}[i[${r}]] = values[${r}]; }`),
          "}",
        ]),
      ].join("\n")
    ),
  ].join("\n");
}

/** Lines of text for each number from 0 to `n - 1`. */
export function each(n: number, text: (i: number) => string): string {
  return Array.from({ length: n }, (_, i) => text(i)).join("\n");
}
