/**
 * Parity: whether an exported model predicts what the trained one does.
 *
 * @module
 */

import { readBack } from "../device/read_back.ts";
import { tf, type tfl } from "../device/tf.ts";
import { scaleValues } from "../dataset/scalers.ts";
import type { Floats } from "./graph.ts";
import type { Scalers } from "./scalers.ts";
import type { Provider } from "./runtime.ts";
import type { Session } from "./sessions.ts";

/** What two predictions of order one may differ by: some hundred roundings of f32. */
export const PARITY_LIMIT = 1e-5;
/** Batches of one sample, of an odd number and of a full minibatch. */
const BATCHES = [1, 7, 64];

/** How the predictions of a session differ from those of the model. */
export interface Parity {
  readonly provider: Provider;
  /** Samples of the batches that were compared. */
  readonly batches: readonly number[];
  /** The greatest difference of two predictions, in the units that the model was trained in. */
  readonly maxAbsolute: number;
  /** The same, divided by the prediction where it is above one: what is judged. */
  readonly maxRelative: number;
  readonly limit: number;
  readonly verdict: "equal" | "different";
}

/** Settings of {@linkcode checkParity}. */
export interface ParityOptions {
  /**
   * Held-out samples for each input of the model, f32 `[samples, ...]`, in the units that the exported model
   * reads. A batch larger than they are starts over.
   */
  readonly inputs: readonly Floats[];
  /** Those in the graph, if any. */
  readonly scalers?: Scalers;
}

/**
 * Compares a model under tfjs with its export in a session, in batches of 1, 7 and 64.
 *
 * @throws {RangeError} When the inputs do not fit the model.
 *
 * @example
 * ```ts
 * import { checkParity, dense, exportOnnx, openDevice, openSession, rootKey, tfl } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const x = tfl.input({ shape: [3] });
 * const head = dense({ units: 2, activation: "tanh", key: rootKey(1), name: "head" });
 * const model = tfl.model({ inputs: x, outputs: head.apply(x) as tfl.SymbolicTensor });
 * const session = await openSession(await exportOnnx(model), { source: "a file" });
 * const inputs = [{ shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }];
 * const { verdict } = await checkParity(model, session, { inputs });
 * await session.close();
 * assertEquals(verdict, "equal");
 * ```
 */
export async function checkParity(
  model: tfl.LayersModel,
  session: Session,
  { inputs, scalers }: ParityOptions,
): Promise<Parity> {
  const { inputs: ports, outputs } = session.description;
  if (inputs.length !== ports.length || inputs.some(({ shape }) => !(shape[0]! > 0))) {
    throw new RangeError(
      `Cannot compare the model with its export: it has ${ports.length} inputs, and samples are given for ` +
        `${inputs.length}; at least one sample for each is needed`,
    );
  }
  let maxAbsolute = 0, maxRelative = 0;
  for (const size of BATCHES) {
    const batch = inputs.map((input) => firstSamples(input, size));
    const found = await session.run(
      Object.fromEntries(ports.map(({ name }, i) => [name, batch[i]!])),
    );
    const expected = await predicted(
      model,
      batch.map(({ shape, data }) => ({
        shape,
        data: scalers ? scaleValues(scalers.input, data) : data,
      })),
    );
    outputs.forEach(({ name }, output) => {
      const { data } = found[name]!;
      const values = scalers ? scaleValues(scalers.output, data) : data;
      expected[output]!.forEach((value, i) => {
        // Written so that a NaN stays.
        const difference = values.length === expected[output]!.length
          ? Math.abs(value - values[i]!)
          : NaN;
        maxAbsolute = Math.max(maxAbsolute, difference);
        maxRelative = Math.max(maxRelative, difference / Math.max(1, Math.abs(value)));
      });
    });
  }
  return {
    provider: session.provider,
    batches: BATCHES,
    maxAbsolute,
    maxRelative,
    limit: PARITY_LIMIT,
    verdict: maxRelative <= PARITY_LIMIT ? "equal" : "different",
  };
}

/** The first samples, from the beginning again where there are fewer. */
export function firstSamples({ shape: [samples, ...inner], data }: Floats, count: number): Floats {
  const size = data.length / samples!;
  const picked = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    const at = (i % samples!) * size;
    picked.set(data.subarray(at, at + size), i * size);
  }
  return { shape: [count, ...inner], data: picked };
}

/** What the model predicts for one batch, each of its outputs. */
async function predicted(
  model: tfl.LayersModel,
  inputs: readonly Floats[],
): Promise<Float32Array[]> {
  const outputs = tf.tidy(() => {
    const tensors = inputs.map(({ data, shape }) => tf.tensor(data, [...shape]));
    const results = model.apply(tensors.length === 1 ? tensors[0]! : tensors, { training: false });
    return (Array.isArray(results) ? results : [results]) as tf.Tensor[];
  });
  try {
    return await readBack(outputs);
  } finally {
    tf.dispose(outputs);
  }
}
