import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { DeviceUnfit } from "../numeric/errors.ts";
import { closeDevice, openDevice, openTested } from "./device.ts";
import { testEachBackend } from "./each_backend.ts";
import { FLAGS } from "./flags.ts";
import { assertHealthy } from "./health.ts";
import { readBack } from "./read_back.ts";
import { GRADIENT_TOLERANCE, type SelfTestReport, unfitBecause } from "./selftest.ts";
import { tf } from "./tf.ts";

const EXPECTED = {
  webgpu: { promise: "same-device", numerics: /^webgpu:.+:[0-9a-f]{8}$/ },
  wasm: { promise: "exact", numerics: /^wasm-(fma|strict)$/ },
  cpu: { promise: "same-device", numerics: /^js$/ },
} as const;

testEachBackend({
  "`openDevice()` opens what it is asked for, and says so": async (backend) => {
    const notes: string[] = [];
    const device = await openDevice({ backend, note: (text) => notes.push(text) });
    assertEquals(device.backend, backend);
    assertEquals(tf.getBackend(), backend);
    assertEquals(device.promise, EXPECTED[backend].promise);
    assertMatch(device.numerics, EXPECTED[backend].numerics);
    assertEquals(device.adapter === null, backend !== "webgpu");
    assertEquals(notes, [device.why]);
  },
  "`openDevice()` gives the open device again": async (backend) => {
    assert(await openDevice({ backend }) === await openDevice({ backend }));
  },
  "`openDevice()` reports a self-test that survives JSON": async (backend) => {
    const { selfTest } = await openDevice({ backend });
    assertEquals(JSON.parse(JSON.stringify(selfTest)), selfTest);
    assert(selfTest.gradientError <= GRADIENT_TOLERANCE / 20);
    assertEquals(selfTest.badShaderCaught, backend === "webgpu" ? true : null);
  },
  "`openDevice()` sets the deterministic flags": () => {
    for (const [name, value] of Object.entries(FLAGS)) assertEquals(tf.env().get(name), value);
  },
  "`readBack()` reads many tensors in their order": async () => {
    const tensors = [
      tf.scalar(1.5),
      tf.tensor2d([[1, 2], [3, 4]]),
      tf.zeros([0, 3]),
      tf.tensor1d([NaN]),
    ];
    const values = await readBack(tensors);
    assertEquals(values.map((v) => [...v]), [[1.5], [1, 2, 3, 4], [], [NaN]]);
    assertEquals(await readBack([]), []);
    tf.dispose(tensors);
  },
  "`readBack()` refuses other types": async () => {
    const tensor = tf.tensor1d([1], "int32");
    await assertRejects(() => readBack([tensor]), TypeError, "float32");
    tensor.dispose();
  },
  "long sums have the same bits every time": async () => {
    const digests = new Set<string>();
    for (let run = 0; run < 4; run++) {
      const product = tf.tidy(() => {
        const values = Float32Array.from(
          { length: 8 * 3000 },
          (_, i) => ((i * 7919) % 1009) / 1009 - 0.5,
        );
        return tf.matMul(tf.tensor2d(values, [8, 3000]), tf.tensor2d(values, [3000, 8]));
      });
      digests.add((await readBack([product]))[0]!.join());
      product.dispose();
    }
    assertEquals(digests.size, 1);
  },
});

Deno.test("`openDevice()` says why `auto` took its backend", async () => {
  const device = await openDevice({ backend: "auto" });
  assertMatch(device.why, /was taken because/);
  await closeDevice();
});

Deno.test("`openDevice()` refuses a device that fails its self-test", async () => {
  const error = await assertRejects(
    () => openTested({ backend: "wasm" }, () => "a known gradient is wrong by 3"),
    DeviceUnfit,
  );
  assertMatch(
    error.message,
    /^Cannot compute on WASM SIMD: its self-test found that a known gradient is wrong/,
  );
  // And it can be opened afterwards.
  assertEquals((await openDevice({ backend: "wasm" })).backend, "wasm");
  await closeDevice();
});

Deno.test("`unfitBecause()` names what failed", () => {
  const fit: SelfTestReport = {
    gradientError: 1e-7,
    matmulFused: false,
    nanSeen: true,
    badShaderCaught: true,
    arithmetic: null,
  };
  assertEquals(unfitBecause(fit), null);
  assertEquals(unfitBecause({ ...fit, badShaderCaught: null }), null);
  assertMatch(unfitBecause({ ...fit, gradientError: 0.1 })!, /known gradient is wrong by 0.1/);
  assertMatch(unfitBecause({ ...fit, gradientError: NaN })!, /known gradient is wrong by NaN/);
  assertMatch(unfitBecause({ ...fit, nanSeen: false })!, /NaN/);
  assertMatch(unfitBecause({ ...fit, badShaderCaught: false })!, /wrong shader/);
});

Deno.test("`assertHealthy()` reports a shader error of the device, once closed no more", async () => {
  await openDevice({ backend: "webgpu" });
  const { device } = tf.backend() as unknown as { device: GPUDevice };
  device.createShaderModule({ code: "fn broken() { let x: f32 = 1u; }" });
  // The event comes when the event loop turns.
  await new Promise((resolve) => setTimeout(resolve, 0));
  const one = tf.scalar(1);
  await assertRejects(() => readBack([one]), DeviceUnfit, "Shader");
  one.dispose();
  await closeDevice();
  assertHealthy();
});
