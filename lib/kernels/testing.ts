/**
 * Test support: the same test of an operation once on every backend, in every arithmetic, on one thread
 * and several, each against the oracle of its arithmetic; and gradients against finite differences.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { Backend } from "../device/choice.ts";
import { closeDevice, openDevice } from "../device/device.ts";
import { readBack } from "../device/read_back.ts";
import { assertHealthy } from "../device/health.ts";
import { tf } from "../device/tf.ts";
import { type Arithmetic, arithmetics } from "./arithmetic/arithmetic.ts";
import { bitsOf } from "./arithmetic/testing.ts";

/** Where a test of an operation runs. */
export interface Stage {
  readonly backend: Backend;
  /** What the oracle is to compute in. */
  readonly arithmetic: Arithmetic;
  /**
   * Reads tensors, disposes them, and holds them against what the oracle gave: bit for bit, on WebGPU
   * within `ulps` of the largest element of each.
   */
  compare(
    actual: readonly tf.Tensor[],
    expected: readonly Float32Array[],
    what?: string,
  ): Promise<void>;
}

/** Settings of {@linkcode testEachStage}. */
export interface StageOptions {
  /** Most that WebGPU may differ, in units of 2⁻²⁴ of the largest element. */
  readonly ulps: number;
  /** Leaves WebGPU out, where a shader is still to come or the sizes would take minutes. */
  readonly backends?: readonly Backend[];
}

const stages = [
  { backend: "cpu", numerics: "auto", threads: 1 },
  { backend: "wasm", numerics: "strict", threads: 1 },
  { backend: "wasm", numerics: "strict", threads: 2 },
  { backend: "wasm", numerics: "auto", threads: 1 },
  { backend: "wasm", numerics: "auto", threads: 3 },
  { backend: "webgpu", numerics: "auto", threads: 1 },
] as const;

/** Registers tests on every stage; each fails when it leaves tensors behind. */
export function testEachStage(
  { ulps, backends = ["cpu", "wasm", "webgpu"] }: StageOptions,
  tests: Readonly<Record<string, (stage: Stage) => Promise<void>>>,
): void {
  for (const { backend, numerics, threads } of stages) {
    if (!backends.includes(backend)) continue;
    const where = backend === "wasm" ? `wasm ${numerics}, ${threads} threads` : backend;
    for (const [name, test] of Object.entries(tests)) {
      Deno.test(`${name} [${where}]`, async () => {
        const device = await openDevice({ backend, numerics, threads });
        const fused = device.numerics === "wasm-fma" || device.selfTest.arithmetic?.fmaFused;
        const before = tf.memory().numTensors;
        await test({
          backend,
          arithmetic: arithmetics[fused ? "fused" : "strict"],
          async compare(actual, expected, what = "") {
            const read = await readBack(actual);
            tf.dispose([...actual]);
            assertEquals(read.length, expected.length, `${what}: number of outputs`);
            read.forEach((values, i) =>
              assertNear(
                values,
                expected[i]!,
                backend === "webgpu" ? ulps : 0,
                `${what} output ${i}`,
              )
            );
          },
        });
        assertHealthy();
        assertEquals(tf.memory().numTensors - before, 0, "tensors left over");
      });
    }
    Deno.test(`closes [${where}]`, () => closeDevice());
  }
}

/** Fails unless all bits agree, or, with `ulps`, values differ by less than that at the largest one's scale. */
function assertNear(
  actual: Float32Array,
  expected: Float32Array,
  ulps: number,
  what: string,
): void {
  assertEquals(actual.length, expected.length, `${what}: number of elements`);
  const limit = ulps * 2 ** -24 * expected.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!];
    assert(
      bitsOf(a) === bitsOf(e) || Math.abs(a - e) <= limit,
      `${what}: element ${i} is ${a}, the oracle says ${e}`,
    );
  }
}

/**
 * Fails unless the gradients of `loss` by `tf.grads` are within 1e-4 of the largest of them of central
 * differences of `exact`, the same function of the same arrays in f64.
 */
export async function assertGradients(
  loss: (...inputs: tf.Tensor[]) => tf.Tensor,
  exact: (...inputs: Float64Array[]) => number,
  inputs: readonly { readonly shape: number[]; readonly values: Float32Array }[],
): Promise<void> {
  const gradients = tf.tidy(() =>
    tf.grads((...tensors: tf.Tensor[]) => loss(...tensors))(
      inputs.map(({ shape, values }) => tf.tensor(values, shape)),
    )
  );
  const actual = await readBack(gradients);
  tf.dispose(gradients);
  const at = inputs.map(({ values }) => Float64Array.from(values));
  inputs.forEach(({ values }, which) => {
    const expected = Array.from(values, (_, i) => {
      const moved = (step: number) => {
        const copies = at.map((array) => array.slice());
        copies[which]![i]! += step;
        return exact(...copies);
      };
      return (moved(1e-5) - moved(-1e-5)) / 2e-5;
    });
    const scale = expected.reduce((most, v) => Math.max(most, Math.abs(v)), 1e-3);
    expected.forEach((value, i) => {
      const found = actual[which]![i]!;
      // Written so that a NaN fails.
      assert(
        Math.abs(found - value) <= 1e-4 * scale,
        `gradient ${which}, element ${i} is ${found}, differences say ${value}`,
      );
    });
  });
}
