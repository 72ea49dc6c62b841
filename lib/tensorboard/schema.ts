/**
 * The part of `event.proto`, `summary.proto` and the hparams plugin's messages that we write: with TensorBoard's own
 * names and field numbers, as bytes and back.
 *
 * @module
 */

import protobuf from "protobufjs";

/** What the first record of every event file says. */
export const FILE_VERSION = "brain.Event:2";
/** Kinds of data, by TensorBoard's numbers: they say which parts of its page may show a value. */
export const dataClasses = { scalar: 1, tensor: 2 } as const;
/** Element types of tensors, by TensorFlow's numbers. */
export const elementTypes = { float: 1, string: 7 } as const;
/** `SessionLog.START`: what is known of this step and later ones is void. */
export const SESSION_START = 1;
/** The hparams plugin's word for a session that ended well. */
export const STATUS_SUCCESS = 1;

/** One thing that is said, under a tag. */
export interface ValueProto {
  readonly tag: string;
  readonly simple_value?: number;
  readonly tensor?: {
    readonly dtype: number;
    readonly tensor_shape: { readonly dim: readonly { readonly size: number }[] };
    readonly string_val?: readonly Uint8Array[];
  };
  readonly metadata: {
    readonly plugin_data: { readonly plugin_name: string; readonly content?: Uint8Array };
    readonly data_class: number;
  };
}

/** A record of an event file. Only one of `file_version`, `summary` and `session_log` is there. */
export interface EventProto {
  /** Seconds since 1970. */
  readonly wall_time: number;
  readonly step?: number;
  readonly file_version?: string;
  readonly summary?: { readonly value: readonly ValueProto[] };
  readonly session_log?: { readonly status: number };
}

/** A hyperparameter: numbers, texts and booleans are told apart. */
export type HparamProto =
  | { readonly number_value: number }
  | { readonly string_value: string }
  | { readonly bool_value: boolean };

/** What the hparams plugin reads: a session's beginning or its end. */
export interface HparamsProto {
  readonly session_start_info?: {
    readonly hparams: Readonly<Record<string, HparamProto>>;
    readonly group_name: string;
    readonly start_time_secs: number;
  };
  readonly session_end_info?: { readonly status: number; readonly end_time_secs: number };
}

const { root } = protobuf.parse(
  `syntax = "proto3";
package tensorboard;
message Event {
  double wall_time = 1; int64 step = 2;
  oneof what { string file_version = 3; Summary summary = 5; SessionLog session_log = 7; }
}
message SessionLog { int32 status = 1; }
message Summary { repeated Value value = 1; }
message Value {
  string tag = 1; oneof value { float simple_value = 2; Tensor tensor = 8; }
  Metadata metadata = 9;
}
message Metadata { PluginData plugin_data = 1; int32 data_class = 4; }
message PluginData { string plugin_name = 1; bytes content = 2; }
message Tensor { int32 dtype = 1; Shape tensor_shape = 2; repeated bytes string_val = 8; }
message Shape { repeated Dimension dim = 2; }
message Dimension { int64 size = 1; }
message Hparams { oneof data { SessionStart session_start_info = 3; SessionEnd session_end_info = 4; } }
message SessionStart {
  map<string, Hparam> hparams = 1; string group_name = 4; double start_time_secs = 5;
}
message SessionEnd { int32 status = 1; double end_time_secs = 2; }
message Hparam { oneof kind { double number_value = 2; string string_value = 3; bool bool_value = 4; } }`,
  { keepCase: true },
);
const event = root.lookupType("tensorboard.Event");
const hparams = root.lookupType("tensorboard.Hparams");

/**
 * An event as bytes: the same for the same event.
 *
 * @throws {TypeError} When a field is of another type than the schema's.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const event = { wall_time: 1.5, file_version: FILE_VERSION };
 * assertEquals(encodeEvent(event).length, 24);
 * assertEquals(decodeEvent(encodeEvent(event)), event);
 * ```
 */
export function encodeEvent(message: EventProto): Uint8Array<ArrayBuffer> {
  return encode(event, message);
}

/** What the hparams plugin reads, as bytes. */
export function encodeHparams(message: HparamsProto): Uint8Array<ArrayBuffer> {
  return encode(hparams, message);
}

/**
 * The event in the bytes of a record. What our schema does not know is left out, and so is a step of 0.
 *
 * @throws {Error} When the bytes are no event.
 */
export function decodeEvent(bytes: Uint8Array): EventProto {
  return event.toObject(event.decode(bytes), { longs: Number }) as EventProto;
}

function encode(type: protobuf.Type, message: object): Uint8Array<ArrayBuffer> {
  const fault = type.verify(message as Record<string, unknown>);
  if (fault !== null) throw new TypeError(`internal: Cannot write a ${type.name}: ${fault}`);
  // The writer's bytes lie in a pool that is used again.
  return type.encode(message as Record<string, unknown>).finish().slice();
}
