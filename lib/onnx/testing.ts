/**
 * Test support: random models' exports held against the models.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { tf, type tfl } from "../device/tf.ts";
import { uniform } from "../random/distributions.ts";
import { rootKey } from "../random/key.ts";
import { checkParity, type Parity } from "./check.ts";
import { exportOnnx, type ExportOptions } from "./export.ts";
import type { Floats } from "./graph.ts";
import type { Provider } from "./runtime.ts";
import { openSession } from "./sessions.ts";

/** Uniform values on [-1, 1) of a shape. */
export function uniformFloats(name: string, shape: readonly number[]): Floats {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { shape, data: Float32Array.from(uniform(rootKey(1).key(name), size, -1, 1)) };
}

/** Samples for every input of a model. */
export function samplesFor(model: tfl.LayersModel, count: number): Floats[] {
  return model.inputs.map(({ shape }, i) =>
    uniformFloats(`samples/${i}`, [count, ...shape.slice(1) as number[]])
  );
}

/** Gives every weight values of its own, so that ones and zeros hide nothing; variances stay positive. */
export function scramble(model: tfl.LayersModel): void {
  model.weights.forEach((weight, i) => {
    const { data } = uniformFloats(`weights/${i}`, weight.shape as number[]);
    const values = data.map((v) => weight.originalName.endsWith("variance") ? 1.5 + v : v / 2);
    tf.tidy(() => void weight.write(tf.tensor(values, weight.shape as number[])));
  });
}

/** Exports a model, opens it and fails unless it predicts the same; the model is disposed. */
export async function assertExported(
  model: tfl.LayersModel,
  { inputs = samplesFor(model, 9), provider = "wasm", ...options }: ExportOptions & {
    readonly inputs?: readonly Floats[];
    readonly provider?: Provider;
  } = {},
): Promise<{ readonly file: Uint8Array<ArrayBuffer>; readonly parity: Parity }> {
  const file = await exportOnnx(model, options);
  const session = await openSession(file, { provider, source: "the test's model" });
  try {
    const parity = await checkParity(model, session, { inputs, ...options });
    assert(parity.maxAbsolute <= 1e-5, `${parity.maxAbsolute}`);
    assertEquals(parity.verdict, "equal");
    return { file, parity };
  } finally {
    await session.close();
    model.dispose();
  }
}
