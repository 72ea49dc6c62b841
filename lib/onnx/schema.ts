/**
 * The part of `onnx.proto` that we write and read: the message types with ONNX's own names and field
 * numbers, as bytes and back.
 *
 * @module
 */

import protobuf from "protobufjs";
import { InputError } from "../numeric/errors.ts";

/** The operator set whose definitions our nodes follow. */
export const OPSET = 17;
/** The version of the file format. */
export const IR_VERSION = 8;

/** Element types, by ONNX's numbers. */
export const elementTypes = { float32: 1, int32: 6, int64: 7 } as const;
/** Kinds of attributes, by ONNX's numbers. */
export const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** A constant of the graph, row by row, little-endian. */
export interface TensorProto {
  readonly dims: readonly number[];
  readonly data_type: number;
  readonly name: string;
  readonly raw_data: Uint8Array;
}

/** A setting of a node; `type` says which field is meant. */
export interface AttributeProto {
  readonly name: string;
  readonly type: number;
  readonly f?: number;
  readonly i?: number;
  readonly s?: Uint8Array;
  readonly ints?: readonly number[];
}

/** One operation. An absent optional input is the empty name. */
export interface NodeProto {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly op_type: string;
  readonly attribute: readonly AttributeProto[];
}

/** An extent, or the name of one that is known when the model runs. */
export type DimensionProto = { readonly dim_value: number } | { readonly dim_param: string };

/** An input or output of the graph. */
export interface ValueInfoProto {
  readonly name: string;
  readonly type: {
    readonly tensor_type: {
      readonly elem_type: number;
      readonly shape: { readonly dim: readonly DimensionProto[] };
    };
  };
}

/** The nodes in an order in which they can run. */
export interface GraphProto {
  readonly node: readonly NodeProto[];
  readonly name: string;
  readonly initializer: readonly TensorProto[];
  readonly input: readonly ValueInfoProto[];
  readonly output: readonly ValueInfoProto[];
}

/** A file. */
export interface ModelProto {
  readonly ir_version: number;
  readonly producer_name: string;
  readonly graph: GraphProto;
  readonly opset_import: readonly { readonly domain: string; readonly version: number }[];
  readonly metadata_props: readonly { readonly key: string; readonly value: string }[];
}

const model = protobuf.parse(
  `syntax = "proto3";
package onnx;
message Model {
  int64 ir_version = 1; string producer_name = 2; Graph graph = 7;
  repeated OperatorSetId opset_import = 8; repeated StringStringEntry metadata_props = 14;
}
message OperatorSetId { string domain = 1; int64 version = 2; }
message StringStringEntry { string key = 1; string value = 2; }
message Graph {
  repeated Node node = 1; string name = 2; repeated Tensor initializer = 5;
  repeated ValueInfo input = 11; repeated ValueInfo output = 12;
}
message Node {
  repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4;
  repeated Attribute attribute = 5;
}
message Attribute {
  string name = 1; float f = 2; int64 i = 3; bytes s = 4; repeated int64 ints = 8; int32 type = 20;
}
message Tensor { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
message ValueInfo { string name = 1; Type type = 2; }
message Type { TensorType tensor_type = 1; }
message TensorType { int32 elem_type = 1; Shape shape = 2; }
message Shape { repeated Dimension dim = 1; }
message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }`,
  { keepCase: true },
).root.lookupType("onnx.Model");

/**
 * A model as the bytes of a file: the same for the same model.
 *
 * @throws {TypeError} When a field is of another type than the schema's.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const graph = { node: [], name: "empty", initializer: [], input: [], output: [] };
 * const model = { ir_version: 8, producer_name: "me", graph, opset_import: [], metadata_props: [] };
 * assertEquals(decodeModel(encodeModel(model), "a file").producer_name, "me");
 * ```
 */
export function encodeModel(message: ModelProto): Uint8Array<ArrayBuffer> {
  const fault = model.verify(message as unknown as Record<string, unknown>);
  if (fault !== null) throw new TypeError(`internal: Cannot write an ONNX model: ${fault}`);
  // The writer's bytes lie in a pool that is used again.
  return model.encode(message as unknown as Record<string, unknown>).finish().slice();
}

/**
 * The model in the bytes of a file. What our schema does not know is left out.
 *
 * @param source The file, for messages.
 * @throws {InputError} When the bytes are no ONNX model.
 */
export function decodeModel(bytes: Uint8Array, source: string): ModelProto {
  let fault = "it has no graph";
  try {
    const message = model.decode(bytes);
    const object = model.toObject(message, { longs: Number, arrays: true, defaults: true });
    if (object["graph"] !== null) return object as ModelProto;
  } catch (error) {
    fault = (error as Error).message;
  }
  throw new InputError(
    `Cannot read the model in ${source}: ${bytes.length} bytes that are not an ONNX file (${fault}). The file ` +
      `is truncated, damaged or of another kind; copy or export it again.`,
  );
}
