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
  type Bound,
  each,
  gpuTracePlanes,
  ownership,
  SAMPLE_VECTORS,
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
  // From one dispatch to the next the states go through a trace.
  const trace = at.trace ??
    (slices.steps < time ? queue.scratch(4 * (planes.squashed + batch * time * units)) : undefined);
  const buffers = ([
    [at.sums.repeated ? "repeated_sums" : "sums", "read", "f32", at.sums.buffer],
    ["packed", "read", "vec4f", packed],
    ["initial_hidden", "read", "f32", at.initialHidden],
    ["initial_cell", "read", "f32", at.initialCell],
    ["hidden", "read_write", "f32", at.hidden],
    ["final_hidden", "read_write", "f32", at.finalHidden],
    ["final_cell", "read_write", "f32", at.finalCell],
    ["trace", "read_write", "f32", trace],
  ] satisfies Bound[]).filter(([, , , buffer]) => buffer !== undefined);
  const code = recurrenceWgsl(units, slices, buffers);
  for (let first = 0; first < time; first += slices.steps) {
    queue.dispatch({
      code,
      buffers: buffers.map(([, , , buffer]) => buffer!),
      // deno-fmt-ignore
      uniforms: [0, batch, time, Number(at.reversed), planes.gates, planes.cells, planes.squashed,
        first, Math.min(time, first + slices.steps)],
      workgroups: slices.workgroups,
    });
  }
}

/** `packed[k, unit]` = the four gates' weights, zero beyond the last unit. */
const PACK = /* wgsl */ `
struct Params { zero_bits: u32, units: u32, padded: u32 }
${bindings([["kernel", "read", "f32"], ["packed", "read_write", "vec4f"]])}

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
  packed[id.y * params.padded + unit] = gates;
}`;

function recurrenceWgsl(units: number, slices: Slicing, buffers: readonly Bound[]): string {
  const { resident, owned, lanes, threads } = slices;
  const padded = owned * lanes;
  const has = (name: string) => buffers.some(([known]) => known === name);
  const eachUnit = (text: (a: number) => string) => each(owned, text);
  const sumsRow = has("sums") ? "sums_at((sample * params.time + time)" : "repeated_sums_at(sample";
  /** Leaves the states before a step in the trace. */
  const keepStates = (step: string, a: number) =>
    /* wgsl */ `{
      let at = (${step} * params.batch + sample) * UNITS + unit_${a};
      store_trace(at, hidden_${a}, stored_${a});
      store_trace(params.cells + at, cell_${a}, stored_${a});
    }`;

  const begin = (a: number) => /* wgsl */ `
  var hidden_${a}: vec4f;
  var cell_${a}: vec4f;
  if (params.first == 0u) {
    ${has("initial_hidden") ? `hidden_${a} = initial_hidden_at(sample * UNITS + unit_${a});` : ""}
    ${has("initial_cell") ? `cell_${a} = initial_cell_at(sample * UNITS + unit_${a});` : ""}
    ${has("trace") ? keepStates("0u", a) : ""}
  }${
    has("trace")
      ? ` else {
    let at = (params.first * params.batch + sample) * UNITS + unit_${a};
    hidden_${a} = trace_at(at);
    cell_${a} = trace_at(params.cells + at);
  }`
      : ""
  }
  ${resident ? `states[lane + ${a * lanes}u] = hidden_${a};` : ""}`;

  const advance = (a: number) =>
    /* wgsl */ `{
      let input = sigmoid4(sum_0_${a});
      let forget = sigmoid4(sum_1_${a});
      let candidate = tanh4(sum_2_${a});
      let output = sigmoid4(sum_3_${a});
      cell_${a} = madd4(forget, cell_${a}, mul4(input, candidate));
      let squashed = tanh4(cell_${a});
      hidden_${a} = mul4(output, squashed);
      ${resident ? `states[current + lane + ${a * lanes}u] = hidden_${a};` : ""}
      ${
      has("hidden")
        ? `store_hidden((sample * params.time + time) * UNITS + unit_${a}, hidden_${a}, stored_${a});`
        : ""
    }
      ${
      has("trace")
        ? /* wgsl */ `let row = step * params.batch + sample;
      let gates = params.gates + row * COLUMNS + unit_${a};
      store_trace(gates, input, stored_${a});
      store_trace(gates + UNITS, forget, stored_${a});
      store_trace(gates + 2u * UNITS, candidate, stored_${a});
      store_trace(gates + 3u * UNITS, output, stored_${a});
      store_trace(params.squashed + row * UNITS + unit_${a}, squashed, stored_${a});
      if (step + 1u < params.time) ${keepStates("(step + 1u)", a)}`
        : ""
    }
    }`;

  return arithmeticWgsl("fused") + SAMPLE_VECTORS + /* wgsl */ `
const UNITS = ${units}u;
const COLUMNS = ${4 * units}u;
struct Params {
  zero_bits: u32, batch: u32, time: u32, reversed: u32,
  gates: u32, cells: u32, squashed: u32,
  // Steps of this dispatch, from first on and before last.
  first: u32, last: u32,
}
${bindings(buffers)}
${
    resident
      ? `// Read from one half and written to the other, by turns.
var<workgroup> states: array<vec4f, ${2 * padded}>;`
      : /* wgsl */ `
// The hidden states of a unit before a step.
fn states_at(step: u32, sample: vec4u, unit: u32) -> vec4f {
  if (step > 0u) { return trace_at((step * params.batch + sample) * UNITS + unit); }
  return ${has("initial_hidden") ? "initial_hidden_at(sample * UNITS + unit)" : "vec4f()"};
}`
  }

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  ${ownership(units, slices)}
  ${eachUnit(begin)}
  ${resident ? "var current = 0u;" : ""}
  for (var step = params.first; step < params.last; step++) {
    let time = select(step, params.time - 1u - step, params.reversed != 0u);
    ${
    eachUnit((a) =>
      each(4, (gate) =>
        `var sum_${gate}_${a} = ${sumsRow} * COLUMNS + ${gate}u * UNITS + unit_${a});`)
    )
  }
    ${resident ? "workgroupBarrier();" : ""}
    for (var k = 0u; k < UNITS; k++) {
      let state = ${resident ? "states[current + k]" : "states_at(step, sample, k)"};
      ${
    eachUnit((a) =>
      /* wgsl */ `let weights_${a} = packed[k * ${padded}u + lane + ${a * lanes}u];
      ${
        each(4, (gate) =>
          `sum_${gate}_${a} = fma(vec4f(weights_${a}[${gate}]), state, sum_${gate}_${a});`)
      }`
    )
  }
    }
    ${resident ? `current = ${padded}u - current;` : ""}
    ${eachUnit(advance)}
  }
  if (params.last == params.time) {
    ${
    eachUnit((a) =>
      /* wgsl */ `store_final_hidden(sample * UNITS + unit_${a}, hidden_${a}, stored_${a});
    store_final_cell(sample * UNITS + unit_${a}, cell_${a}, stored_${a});`
    )
  }
  }
}`;
}
