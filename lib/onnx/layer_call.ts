/**
 * A layer of a model at one place of its graph, as the translations see it.
 *
 * @module
 */

import type { z } from "zod";
import type { Floats, Graph, OpenShape } from "./graph.ts";

/** A value of the ONNX graph. */
export interface Value {
  readonly name: string;
  /** The first axis is the batch. */
  readonly shape: OpenShape;
}

/** What a translation is given. */
export interface LayerCall {
  readonly graph: Graph;
  /** The layer with the models it is nested in, `head/dense1`: what its values are called. */
  readonly path: string;
  readonly inputs: readonly Value[];
  /**
   * The layer's settings.
   *
   * @throws {RangeError} When they are not such as the schema asks: this form of the layer is not supported.
   */
  config<Schema extends z.ZodType>(schema: Schema): z.output<Schema>;
  /** The weights in the layer's order, each with its own name: `kernel`. */
  readonly weights: readonly ({ readonly name: string } & Floats)[];
  /**
   * A constant made of weights, once for all calls of the layer.
   *
   * @param name Names it in the layer.
   */
  constant(name: string, make: () => Floats): string;
}

/** Adds a layer's nodes to the graph; the names of its outputs. */
export type Translate = (call: LayerCall) => readonly string[];

/** The weight of a name. */
export function weight(call: LayerCall, name: string): Floats {
  const found = call.weights.find((weight) => weight.name === name);
  if (!found) throw new Error(`internal: The layer "${call.path}" has no weight "${name}"`);
  return found;
}

/** A weight as it is, as a constant. */
export function weightConstant(call: LayerCall, name: string): string {
  return call.constant(name, () => weight(call, name));
}

/**
 * A matrix with rows and columns exchanged.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const { shape, data } = transposed({ shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
 * assertEquals([shape, [...data]], [[3, 2], [1, 4, 2, 5, 3, 6]]);
 * ```
 */
export function transposed({ shape: [rows, columns], data }: Floats): Floats {
  const turned = new Float32Array(data.length);
  for (let r = 0; r < rows!; r++) {
    for (let c = 0; c < columns!; c++) turned[c * rows! + r] = data[r * columns! + c]!;
  }
  return { shape: [columns!, rows!], data: turned };
}
