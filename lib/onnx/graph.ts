/**
 * Building an ONNX graph: nodes in the order in which they are added, constants, names that are used once.
 *
 * @module
 */

import {
  type AttributeProto,
  attributeTypes,
  elementTypes,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from "./schema.ts";

/** The attributes of a node; whole numbers are ints unless wrapped: `{ float: 1 }`. */
export type Attributes = Readonly<
  Record<string, number | string | readonly number[] | { readonly float: number }>
>;

/** f32 values, row by row, and their shape. */
export interface Floats {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Shape of an input or output; `null` is an extent that is known when the model runs. */
export type OpenShape = readonly (number | null)[];

/**
 * A graph under construction. Values are known by name; names are made unique by numbering, in the order
 * of the calls, so that the same calls make the same graph.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const graph = new Graph();
 * const x = graph.input("x", [null, 2]);
 * const w = graph.constant("twice", { shape: [2], data: Float32Array.of(2, 2) });
 * graph.output("y", graph.node("Mul", [x, w], "double"), [null, 2]);
 * const { node, initializer } = graph.build("doubling");
 * assertEquals(node.map(({ op_type, output }) => `${op_type} ${output}`), ["Mul double", "Identity y"]);
 * assertEquals(initializer.map(({ name, dims }) => [name, dims]), [["twice", [2]]]);
 * ```
 */
export class Graph {
  readonly #nodes: NodeProto[] = [];
  readonly #constants = new Map<string, TensorProto>();
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #names = new Set<string>();

  /**
   * A graph in which nothing else gets one of these names: those of the inputs and outputs to come.
   *
   * @param reserved Names that {@linkcode Graph.input} and {@linkcode Graph.output} will be called with.
   */
  constructor(reserved: readonly string[] = []) {
    reserved.forEach((name) => this.#names.add(name));
  }

  /** An f32 input. */
  input(name: string, shape: OpenShape): string {
    this.#names.add(name);
    this.#inputs.push(valueInfo(name, shape));
    return name;
  }

  /** Makes a value an f32 output under a name. */
  output(name: string, value: string, shape: OpenShape): void {
    this.#nodes.push({
      input: [value],
      output: [name],
      name: `${name}/Identity`,
      op_type: "Identity",
      attribute: [],
    });
    this.#outputs.push(valueInfo(name, shape));
  }

  /**
   * Adds a node with one output.
   *
   * @param inputs Names of values; the empty name is an optional input left out.
   * @param hint What the output is called if nothing else is.
   */
  node(op: string, inputs: readonly string[], hint: string, attributes: Attributes = {}): string {
    return this.nodes(op, inputs, [hint], attributes)[0]!;
  }

  /** Adds a node with several outputs; an empty hint is an optional output left out. */
  nodes(
    op: string,
    inputs: readonly string[],
    hints: readonly string[],
    attributes: Attributes = {},
  ): string[] {
    const output = hints.map((hint) => hint === "" ? "" : this.#unique(hint));
    this.#nodes.push({
      input: inputs,
      output,
      name: `${output.find((name) => name !== "")}/${op}`,
      op_type: op,
      attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    });
    return output;
  }

  /** An f32 constant. */
  constant(hint: string, { shape, data }: Floats): string {
    const name = this.#unique(hint);
    this.#constants.set(name, {
      dims: shape,
      data_type: elementTypes.float32,
      name,
      raw_data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    });
    return name;
  }

  /** An i64 vector, such as a shape or a list of axes. */
  integers(values: readonly number[]): string {
    const name = `integers/${values.join("_")}`;
    this.#names.add(name);
    this.#constants.set(name, {
      dims: [values.length],
      data_type: elementTypes.int64,
      name,
      raw_data: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
    });
    return name;
  }

  /** The graph as it stands. */
  build(name: string): GraphProto {
    return {
      node: this.#nodes,
      name,
      initializer: [...this.#constants.values()],
      input: this.#inputs,
      output: this.#outputs,
    };
  }

  #unique(hint: string): string {
    let name = hint;
    for (let i = 2; this.#names.has(name); i++) name = `${hint}_${i}`;
    this.#names.add(name);
    return name;
  }
}

function attribute(name: string, value: Attributes[string]): AttributeProto {
  if (typeof value === "string") {
    return { name, type: attributeTypes.string, s: new TextEncoder().encode(value) };
  }
  if (typeof value === "number") return { name, type: attributeTypes.int, i: value };
  if ("float" in value) return { name, type: attributeTypes.float, f: value.float };
  return { name, type: attributeTypes.ints, ints: value };
}

/** The first axis is the batch; other open ones are named by their position. */
function valueInfo(name: string, shape: OpenShape): ValueInfoProto {
  const dim = shape.map((extent, axis) =>
    extent === null
      ? { dim_param: axis === 0 ? "batch" : `${name}_${axis}` }
      : { dim_value: extent }
  );
  return { name, type: { tensor_type: { elem_type: elementTypes.float32, shape: { dim } } } };
}
