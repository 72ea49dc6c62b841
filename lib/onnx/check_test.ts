import { assert, assertEquals, assertRejects } from "@std/assert";
import { openDevice } from "../device/device.ts";
import { tf } from "../device/tf.ts";
import { dense } from "../layers/dense.ts";
import { rootKey } from "../random/key.ts";
import { checkParity, type Parity } from "./check.ts";
import { exportOnnx } from "./export.ts";
import type { Floats } from "./graph.ts";
import type { Scalers } from "./scalers.ts";
import { openSession } from "./sessions.ts";
import { alone, uniformFloats } from "./testing.ts";

/** The parity of a linear layer with its export, after its bias has moved by so much. */
async function moved(
  by: number,
  inputs: readonly Floats[] = [uniformFloats("x", [5, 3])],
  scalers?: Scalers,
): Promise<Parity> {
  await openDevice({ backend: "wasm" });
  const layer = dense({ units: 2, activation: "linear", key: rootKey(1), name: "layer" });
  const model = alone([[3]], layer);
  const options = { inputs, ...scalers && { scalers } };
  const session = await openSession(await exportOnnx(model, options), { source: "a file" });
  tf.tidy(() => void layer.weights[1]!.write(tf.add(layer.weights[1]!.read(), by)));
  try {
    return await checkParity(model, session, options);
  } finally {
    await session.close();
    model.dispose();
  }
}

Deno.test("`checkParity()` finds a difference above its limit", async () => {
  const { verdict, maxAbsolute, limit, batches } = await moved(2e-5);
  assertEquals([verdict, limit, batches], ["different", 1e-5, [1, 7, 64]]);
  assert(maxAbsolute > 1.8e-5 && maxAbsolute < 2.2e-5, `${maxAbsolute}`);
  assertEquals((await moved(5e-6)).verdict, "equal");
});

Deno.test("`checkParity()` judges large predictions relative to their size", async () => {
  const large = [{ shape: [1, 3], data: Float32Array.of(1e4, -1e4, 2e4) }];
  const { verdict, maxAbsolute, maxRelative } = await moved(2e-2, large);
  assert(maxAbsolute > 1.9e-2 && maxRelative < 1e-5, `${maxAbsolute} ${maxRelative}`);
  assertEquals(verdict, "equal");
});

Deno.test("`checkParity()` compares in the units that the model was trained in", async () => {
  const columns = ["a", "b", "c"];
  const scalers: Scalers = {
    input: { kind: "z-score", columns, mean: [0, 0, 0], scale: [1, 1, 1] },
    output: { kind: "z-score", columns: ["y", "z"], mean: [0, 0], scale: [1e-3, 1e3] },
  };
  const { maxAbsolute } = await moved(2e-4, undefined, scalers);
  assert(maxAbsolute > 1.9e-4 && maxAbsolute < 2.1e-4, `${maxAbsolute}`);
});

Deno.test("`checkParity()` finds what is not a number different", async () => {
  const { verdict, maxAbsolute } = await moved(NaN);
  assertEquals([verdict, maxAbsolute], ["different", NaN]);
});

Deno.test("`checkParity()` refuses inputs that are not one for each of the model's", async () => {
  await assertRejects(() => moved(0, []), RangeError, "samples are given for 0");
  await assertRejects(() => moved(0, [uniformFloats("x", [0, 3])]), RangeError, "at least one");
});
