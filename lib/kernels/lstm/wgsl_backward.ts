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
  each,
  gathered,
  gpuTracePlanes,
  ownership,
  range,
  SAMPLE_VECTORS,
  SAMPLES,
  scattered,
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
  const { resident, lanes } = slices;
  const packed = queue.scratch(16 * 4 * units * lanes);
  queue.dispatch({
    code: PACK,
    buffers: [at.recurrentKernel, packed],
    uniforms: [0, units, lanes],
    workgroups: [Math.ceil(lanes / 32), 4 * units],
  });
  const planes = gpuTracePlanes(shape);
  // Where each step is a dispatch, the cells' gradients go from one to the next through storage.
  const dCell = at.dInitialCell ?? (resident ? undefined : queue.scratch(4 * batch * units));
  const buffers: [string, string, GPUBuffer | undefined][] = [
    ["trace", "f32", at.trace],
    ["packed", "vec4f", packed],
    ["d_hidden", "f32", at.dHidden],
    ["d_final_hidden", "f32", at.dFinalHidden],
    ["d_final_cell", "f32", at.dFinalCell],
    ["out_dz", "f32", at.dz],
    ["out_d_hidden", "f32", at.dInitialHidden],
    ["out_d_cell", "f32", dCell],
  ];
  const bound = buffers.filter(([, , buffer]) => buffer !== undefined);
  const code = backwardWgsl(units, slices, bound.map(([name, type]) => [name, type]));
  const encode = (last: number, first: number) =>
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
        last,
        first,
      ],
      workgroups: slices.workgroups,
    });
  if (resident) encode(time, 0);
  else {
    for (let step = time; step > 0; step--) encode(step, step - 1);
    if (at.dInitialHidden !== undefined) encode(0, 0);
  }
}

/** `packed[column, lane]` = the weights of a lane's units, zero beyond the last unit. */
const PACK = /* wgsl */ `
struct Params { zero_bits: u32, units: u32, lanes: u32 }
${bindings([["kernel", "f32"], ["out_packed", "vec4f"]])}

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let lane = id.x;
  if (lane >= params.lanes) { return; }
  var weights = vec4f();
  for (var a = 0u; a < 4u; a++) {
    let unit = lane + a * params.lanes;
    if (unit < params.units) { weights[a] = kernel[unit * 4u * params.units + id.y]; }
  }
  out_packed[id.y * params.lanes + lane] = weights;
}`;

function backwardWgsl(
  units: number,
  slices: Slicing,
  buffers: readonly (readonly [name: string, type: string])[],
): string {
  const { resident, owned, lanes, threads } = slices;
  const has = (name: string) => buffers.some(([known]) => known === name);
  const eachUnit = (text: (a: number) => string) => each(owned, text);
  const row = (sample: string) => `(step * params.batch + ${sample})`;
  const ofUnit = (a: number) => (sample: string) => `${sample} * ${units}u + unit_${a}`;
  const plane = (name: string, a: number) =>
    gathered("trace", (sample) => `params.${name} + ${row(sample)} * ${units}u + unit_${a}`);
  const gate = (g: number, a: number) =>
    gathered(
      "trace",
      (sample) => `params.gates + ${row(sample)} * ${4 * units}u + ${g * units}u + unit_${a}`,
    );
  /** The gradient of the hidden states of step `step - 1` as an output. */
  const outside = (a: number) =>
    gathered(
      "d_hidden",
      (sample) => `(${sample} * params.time + time_before) * ${units}u + unit_${a}`,
    );

  const gates = ["input", "forget", "candidate", "output"];
  const gradients = (a: number) =>
    /* wgsl */ `{
      let input = ${gate(0, a)};
      let forget = ${gate(1, a)};
      let candidate = ${gate(2, a)};
      let output = ${gate(3, a)};
      let squashed = ${plane("squashed", a)};
      let cell_before = ${plane("cells", a)};
      let d_squashed = madd4(-squashed, squashed, vec4f(1.0));
      let dc = madd4(mul4(dh_${a}, output), d_squashed, dc_${a});
      let d_input = mul4(mul4(dc, candidate), mul4(input, add4(vec4f(1.0), -input)));
      let d_forget = mul4(mul4(dc, cell_before), mul4(forget, add4(vec4f(1.0), -forget)));
      let d_candidate = mul4(mul4(dc, input), madd4(-candidate, candidate, vec4f(1.0)));
      let d_output = mul4(mul4(dh_${a}, squashed), mul4(output, add4(vec4f(1.0), -output)));
      dc_${a} = mul4(dc, forget);
      ${
      scattered(units, slices, a, (sample, r) =>
        gates.map((name, g) =>
          `out_dz[${row(sample)} * ${4 * units}u + ${g * units}u + unit_${a}] = d_${name}[${r}];`
        ).join("\n"))
    }
      ${
      resident
        ? `if (lane + ${a * lanes}u < ${units}u) {\n${
          gates.map((name, g) => `columns[${g * units}u + unit_${a}] = d_${name};`).join("\n")
        }\n}`
        : ""
    }
    }`;

  /** dh of the step before `step`, whose gradients of the sums are known. */
  const chains = /* wgsl */ `
    ${
    has("d_hidden")
      ? /* wgsl */ `let before = max(step, 1u) - 1u;
    let time_before = select(before, params.time - 1u - before, params.reversed != 0u);
    if (step > 0u) {
      ${eachUnit((a) => `dh_${a} = ${outside(a)};`)}
    } else {
      ${eachUnit((a) => `dh_${a} = vec4f();`)}
    }`
      : eachUnit((a) => `dh_${a} = vec4f();`)
  }
    for (var j = 0u; j < ${4 * units}u; j += 4u) {
      ${
    each(4, (x) =>
      /* wgsl */ `{
        let column = ${
        resident
          ? `columns[j + ${x}u]`
          : gathered("out_dz", (sample) => `${row(sample)} * ${4 * units}u + j + ${x}u`)
      };
        let weights = packed[(j + ${x}u) * ${lanes}u + lane];
        ${eachUnit((a) => `dh_${a} = fma(vec4f(weights[${a}]), column, dh_${a});`)}
      }`)
  }
    }`;

  const begin = /* wgsl */ `
  let time_before = select(params.time - 1u, 0u, params.reversed != 0u);
  ${
    eachUnit((a) =>
      `dh_${a} = ${gathered("d_final_hidden", ofUnit(a))};
dc_${a} = ${gathered("d_final_cell", ofUnit(a))};
${has("d_hidden") ? `dh_${a} = add4(dh_${a}, ${outside(a)});` : ""}`
    )
  }`;

  const initialGradients = eachUnit((a) =>
    scattered(units, slices, a, (sample, r) =>
      [
        ...(has("out_d_hidden") ? [`out_d_hidden[${ofUnit(a)(sample)}] = dh_${a}[${r}];`] : []),
        ...(has("out_d_cell") ? [`out_d_cell[${ofUnit(a)(sample)}] = dc_${a}[${r}];`] : []),
      ].join("\n"))
  );

  const allSteps = /* wgsl */ `
  ${begin}
  for (var later = params.last; later > params.first; later--) {
    let step = later - 1u;
    ${eachUnit(gradients)}
    ${has("out_d_hidden") ? "" : "if (step == 0u) { break; }"}
    workgroupBarrier();
    ${chains}
    workgroupBarrier();
  }
  ${initialGradients}`;

  const oneStep = /* wgsl */ `
  if (params.last == params.time) {
    ${begin}
  } else {
    let step = params.last;
    ${eachUnit((a) => `dc_${a} = ${gathered("out_d_cell", ofUnit(a))};`)}
    ${chains}
  }
  if (params.last > params.first) {
    let step = params.first;
    ${eachUnit(gradients)}
  }
  ${initialGradients}`;

  return arithmeticWgsl("fused") + SAMPLE_VECTORS + /* wgsl */ `
struct Params {
  zero_bits: u32, batch: u32, time: u32, reversed: u32,
  gates: u32, cells: u32, squashed: u32,
  // Steps of this dispatch, from before last down to first.
  last: u32, first: u32,
}
${bindings(buffers)}
${resident ? `var<workgroup> columns: array<vec4f, ${4 * units}>;` : ""}

@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) local: u32) {
  ${ownership(units, slices)}
  ${eachUnit((a) => `var dh_${a}: vec4f;\nvar dc_${a}: vec4f;`)}
  ${resident ? allSteps : oneStep}
}`;
}
