import { assert, assertEquals, assertThrows } from "@std/assert";
import { closeDevice, openDevice } from "../device/device.ts";
import { readBack } from "../device/read_back.ts";
import { tf, tfl } from "../device/tf.ts";
import { rootKey } from "../random/key.ts";
import {
  glorotUniform,
  type Initializer,
  kaimingNormal,
  orthogonal,
  uniform,
  uniformFanIn,
} from "./initializers.ts";
import { assertClose, release } from "./reference.ts";

const key = rootKey(11);

async function values(initializer: Initializer, shape: number[]): Promise<Float32Array> {
  await openDevice({ backend: "wasm" });
  const tensor = initializer.apply(shape);
  assertEquals(tensor.shape, shape);
  const [read] = await readBack([tensor]);
  tensor.dispose();
  return read!;
}

Deno.test("the uniform initialisers fill their range, with mean zero", async () => {
  const cases: [Initializer, number][] = [
    [uniform(key, 0.2), 0.2],
    [uniformFanIn(key), 1 / Math.sqrt(60)],
    [glorotUniform(key), Math.sqrt(6 / 100)],
  ];
  for (const [initializer, limit] of cases) {
    const drawn = await values(initializer, [60, 40]);
    const largest = drawn.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    assert(largest <= limit && largest > 0.99 * limit);
    const mean = drawn.reduce((sum, v) => sum + v, 0) / drawn.length;
    // Five standard deviations of the mean of 2400 draws.
    assert(Math.abs(mean) < 5 * limit / Math.sqrt(3 * 2400));
  }
});

Deno.test("an initialiser gives the same values for the same key, others for another", async () => {
  const first = await values(uniform(key, 1), [3, 3]);
  assertEquals(await values(uniform(key, 1), [3, 3]), first);
  assert((await values(uniform(key.key("other"), 1), [3, 3])).join() !== first.join());
});

Deno.test("`orthogonal()` gives orthonormal rows, or columns", async () => {
  for (const [rows, columns] of [[5, 20], [20, 5], [6, 6], [1, 3]] as const) {
    const w = await values(orthogonal(key), [rows, columns]);
    const wide = rows <= columns;
    const [count, length] = wide ? [rows, columns] : [columns, rows];
    const at = (i: number, k: number) => wide ? w[i * columns + k]! : w[k * columns + i]!;
    for (let i = 0; i < count; i++) {
      for (let j = 0; j <= i; j++) {
        let dot = 0;
        for (let k = 0; k < length; k++) dot += at(i, k) * at(j, k);
        assertClose([dot], [i === j ? 1 : 0], 1e-6);
      }
    }
  }
});

Deno.test("`orthogonal()` with a gain is that many times the one without", async () => {
  const plain = await values(orthogonal(key), [4, 7]);
  assertClose(
    await values(orthogonal(key, Math.SQRT2), [4, 7]),
    plain.map((v) => v * Math.SQRT2),
    1e-6,
  );
});

Deno.test("`kaimingNormal()` has mean zero and the variance 2 / ((1 + slope²) fan)", async () => {
  const cases = [
    [{}, 2 / 72],
    [{ fan: "out" }, 2 / 576],
    [{ fan: "in", slope: 0.5 }, 2 / 1.25 / 72],
  ] as const;
  for (const [options, expected] of cases) {
    const drawn = await values(kaimingNormal(key, options), [3, 3, 8, 64]);
    const mean = drawn.reduce((sum, v) => sum + v, 0) / drawn.length;
    const variance = drawn.reduce((sum, v) => sum + v * v, 0) / drawn.length;
    assert(Math.abs(mean) < 5 * Math.sqrt(expected / drawn.length));
    assertClose([variance / expected], [1], 5 * Math.sqrt(2 / drawn.length));
  }
});

Deno.test("initialisers serve stock layers, and refuse shapes without fans", async () => {
  await openDevice({ backend: "wasm" });
  const layer = tfl.layers.dense({ units: 2, kernelInitializer: glorotUniform(key) });
  layer.build([null, 3]);
  const [kernel] = await readBack(layer.getWeights());
  assertEquals(kernel, await values(glorotUniform(key), [3, 2]));
  release(layer);
  assertThrows(() => uniformFanIn(key).apply([3]), RangeError, "[in, out]");
  assertEquals(tf.memory().numTensors, 0);
  await closeDevice();
});
