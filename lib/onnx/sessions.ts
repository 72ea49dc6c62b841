/**
 * Sessions: ONNX models opened in onnxruntime-web, on WASM or on WebGPU.
 *
 * @module
 */

import type { InferenceSession } from "onnxruntime-web";
import { InputError } from "../numeric/errors.ts";
import type { Floats } from "./graph.ts";
import { type OnnxDescription, type Port, readOnnx } from "./read.ts";
import { type Provider, runtimeFor } from "./runtime.ts";

/** The runtime says on the console what it also throws, unless only fatal errors are asked for. */
const SILENT = 4;

/** Settings of {@linkcode openSession}. */
export interface SessionOptions {
  /** Default `wasm`, on one thread. */
  readonly provider?: Provider;
  /** The file, for messages. */
  readonly source: string;
}

/** An open model. */
export interface Session {
  readonly provider: Provider;
  readonly description: OnnxDescription;
  /**
   * Predicts.
   *
   * @param inputs f32 values of every input, by name.
   * @returns The values of every output, by name.
   * @throws {InputError} When an input is missing, unknown, or not of the model's shape; or the model of a file
   * without a seal turns out to be damaged.
   */
  run(inputs: Readonly<Record<string, Floats>>): Promise<Record<string, Floats>>;
  /** Gives the session's memory back; it cannot run any more. */
  close(): Promise<void>;
}

/**
 * Opens a model. On `webgpu` every node runs there: a model of which the provider cannot take all is
 * refused, so that nothing computes elsewhere unseen.
 *
 * @throws {InputError} When the bytes are not a model that can be run; in a paragraph that says why.
 * @throws {DeviceUnfit} When WebGPU is asked for and there is no adapter.
 *
 * @example
 * ```ts
 * import { dense, exportOnnx, openDevice, openSession, rootKey, tfl } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const x = tfl.input({ shape: [3] });
 * const head = dense({ units: 2, activation: "relu", key: rootKey(1), name: "head" });
 * const model = tfl.model({ inputs: x, outputs: head.apply(x) as tfl.SymbolicTensor });
 * const session = await openSession(await exportOnnx(model), { source: "a file" });
 * const { output } = await session.run({ input: { shape: [5, 3], data: new Float32Array(15) } });
 * await session.close();
 * assertEquals(output!.shape, [5, 2]);
 * ```
 */
export async function openSession(
  file: Uint8Array,
  { provider = "wasm", source }: SessionOptions,
): Promise<Session> {
  const description = readOnnx(file, source);
  const { Tensor, InferenceSession } = await runtimeFor(provider);
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(file, {
      executionProviders: [provider],
      logSeverityLevel: SILENT,
      // Without it, nodes that WebGPU lacks would silently run on the CPU.
      extra: { session: { disable_cpu_ep_fallback: provider === "webgpu" ? "1" : "0" } },
    });
  } catch (error) {
    throw new InputError(
      `Cannot open the model in ${source} on ${provider}: ${
        reason(error)
      }. The file is damaged or asks for ` +
        `what this runtime lacks; export it again with opset 17.`,
      { cause: error },
    );
  }
  return {
    provider,
    description,
    async run(inputs) {
      checkInputs(description.inputs, inputs, source);
      const feeds = Object.fromEntries(
        description.inputs.map(({ name }) => {
          const { data, shape } = inputs[name]!;
          return [name, new Tensor("float32", data, shape)];
        }),
      );
      try {
        const outputs = await session.run(feeds, { logSeverityLevel: SILENT });
        const read = Object.entries(outputs).map(async ([name, tensor]) => {
          const data = await tensor.getData(true) as Float32Array;
          // A view of the runtime's memory, which it uses again.
          return [name, { shape: [...tensor.dims], data: data.slice() }] as const;
        });
        return Object.fromEntries(await Promise.all(read));
      } catch (error) {
        throw new InputError(
          `Cannot run the model in ${source} on ${provider}: ${
            reason(error)
          }. The file is damaged, or asks for ` +
            `more than this machine has; export it again with opset 17.`,
          { cause: error },
        );
      } finally {
        Object.values(feeds).forEach((tensor) => tensor.dispose());
      }
    },
    close: () => session.release(),
  };
}

/** What the runtime says, on one line and without a full stop. */
function reason(error: unknown): string {
  return (error as Error).message.replaceAll(/\s+/g, " ").replace(/[\s.]+$/, "");
}

function checkInputs(
  ports: readonly Port[],
  inputs: Readonly<Record<string, Floats>>,
  source: string,
): void {
  const wanted = ports.map(({ name, shape }) => `${name} [${shape.join(", ")}]`).join(" and ");
  const refuse = (found: string) =>
    new InputError(
      `Cannot run the model in ${source}: ${found}. It takes f32 ${wanted}; give values of that shape.`,
    );
  const unknown = Object.keys(inputs).find((name) => !ports.some((port) => port.name === name));
  if (unknown !== undefined) throw refuse(`it has no input "${unknown}"`);
  const extents = new Map<string, number>();
  for (const { name, shape } of ports) {
    const given = inputs[name];
    if (!given) throw refuse(`no values are given for its input "${name}"`);
    const fits = given.shape.length === shape.length && shape.every((extent, axis) => {
      const found = given.shape[axis]!;
      if (typeof extent === "number") return found === extent;
      if (!extents.has(extent)) extents.set(extent, found);
      return found > 0 && extents.get(extent) === found;
    });
    if (!fits) throw refuse(`the values for "${name}" are of shape [${given.shape.join(", ")}]`);
    const size = given.shape.reduce((product, extent) => product * extent, 1);
    if (size !== given.data.length) {
      throw refuse(`for "${name}" there are ${given.data.length} values instead of ${size}`);
    }
  }
}
