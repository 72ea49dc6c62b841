/**
 * Export of tf.layers models to ONNX.
 *
 * @module
 */

import type { z } from "zod";
import { readBack } from "../device/read_back.ts";
import type { tfl } from "../device/tf.ts";
import { Graph, type OpenShape } from "./graph.ts";
import type { LayerCall, Value } from "./layer_call.ts";
import { translationOf } from "./layers.ts";
import { scalerMetadata } from "./scaler_metadata.ts";
import { scaled, type Scalers, unscaled } from "./scalers.ts";
import { encodeModel, IR_VERSION, OPSET } from "./schema.ts";
import { sealed } from "./seal.ts";

/** Settings of {@linkcode exportOnnx}. */
export interface ExportOptions {
  /** Names of the model's inputs. Default: `input`, with several `input1`, `input2` ... */
  readonly inputNames?: readonly string[];
  /** Names of the model's outputs. Default: `output`, with several `output1`, `output2` ... */
  readonly outputNames?: readonly string[];
  /**
   * Taken into the graph, and into the metadata as JSON under `scalers` with their digest under
   * `scalers_sha256`: the exported model reads and predicts original units.
   */
  readonly scalers?: Scalers;
  /** Free text by name. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * A model as an ONNX file: opset 17, f32, any batch size, as it predicts out of training (dropout gone,
 * running statistics in use). Weights are read back once. The same model and options give the same bytes.
 *
 * @param model Functional or sequential, of the layers in `lib/onnx/README.md` and of models of these.
 * @returns The file, sealed against damage (`lib/onnx/seal.ts`).
 * @throws {RangeError} When a layer has no translation, or names or scalers do not fit the model.
 *
 * @example
 * ```ts
 * import { dense, exportOnnx, openDevice, readOnnx, rootKey, tfl } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const x = tfl.input({ shape: [3] });
 * const head = dense({ units: 2, activation: "relu", key: rootKey(1), name: "head" });
 * const model = tfl.model({ inputs: x, outputs: head.apply(x) as tfl.SymbolicTensor });
 * const file = await exportOnnx(model, { metadata: { author: "me" } });
 * const { inputs, metadata } = readOnnx(file, "a file");
 * assertEquals(inputs, [{ name: "input", shape: ["batch", 3] }]);
 * assertEquals(metadata["author"], "me");
 * ```
 */
export async function exportOnnx(
  model: tfl.LayersModel,
  { inputNames, outputNames, scalers, metadata = {} }: ExportOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const inputs = namesFor(model.inputs, inputNames, "input");
  const outputs = namesFor(model.outputs, outputNames, "output");
  if (new Set([...inputs, ...outputs]).size < inputs.length + outputs.length) {
    throw new RangeError(
      `Cannot export the model to ONNX: the names of its inputs and outputs, ${
        [...inputs, ...outputs].join(", ")
      }, have to differ from each other`,
    );
  }
  const graph = new Graph([...inputs, ...outputs]);
  const given = model.inputs.map(({ shape }, i) => {
    const open = openShape(shape);
    const name = graph.input(inputs[i]!, open);
    return { name: scalers ? scaled(graph, name, open, scalers.input) : name, shape: open };
  });
  const translation = new Translation(graph, await readWeights(model));
  translation.model(model, "", given).forEach(({ name, shape }, i) => {
    const value = scalers ? unscaled(graph, name, shape, scalers.output) : name;
    graph.output(outputs[i]!, value, shape);
  });
  const entries = { ...metadata, ...scalers && scalerMetadata(scalers) };
  return sealed(encodeModel({
    ir_version: IR_VERSION,
    producer_name: "assay",
    graph: graph.build("assay"),
    opset_import: [{ domain: "", version: OPSET }],
    metadata_props: Object.entries(entries).sort(([a], [b]) => a < b ? -1 : 1)
      .map(([key, value]) => ({ key, value })),
  }));
}

type Weights = LayerCall["weights"];

/** Translates a model's layers into one graph, in the order in which the outputs need them. */
class Translation {
  readonly #graph: Graph;
  readonly #weights: ReadonlyMap<tfl.layers.Layer, Weights>;
  readonly #constants = new Map<tfl.layers.Layer, Map<string, string>>();

  constructor(graph: Graph, weights: ReadonlyMap<tfl.layers.Layer, Weights>) {
    this.#graph = graph;
    this.#weights = weights;
  }

  /** The values of a model's outputs for these of its inputs. */
  model(model: tfl.LayersModel, path: string, inputs: readonly Value[]): Value[] {
    const values = new Map(model.inputs.map(({ id }, i) => [id, inputs[i]!]));
    const valueOf = (tensor: tfl.SymbolicTensor): Value => {
      const known = values.get(tensor.id);
      if (known) return known;
      const { sourceLayer: layer, nodeIndex } = tensor;
      const { inputTensors, outputTensors } = layer.inboundNodes[nodeIndex]!;
      const results = this.#call(layer, path, inputTensors.map(valueOf), outputTensors);
      outputTensors.forEach(({ id }, i) => values.set(id, results[i]!));
      return values.get(tensor.id)!;
    };
    return model.outputs.map(valueOf);
  }

  #call(
    layer: tfl.layers.Layer,
    outer: string,
    inputs: readonly Value[],
    outputs: readonly tfl.SymbolicTensor[],
  ): Value[] {
    const path = `${outer}${layer.name}`;
    if (isModel(layer)) return this.model(layer, `${path}/`, inputs);
    const className = layer.getClassName();
    const translate = translationOf(className, path);
    const constants = this.#constants.get(layer) ?? new Map<string, string>();
    this.#constants.set(layer, constants);
    const names = translate({
      graph: this.#graph,
      path,
      inputs,
      config: (schema) => configOf(layer, schema, `"${path}" (${className})`),
      weights: this.#weights.get(layer)!,
      constant: (name, make) => {
        const made = constants.get(name) ?? this.#graph.constant(`${path}/${name}`, make());
        constants.set(name, made);
        return made;
      },
    });
    return names.map((name, i) => ({ name, shape: openShape(outputs[i]!.shape) }));
  }
}

function isModel(layer: tfl.layers.Layer): layer is tfl.LayersModel {
  return (layer as { layers?: unknown }).layers !== undefined;
}

function configOf<Schema extends z.ZodType>(
  layer: tfl.layers.Layer,
  schema: Schema,
  who: string,
): z.output<Schema> {
  const parsed = schema.safeParse(layer.getConfig());
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new RangeError(
    `Cannot export the model to ONNX: its layer ${who} is set up in a way that has no translation: ` +
      `${path.join(".")}: ${message}`,
  );
}

/** The weights of all layers, in one transfer. */
async function readWeights(model: tfl.LayersModel): Promise<Map<tfl.layers.Layer, Weights>> {
  const layers = [...new Set(leaves(model))];
  const values = await readBack(
    layers.flatMap(({ weights }) => weights.map((weight) => weight.read())),
  );
  let at = 0;
  return new Map(layers.map((layer) => [
    layer,
    layer.weights.map(({ originalName, shape }): Weights[number] => ({
      name: originalName.slice(originalName.lastIndexOf("/") + 1),
      shape: shape as number[],
      data: values[at++]!,
    })),
  ]));
}

function leaves(model: tfl.LayersModel): tfl.layers.Layer[] {
  return model.layers.flatMap((layer) => isModel(layer) ? leaves(layer) : [layer]);
}

function openShape(shape: readonly (number | null)[]): OpenShape {
  return [null, ...shape.slice(1)];
}

function namesFor(
  tensors: readonly unknown[],
  given: readonly string[] | undefined,
  word: "input" | "output",
): readonly string[] {
  const names = given ??
    tensors.map((_, i) => tensors.length === 1 ? word : `${word}${i + 1}`);
  if (names.length === tensors.length) return names;
  throw new RangeError(
    `Cannot export the model to ONNX: it has ${tensors.length} ${word}s, but ${names.length} names are given ` +
      `for them (${names.join(", ")})`,
  );
}
