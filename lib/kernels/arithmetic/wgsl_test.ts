import { assert, assertEquals } from "@std/assert";
import { probeArithmetic } from "../../device/arithmetic_probe.ts";
import { requestAdapter } from "../../device/webgpu.ts";
import { arithmetics, type Rounding } from "./arithmetic.ts";
import { expf, logf, sigmoidf, tanhf } from "./elementary.ts";
import { anyFloat, bitsOf, EDGES, floatOf, isSubnormal, word } from "./testing.ts";
import { arithmeticWgsl } from "./wgsl.ts";

const FUNCTIONS = { expf, sigmoidf, tanhf, logf };

/** The bits of a WGSL expression of `v` at every element of `x`, on the device. */
async function onDevice(
  device: GPUDevice,
  rounding: Rounding,
  expression: string,
  x: Float32Array<ArrayBuffer>,
): Promise<Uint32Array> {
  const code = arithmeticWgsl(rounding) + /* wgsl */ `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> bits: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= arrayLength(&x)) { return; }
  zero_bits = bits[i];
  let v = x[i];
  bits[i] = bitcast<u32>(${expression});
}`;
  const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const size = x.byteLength;
  const input = device.createBuffer({ size, usage: STORAGE | COPY_DST });
  const output = device.createBuffer({ size, usage: STORAGE | COPY_SRC });
  const host = device.createBuffer({ size, usage: COPY_DST | MAP_READ });
  device.queue.writeBuffer(input, 0, x);
  device.pushErrorScope("validation");
  const pipeline = device.createComputePipeline({
    layout: "auto",
    compute: { module: device.createShaderModule({ code }), entryPoint: "main" },
  });
  const error = await device.popErrorScope();
  assertEquals(error?.message, undefined);
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [input, output].map((buffer, binding) => ({ binding, resource: { buffer } })),
    }),
  );
  pass.dispatchWorkgroups(Math.ceil(x.length / 64));
  pass.end();
  encoder.copyBufferToBuffer(output, 0, host, 0, size);
  device.queue.submit([encoder.finish()]);
  await host.mapAsync(GPUMapMode.READ);
  const bits = new Uint32Array(host.getMappedRange().slice(0));
  for (const buffer of [input, output, host]) buffer.destroy();
  return bits;
}

/** The first argument where `bits` are not those of the wanted f32, with both values. */
function firstWrong(
  bits: Uint32Array,
  x: Float32Array,
  wanted: (x: number) => number,
): { at: number; found: number; wanted: number } | undefined {
  const values = new Float32Array(bits.buffer);
  const i = x.findIndex((v, i) => bitsOf(values[i]!) !== bitsOf(wanted(v)));
  return i < 0 ? undefined : { at: x[i]!, found: values[i]!, wanted: wanted(x[i]!) };
}

/** Normal numbers, zeros, infinities and NaN: a GPU may flush subnormals. */
function points(): Float32Array<ArrayBuffer> {
  const x = new Float32Array(200_000);
  for (let i = 0; i < x.length; i++) {
    x[i] = i % 2 ? anyFloat(i) : (word(i) / 2 ** 32 - 0.5) * 2 ** (i % 9);
  }
  x.set(EDGES);
  return x.map((v) => isSubnormal(v) ? 0 : v);
}

Deno.test("`arithmeticWgsl()` gives the oracle's bits", async (t) => {
  const adapter = await requestAdapter();
  assert(adapter, "no WebGPU adapter: install mesa-vulkan-drivers");
  const device = await adapter.requestDevice();
  const { fmaFused } = await probeArithmetic(device);
  const x = points();
  for (const rounding of ["strict", "fused"] as const) {
    // Where fma() rounds twice the fused shader computes strictly.
    const arithmetic = arithmetics[rounding === "fused" && fmaFused ? "fused" : "strict"];
    for (const [name, oracle] of Object.entries(FUNCTIONS)) {
      await t.step(`${name}, ${rounding}`, async () => {
        const bits = await onDevice(device, rounding, `${name}(v)`, x);
        assertEquals(firstWrong(bits, x, (v) => oracle(v, arithmetic)), undefined);
      });
    }
  }
  for (const rounding of fmaFused ? ["strict", "fused"] as const : ["strict"] as const) {
    await t.step(`divide, ${rounding}`, async () => {
      // The reciprocals of four million significands, then quotients of random sizes.
      const m = Float32Array.from({ length: 4_000_000 }, (_, i) => floatOf(0x3fffffff - 2 * i));
      const reciprocals = await onDevice(device, rounding, "divide(1.0, v)", m);
      assertEquals(firstWrong(reciprocals, m, (v) => 1 / v), undefined);
      const sizes = m.map((v, i) => v * 2 ** (word(i) % 40 - 20));
      const dividend = Math.fround(4 / 3);
      const quotients = await onDevice(device, rounding, `divide(${dividend}, v)`, sizes);
      assertEquals(firstWrong(quotients, sizes, (v) => dividend / v), undefined);
    });
  }
  device.destroy();
});
