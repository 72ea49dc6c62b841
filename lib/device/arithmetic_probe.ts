/**
 * What a GPU does where WGSL leaves it free: does it contract `a * b + c`, fuse `fma`, reassociate, flush
 * subnormals, keep NaN, and which bits do its built-in functions give. Two drivers that answer alike here
 * may be expected to compute alike; the answers enter the numerics class of a run.
 *
 * @module
 */

import { sha256Hex } from "../numeric/digest.ts";

/** The probe's answers. */
export interface ArithmeticProbe {
  /** `a * b + c` is rounded once instead of twice. */
  readonly contracts: boolean;
  /** `fma(a, b, c)` is rounded once. */
  readonly fmaFused: boolean;
  /** `(a + b) - a` is computed as `b`. */
  readonly reassociates: boolean;
  /** A subnormal times 1 becomes 0. */
  readonly flushesSubnormals: boolean;
  /** Infinity minus infinity has the bits of a NaN. */
  readonly keepsNan: boolean;
  /** First 8 hex digits of the SHA-256 of all answers and of the built-in functions' bits at 64 arguments. */
  readonly fingerprint: string;
}

const ARGUMENTS = 64;
const FUNCTIONS = 7;
const HEAD = 8;

const SHADER = /* wgsl */ `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> bits: array<u32>;

@compute @workgroup_size(${ARGUMENTS})
fn main(@builtin(local_invocation_index) lane: u32) {
  if (lane == 0u) {
    bits[0] = bitcast<u32>(x[0] * x[0] + x[1]);
    bits[1] = bitcast<u32>(fma(x[0], x[0], x[1]));
    bits[2] = bitcast<u32>((x[2] + x[3]) - x[2]);
    bits[3] = bitcast<u32>(x[4] * x[3]);
    bits[4] = bitcast<u32>(x[5] - x[6]);
  }
  let v = x[${HEAD}u + lane];
  let at = ${HEAD}u + lane * ${FUNCTIONS}u;
  bits[at] = bitcast<u32>(exp(v));
  bits[at + 1u] = bitcast<u32>(tanh(v));
  bits[at + 2u] = bitcast<u32>(log(abs(v)));
  bits[at + 3u] = bitcast<u32>(inverseSqrt(abs(v)));
  bits[at + 4u] = bitcast<u32>(sqrt(abs(v)));
  bits[at + 5u] = bitcast<u32>(1.0 / v);
  bits[at + 6u] = bitcast<u32>(x[3] / (x[3] + exp(-v)));
}`;

/** Runs the probe on a device. */
export async function probeArithmetic(device: GPUDevice): Promise<ArithmeticProbe> {
  const input = new Float32Array(HEAD + ARGUMENTS);
  // (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24, whose last term a product rounded to f32 loses.
  input.set([1 + 2 ** -12, -(1 + 2 ** -11), 1e8, 1, 2 ** -140, Infinity, Infinity]);
  // Arguments -7.9, -7.65, ..., 7.85: both signs, none of them zero.
  for (let i = 0; i < ARGUMENTS; i++) input[HEAD + i] = (i - ARGUMENTS / 2) / 4 + 0.1;

  const size = 4 * (HEAD + ARGUMENTS * FUNCTIONS);
  const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const x = device.createBuffer({ size: input.byteLength, usage: STORAGE | COPY_DST });
  const bits = device.createBuffer({ size, usage: STORAGE | COPY_SRC });
  const host = device.createBuffer({ size, usage: COPY_DST | MAP_READ });
  device.queue.writeBuffer(x, 0, input);

  const pipeline = device.createComputePipeline({
    layout: "auto",
    compute: { module: device.createShaderModule({ code: SHADER }), entryPoint: "main" },
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer: x } }, {
        binding: 1,
        resource: { buffer: bits },
      }],
    }),
  );
  pass.dispatchWorkgroups(1);
  pass.end();
  encoder.copyBufferToBuffer(bits, 0, host, 0, size);
  device.queue.submit([encoder.finish()]);
  await host.mapAsync(GPUMapMode.READ);
  const words = new Uint32Array(host.getMappedRange().slice(0));
  for (const buffer of [x, bits, host]) buffer.destroy();

  const value = new Float32Array(words.buffer);
  return {
    contracts: value[0] !== 0,
    fmaFused: value[1] !== 0,
    reassociates: value[2] === 1,
    flushesSubnormals: value[3] === 0,
    keepsNan: isNanBits(words[4]!),
    fingerprint: sha256Hex(new Uint8Array(words.buffer)).slice(0, 8),
  };
}

/** Whether 32 bits are those of a NaN, whatever a comparison of floats would say. */
export function isNanBits(bits: number): boolean {
  return (bits & 0x7fffffff) > 0x7f800000;
}
