/**
 * What an ONNX file says of itself.
 *
 * @module
 */

import { InputError } from "../numeric/errors.ts";
import { decodeModel, elementTypes, type ValueInfoProto } from "./schema.ts";
import { checkSeal } from "./seal.ts";

/** An input or output of a model. Extents that are known when it runs have names. */
export interface Port {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

/** A model from outside. */
export interface OnnxDescription {
  readonly opset: number;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** The operator sets that the runtime knows and that a model from outside may ask for. */
const OPSETS = { least: 7, most: 26 };

/**
 * Reads inputs, outputs and metadata of an ONNX file, and checks its seal where it has one.
 *
 * @param source The file, for messages.
 * @throws {InputError} When the bytes are no ONNX file, are damaged, ask for an operator set that is not
 * known here, or take or give anything but f32.
 *
 * @example
 * ```ts
 * import { InputError, readOnnx } from "assay";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => readOnnx(Uint8Array.of(1, 2, 3), "model.onnx"), InputError, "model.onnx");
 * ```
 */
export function readOnnx(file: Uint8Array, source: string): OnnxDescription {
  checkSeal(file, source);
  const { graph, opset_import: sets, metadata_props: entries } = decodeModel(file, source);
  const opset = sets.find(({ domain }) => domain === "" || domain === "ai.onnx")?.version ?? 0;
  if (opset < OPSETS.least || opset > OPSETS.most) {
    throw new InputError(
      `Cannot use the model in ${source}: it asks for ONNX's operator set ${opset}; known are ` +
        `${OPSETS.least} to ${OPSETS.most}. Export it again with one of these, such as 17.`,
    );
  }
  const constants = new Set(graph.initializer.map(({ name }) => name));
  return {
    opset,
    // Before version 4 of the format, constants were listed as inputs.
    inputs: graph.input.filter(({ name }) => !constants.has(name)).map((info) =>
      port(info, source)
    ),
    outputs: graph.output.map((info) => port(info, source)),
    metadata: Object.fromEntries(entries.map(({ key, value }) => [key, value])),
  };
}

function port({ name, type }: ValueInfoProto, source: string): Port {
  const tensor = type?.tensor_type;
  if (tensor?.elem_type !== elementTypes.float32 || !tensor.shape) {
    throw new InputError(
      `Cannot use the model in ${source}: its input or output "${name}" is not an f32 tensor of a given shape, ` +
        `which is all that is known here. Export it again with f32.`,
    );
  }
  return {
    name,
    shape: tensor.shape.dim.map((extent, axis) =>
      "dim_param" in extent && extent.dim_param !== ""
        ? extent.dim_param
        : ("dim_value" in extent && extent.dim_value) || `${name}_${axis}`
    ),
  };
}
