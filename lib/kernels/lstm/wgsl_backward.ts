/**
 * Back-propagation through the steps of an LSTM in WGSL: from the trace to the gradients of the gates'
 * sums and of the initial states.
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

/** Units of a thread: their weights for one column are a vec4. */
const OWNED = 4;

/** What the backward pass reads and leaves. */
export interface BackwardBuffers {
  /** See `GpuTracePlanes`. */
  readonly trace: GPUBuffer;
  /** `[units, 4 units]`. */
  readonly recurrentKernel: GPUBuffer;
  readonly dHidden: GPUBuffer | undefined;
  readonly dFinalHidden: GPUBuffer;
  readonly dFinalCell: GPUBuffer;
  /** `[time batch, 4 units]`. */
  readonly dz: GPUBuffer;
  readonly dInitialHidden: GPUBuffer | undefined;
  readonly dInitialCell: GPUBuffer | undefined;
  readonly reversed: boolean;
}

/** Encodes the backward pass through the steps. */
export function dispatchBackward(queue: GpuQueue, shape: LstmShape, at: BackwardBuffers): void {
  const { batch, time, units } = shape;
  const slices = slicing(shape, OWNED);
  const { lanes } = slices;
  const packed = queue.scratch(16 * 4 * units * lanes);
  queue.dispatch({
    code: PACK,
    buffers: [at.recurrentKernel, packed],
    uniforms: [0, units, lanes],
    workgroups: [Math.ceil(lanes / 32), 4 * units],
  });
  const planes = gpuTracePlanes(shape);
  // From one dispatch to the next the states' gradients go through storage.
  const carry = (wanted: GPUBuffer | undefined) =>
    wanted ?? (slices.steps < time ? queue.scratch(4 * batch * units) : undefined);
  const buffers = ([
    ["trace", "read", "f32", at.trace],
    ["packed", "read", "vec4f", packed],
    ["d_hidden", "read", "f32", at.dHidden],
    ["d_final_hidden", "read", "f32", at.dFinalHidden],
    ["d_final_cell", "read", "f32", at.dFinalCell],
    ["dz", "read_write", "f32", at.dz],
    ["d_state", "read_write", "f32", carry(at.dInitialHidden)],
    ["d_cell", "read_write", "f32", carry(at.dInitialCell)],
  ] satisfies Bound[]).filter(([, , , buffer]) => buffer !== undefined);
  const code = backwardWgsl(units, slices, buffers);
  const encode = (last: number, first: number) =>
    queue.dispatch({
      code,
      buffers: buffers.map(([, , , buffer]) => buffer!),
      // deno-fmt-ignore
      uniforms: [0, batch, time, Number(at.reversed), planes.gates, planes.cells, planes.squashed,
        last, first],
      workgroups: slices.workgroups,
    });
  for (let last = time; last > 0; last -= slices.steps) {
    encode(last, Math.max(0, last - slices.steps));
  }
  // One step a dispatch begins with what the step after it leaves, the first one's is left to another.
  if (!slices.resident && at.dInitialHidden !== undefined) encode(0, 0);
}

/** `packed[column, lane]` = the weights of a lane's units, zero beyond the last unit. */
const PACK = /* wgsl */ `
struct Params { zero_bits: u32, units: u32, lanes: u32 }
${bindings([["kernel", "read", "f32"], ["packed", "read_write", "vec4f"]])}

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let lane = id.x;
  if (lane >= params.lanes) { return; }
  var weights = vec4f();
  for (var a = 0u; a < 4u; a++) {
    let unit = lane + a * params.lanes;
    if (unit < params.units) { weights[a] = kernel[unit * 4u * params.units + id.y]; }
  }
  packed[id.y * params.lanes + lane] = weights;
}`;

function backwardWgsl(units: number, slices: Slicing, buffers: readonly Bound[]): string {
  const { resident, owned, lanes, threads } = slices;
  const has = (name: string) => buffers.some(([known]) => known === name);
  const eachUnit = (text: (a: number) => string) => each(owned, text);
  /** What the hidden states of a step get as an output. */
  const outside = (step: string, a: number) =>
    has("d_hidden")
      ? `d_hidden_at((sample * params.time + time_of(${step})) * UNITS + unit_${a})`
      : "vec4f()";

  const begin = eachUnit((a) => /* wgsl */ `
    dh_${a} = d_final_hidden_at(sample * UNITS + unit_${a});
    ${has("d_hidden") ? `dh_${a} = add4(dh_${a}, ${outside("params.time - 1u", a)});` : ""}
    dc_${a} = d_final_cell_at(sample * UNITS + unit_${a});`);
  const resume = eachUnit((a) => /* wgsl */ `
    dh_${a} = d_state_at(sample * UNITS + unit_${a});
    dc_${a} = d_cell_at(sample * UNITS + unit_${a});`);

  const gradients = (a: number) =>
    /* wgsl */ `{
      let row = step * params.batch + sample;
      let gates = row * COLUMNS + unit_${a};
      let input = trace_at(params.gates + gates);
      let forget = trace_at(params.gates + gates + UNITS);
      let candidate = trace_at(params.gates + gates + 2u * UNITS);
      let output = trace_at(params.gates + gates + 3u * UNITS);
      let squashed = trace_at(params.squashed + row * UNITS + unit_${a});
      let cell_before = trace_at(params.cells + row * UNITS + unit_${a});
      let dc = madd4(mul4(dh_${a}, output), madd4(-squashed, squashed, vec4f(1.0)), dc_${a});
      let d_input = mul4(mul4(dc, candidate), slope(input));
      let d_forget = mul4(mul4(dc, cell_before), slope(forget));
      let d_candidate = mul4(mul4(dc, input), madd4(-candidate, candidate, vec4f(1.0)));
      let d_output = mul4(mul4(dh_${a}, squashed), slope(output));
      dc_${a} = mul4(dc, forget);
      store_dz(gates, d_input, stored_${a});
      store_dz(gates + UNITS, d_forget, stored_${a});
      store_dz(gates + 2u * UNITS, d_candidate, stored_${a});
      store_dz(gates + 3u * UNITS, d_output, stored_${a});
      ${
      resident
        ? /* wgsl */ `if (lane + ${a * lanes}u < UNITS) {
        columns[unit_${a}] = d_input;
        columns[UNITS + unit_${a}] = d_forget;
        columns[2u * UNITS + unit_${a}] = d_candidate;
        columns[3u * UNITS + unit_${a}] = d_output;
      }`
        : ""
    }
    }`;

  /** From the gradients of a step's sums to those of the hidden states before it. */
  const chains = /* wgsl */ `
    ${eachUnit((a) => `dh_${a} = vec4f();`)}
    if (step > 0u) { ${eachUnit((a) => `dh_${a} = ${outside("step - 1u", a)};`)} }
    for (var j = 0u; j < COLUMNS; j += 4u) {
      ${
    each(4, (x) =>
      /* wgsl */ `{
        let column = ${
        resident
          ? `columns[j + ${x}u]`
          : `dz_at((step * params.batch + sample) * COLUMNS + j + ${x}u)`
      };
        let weights = packed[(j + ${x}u) * ${lanes}u + lane];
        ${eachUnit((a) => `dh_${a} = fma(vec4f(weights[${a}]), column, dh_${a});`)}
      }`)
  }
    }`;

  const allSteps = /* wgsl */ `
  if (params.last == params.time) {${begin}\n}${has("d_state") ? `else {${resume}\n}` : ""}
  for (var later = params.last; later > params.first; later--) {
    let step = later - 1u;
    ${eachUnit(gradients)}
    ${has("d_state") ? "" : "if (step == 0u) { break; }"}
    workgroupBarrier();
    ${chains}
    workgroupBarrier();
  }`;

  const oneStep = /* wgsl */ `
  if (params.last == params.time) {${begin}
  } else {
    let step = params.last;${resume}
    ${chains}
  }
  if (params.last > params.first) {
    let step = params.first;
    ${eachUnit(gradients)}
  }`;

  return arithmeticWgsl("fused") + SAMPLE_VECTORS + /* wgsl */ `
const UNITS = ${units}u;
const COLUMNS = ${4 * units}u;
struct Params {
  zero_bits: u32, batch: u32, time: u32, reversed: u32,
  gates: u32, cells: u32, squashed: u32,
  // Steps of this dispatch, from before last down to first.
  last: u32, first: u32,
}
${bindings(buffers)}
${resident ? `var<workgroup> columns: array<vec4f, ${4 * units}>;` : ""}

// The derivative of a sigmoid by its value.
fn slope(y: vec4f) -> vec4f { return mul4(y, add4(vec4f(1.0), -y)); }
fn time_of(step: u32) -> u32 { return select(step, params.time - 1u - step, params.reversed != 0u); }

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  ${ownership(units, slices)}
  ${eachUnit((a) => `var dh_${a}: vec4f;\nvar dc_${a}: vec4f;`)}
  ${resident ? allSteps : oneStep}
  ${
    eachUnit((a) =>
      [
        ["d_state", "dh"],
        ["d_cell", "dc"],
      ].filter(([name]) => has(name!)).map(([name, value]) =>
        `store_${name}(sample * UNITS + unit_${a}, ${value}_${a}, stored_${a});`
      ).join("\n")
    )
  }
}`;
}
