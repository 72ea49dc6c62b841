/**
 * Scalers inside a graph: original units in, original units out.
 *
 * @module
 */

import { affine, type Scaler } from "../dataset/scalers.ts";
import type { Graph, OpenShape } from "./graph.ts";

/** What a model's inputs are scaled with, and its outputs were. */
export interface Scalers {
  /** Of the columns that are the last axis of the input. */
  readonly input: Scaler;
  /** Of the columns that are the last axis of the output. */
  readonly output: Scaler;
}

/** An input in original units as the model expects it. */
export function scaled(graph: Graph, x: string, shape: OpenShape, scaler: Scaler): string {
  const { offset, scale } = columns(graph, "input_scaler", shape, scaler);
  return graph.node("Div", [graph.node("Sub", [x, offset], "centred"), scale], "scaled");
}

/** An output of the model in original units. */
export function unscaled(graph: Graph, y: string, shape: OpenShape, scaler: Scaler): string {
  const { offset, scale } = columns(graph, "output_scaler", shape, scaler);
  return graph.node("Add", [graph.node("Mul", [y, scale], "stretched"), offset], "unscaled");
}

function columns(graph: Graph, name: string, shape: OpenShape, scaler: Scaler) {
  const width = shape.at(-1);
  if (width !== scaler.columns.length) {
    throw new RangeError(
      `Cannot export the model to ONNX with its scalers: ${name} is of the ${scaler.columns.length} columns ` +
        `${scaler.columns.join(", ")}, but the model's last axis has ${width}`,
    );
  }
  const constant = (part: string, values: readonly number[]) =>
    graph.constant(`${name}/${part}`, { shape: [width], data: Float32Array.from(values) });
  const { offset, scale } = affine(scaler);
  return { offset: constant("offset", offset), scale: constant("scale", scale) };
}
