/**
 * The recurrent part of the LSTM's forward pass in WGSL: from the inputs' part of the gates' sums on.
 *
 * @module
 */

import type { GpuQueue } from "../../device/gpu_queue.ts";
import { arithmeticWgsl } from "../arithmetic/wgsl.ts";
import type { LstmShape } from "./shape.ts";
import {
  bindings,
  each,
  gathered,
  gpuTracePlanes,
  ownership,
  range,
  SAMPLE_VECTORS,
  scattered,
  type Slicing,
  slicing,
} from "./wgsl_slices.ts";

/** Units of a thread, each with its four gates: 32 sums. */
const OWNED = 2;

/** The gates' sums before the hidden states' part. */
export interface StepSums {
  /** `[batch, time, 4 units]`; `[batch, 4 units]` where they are the same in every step. */
  readonly buffer: GPUBuffer;
  readonly repeated: boolean;
}

/** What the recurrence reads and leaves. */
export interface RecurrenceBuffers {
  readonly sums: StepSums;
  /** `[units, 4 units]`. */
  readonly recurrentKernel: GPUBuffer;
  readonly initialHidden: GPUBuffer | undefined;
  readonly initialCell: GPUBuffer | undefined;
  readonly hidden: GPUBuffer | undefined;
  readonly finalHidden: GPUBuffer;
  readonly finalCell: GPUBuffer;
  /** See `GpuTracePlanes`. */
  readonly trace: GPUBuffer | undefined;
  readonly reversed: boolean;
}

/** Encodes the recurrence. */
export function dispatchRecurrence(
  queue: GpuQueue,
  shape: LstmShape,
  at: RecurrenceBuffers,
): void {
  const { batch, time, units } = shape;
  const slices = slicing(shape, OWNED);
  const padded = slices.owned * slices.lanes;
  const packed = queue.scratch(16 * units * padded);
  queue.dispatch({
    code: PACK,
    buffers: [at.recurrentKernel, packed],
    uniforms: [0, units, padded],
    workgroups: [Math.ceil(padded / 32), units],
  });
  const planes = gpuTracePlanes(shape);
  // Where each step is a dispatch, the states go from one to the next through a trace.
  const trace = at.trace ??
    (slices.resident ? undefined : queue.scratch(4 * (planes.squashed + batch * time * units)));
  const buffers: [string, string, GPUBuffer | undefined][] = [
    [at.sums.repeated ? "repeated_sums" : "sums", "f32", at.sums.buffer],
    ["packed", "vec4f", packed],
    ["initial_hidden", "f32", at.initialHidden],
    ["initial_cell", "f32", at.initialCell],
    ["out_hidden", "f32", at.hidden],
    ["out_final_hidden", "f32", at.finalHidden],
    ["out_final_cell", "f32", at.finalCell],
    ["out_trace", "f32", trace],
  ];
  const bound = buffers.filter(([, , buffer]) => buffer !== undefined);
  const code = recurrenceWgsl(units, slices, bound.map(([name, type]) => [name, type]));
  for (let step = 0; step < (slices.resident ? 1 : time); step++) {
    queue.dispatch({
      code,
      buffers: bound.map(([, , buffer]) => buffer!),
      uniforms: [
        0,
        batch,
        time,
        Number(at.reversed),
        planes.gates,
        planes.cells,
        planes.squashed,
        step,
        slices.resident ? time : step + 1,
      ],
      workgroups: slices.workgroups,
    });
  }
}

/** `packed[k, unit]` = the four gates' weights, zero beyond the last unit. */
const PACK = /* wgsl */ `
struct Params { zero_bits: u32, units: u32, padded: u32 }
${bindings([["kernel", "f32"], ["out_packed", "vec4f"]])}

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let unit = id.x;
  if (unit >= params.padded) { return; }
  var gates = vec4f();
  if (unit < params.units) {
    let at = id.y * 4u * params.units + unit;
    gates = vec4f(
      kernel[at], kernel[at + params.units], kernel[at + 2u * params.units], kernel[at + 3u * params.units],
    );
  }
  out_packed[id.y * params.padded + unit] = gates;
}`;

function recurrenceWgsl(
  units: number,
  slices: Slicing,
  buffers: readonly (readonly [name: string, type: string])[],
): string {
  const { resident, owned, lanes, threads } = slices;
  const padded = owned * lanes;
  const has = (name: string) => buffers.some(([known]) => known === name);
  const eachUnit = (text: (a: number) => string) => each(owned, text);
  const stateRow = (a: number) => (sample: string) => `${sample} * ${units}u + unit_${a}`;
  const initial = (buffer: string, a: number) =>
    has(buffer) ? gathered(buffer, stateRow(a)) : "vec4f()";
  const sums = (gate: number, a: number) => {
    const column = `${gate * units}u + unit_${a}`;
    return has("sums")
      ? gathered("sums", (sample) => `(${sample} * params.time + time) * ${4 * units}u + ${column}`)
      : gathered("repeated_sums", (sample) => `${sample} * ${4 * units}u + ${column}`);
  };

  const hiddenOf = /* wgsl */ `
// The hidden states of unit k before a step.
fn hidden_of(k: u32, step: u32, sample: vec4u) -> vec4f {
  if (step == 0u) {
    return ${
    has("initial_hidden")
      ? gathered("initial_hidden", (sample) => `${sample} * ${units}u + k`)
      : "vec4f()"
  };
  }
  return ${gathered("out_trace", (sample) => `(step * params.batch + ${sample}) * ${units}u + k`)};
}`;
  const begin = (a: number) =>
    resident
      ? `var hidden_${a} = ${initial("initial_hidden", a)};
var cell_${a} = ${initial("initial_cell", a)};
states[lane + ${a * lanes}u] = hidden_${a};`
      : `var hidden_${a} = hidden_of(unit_${a}, params.first, sample);
var cell_${a} = ${initial("initial_cell", a)};
if (params.first > 0u) {
  cell_${a} = ${
        gathered(
          "out_trace",
          (sample) =>
            `params.cells + (params.first * params.batch + ${sample}) * ${units}u + unit_${a}`,
        )
      };
}`;
  const keepStates = (step: string, a: number) =>
    scattered(
      units,
      slices,
      a,
      (sample, r) =>
        `out_trace[(${step} * params.batch + ${sample}) * ${units}u + unit_${a}] = hidden_${a}[${r}];
out_trace[params.cells + (${step} * params.batch + ${sample}) * ${units}u + unit_${a}] = cell_${a}[${r}];`,
    );

  const keepStatesBefore = resident
    ? eachUnit((a) => keepStates("step", a))
    : `if (step == 0u) {\n${eachUnit((a) => keepStates("step", a))}\n}`;

  const chains = /* wgsl */ `
    for (var k = 0u; k < ${units}u; k++) {
      let hidden = ${resident ? "states[current + k]" : "hidden_of(k, step, sample)"};
      ${
    eachUnit((a) =>
      [
        `let weights_${a} = packed[k * ${padded}u + lane + ${a * lanes}u];`,
        ...range(4).map((gate) =>
          `sum_${gate}_${a} = fma(vec4f(weights_${a}[${gate}]), hidden, sum_${gate}_${a});`
        ),
      ].join("\n")
    )
  }
    }`;

  const unitsStep = (a: number) => /* wgsl */ `
    let input_${a} = sigmoid4(sum_0_${a});
    let forget_${a} = sigmoid4(sum_1_${a});
    let candidate_${a} = tanh4(sum_2_${a});
    let output_${a} = sigmoid4(sum_3_${a});
    cell_${a} = madd4(forget_${a}, cell_${a}, mul4(input_${a}, candidate_${a}));
    let squashed_${a} = tanh4(cell_${a});
    hidden_${a} = mul4(output_${a}, squashed_${a});
    ${resident ? `states[current + lane + ${a * lanes}u] = hidden_${a};` : ""}
    ${
    scattered(units, slices, a, (sample, r) =>
      [
        ...(has("out_trace")
          ? [
            `let row = step * params.batch + ${sample};`,
            ...["input", "forget", "candidate", "output"].map((gate, g) =>
              `out_trace[params.gates + row * ${4 * units}u + ${
                g * units
              }u + unit_${a}] = ${gate}_${a}[${r}];`
            ),
            `out_trace[params.squashed + row * ${units}u + unit_${a}] = squashed_${a}[${r}];`,
          ]
          : []),
        ...(has("out_hidden")
          ? [
            `out_hidden[(${sample} * params.time + time) * ${units}u + unit_${a}] = hidden_${a}[${r}];`,
          ]
          : []),
      ].join("\n"))
  }`;

  return arithmeticWgsl("fused") + SAMPLE_VECTORS + /* wgsl */ `
struct Params {
  zero_bits: u32, batch: u32, time: u32, reversed: u32,
  gates: u32, cells: u32, squashed: u32,
  // Steps of this dispatch, from first on and before last.
  first: u32, last: u32,
}
${bindings(buffers)}
${resident ? `var<workgroup> states: array<vec4f, ${2 * padded}>;` : hiddenOf}

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  ${ownership(units, slices)}
  ${eachUnit(begin)}
  // States are read from one half of their memory and written to the other, by turns.
  ${resident ? "var current = 0u;" : ""}
  for (var step = params.first; step < params.last; step++) {
    let time = select(step, params.time - 1u - step, params.reversed != 0u);
    ${has("out_trace") ? keepStatesBefore : ""}
    ${eachUnit((a) => each(4, (gate) => `var sum_${gate}_${a} = ${sums(gate, a)};`))}
    ${resident ? "workgroupBarrier();" : ""}
    ${chains}
    ${resident ? `current = ${padded}u - current;` : ""}
    ${eachUnit(unitsStep)}
  }
  ${
    resident
      ? ""
      : "if (params.last < params.time) {\n" + eachUnit((a) => keepStates("params.last", a)) +
        "\nreturn;\n}"
  }
  ${
    eachUnit((a) =>
      scattered(units, slices, a, (sample, r) =>
        `out_final_hidden[${sample} * ${units}u + unit_${a}] = hidden_${a}[${r}];
out_final_cell[${sample} * ${units}u + unit_${a}] = cell_${a}[${r}];`)
    )
  }
}`;
}
