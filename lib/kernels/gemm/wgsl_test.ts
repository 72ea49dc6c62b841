import { assertEquals } from "@std/assert";
import { testEachBackend } from "../../device/each_backend.ts";
import { GpuQueue } from "../../device/gpu_queue.ts";
import { probeArithmetic } from "../../device/arithmetic_probe.ts";
import { readBack } from "../../device/read_back.ts";
import { tf } from "../../device/tf.ts";
import { arithmetics } from "../arithmetic/arithmetic.ts";
import { floats } from "../arithmetic/testing.ts";
import type { GemmStart } from "./gemm.ts";
import { gemmOracle } from "./oracle.ts";
import { dispatchGemm } from "./wgsl.ts";

/** The oracle's arithmetic where this device's `fma()` rounds as it does. */
async function arithmeticOf(): Promise<typeof arithmetics.strict> {
  const { device } = tf.backend() as unknown as { device: GPUDevice };
  return arithmetics[(await probeArithmetic(device)).fmaFused ? "fused" : "strict"];
}

testEachBackend({
  "`dispatchGemm()` gives the oracle's bits": async () => {
    const queue = new GpuQueue(tf.backend() as tf.KernelBackend);
    const arithmetic = await arithmeticOf();
    // Whole tiles, several workgroups, edges inside a tile; all by vec4, none, some; and sums whose
    // loop lavapipe would end before their last term.
    const sizes = [[64, 64, 16], [44, 132, 20], [4, 4, 4], [13, 68, 9], [9, 7, 64], [
      2,
      3,
      262_401,
    ]];
    for (const [m, n, k] of sizes) {
      const starts: GemmStart[] = ["zero", "c", "bias"];
      for (let variant = 0; variant < 4; variant++) {
        const [leftTransposed, rightTransposed] = [variant % 2 === 1, variant > 1];
        const start = starts[(variant + m!) % 3]!;
        const shape = { m: m!, n: n!, k: k!, leftTransposed, rightTransposed, start };
        // The left matrix begins inside its buffer, by turns where a vec4 may and may not.
        const offset = variant < 2 ? 8 : 3;
        const [a, b, c] = [floats(m! * k! + offset, 1), floats(k! * n!, 2), floats(m! * n!, 3)];
        const bias = floats(n!, 4);
        const tensors = [a, b, c, bias].map((values) => tf.tensor1d(values));
        const [left, right, out, biasBuffer] = tensors.map((tensor) => queue.bufferOf(tensor));
        const slice = { buffer: left!, offset };
        dispatchGemm(queue, shape, slice, right!, out!, start === "bias" ? biasBuffer : undefined);
        const [found] = await readBack([tensors[2]!]);
        tf.dispose(tensors);
        const from = start === "c" ? c : bias;
        const expected = gemmOracle(arithmetic, shape, a.subarray(offset), b, from);
        assertEquals(found, expected, JSON.stringify(shape));
      }
    }
  },
}, ["webgpu"]);
