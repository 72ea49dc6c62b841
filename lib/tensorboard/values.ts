/**
 * What is said to TensorBoard: numbers, texts, a session's hyperparameters, each with what its plugin wants to know.
 *
 * @module
 */

import {
  dataClasses,
  elementTypes,
  encodeHparams,
  type HparamProto,
  type HparamsProto,
  STATUS_SUCCESS,
  type ValueProto,
} from "./schema.ts";

/**
 * A number of a curve; it is kept as f32.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(scalarValue("loss", 0.5).metadata.plugin_data.plugin_name, "scalars");
 * ```
 */
export function scalarValue(tag: string, value: number): ValueProto {
  return {
    tag,
    simple_value: value,
    metadata: { plugin_data: { plugin_name: "scalars" }, data_class: dataClasses.scalar },
  };
}

/** A text in Markdown. */
export function textValue(tag: string, markdown: string): ValueProto {
  return {
    tag,
    tensor: {
      dtype: elementTypes.string,
      tensor_shape: { dim: [] },
      string_val: [new TextEncoder().encode(markdown)],
    },
    metadata: { plugin_data: { plugin_name: "text" }, data_class: dataClasses.tensor },
  };
}

/** A session of training, as the hparams plugin's table shows it. */
export interface Session {
  /** The configuration. What is neither number, text nor boolean is shown as JSON. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Sessions of one group differ by chance alone; the table has their means. */
  readonly group: string;
  /** Seconds since 1970. */
  readonly startedAt: number;
}

/** A session's beginning. */
export function sessionStart({ config, group, startedAt }: Session): ValueProto {
  const names = Object.keys(config).sort();
  return hparamsValue("session_start_info", {
    session_start_info: {
      hparams: Object.fromEntries(names.map((name) => [name, hparam(config[name])])),
      group_name: group,
      start_time_secs: startedAt,
    },
  });
}

/**
 * A session's end.
 *
 * @param endedAt Seconds since 1970.
 */
export function sessionEnd(endedAt: number): ValueProto {
  return hparamsValue("session_end_info", {
    session_end_info: { status: STATUS_SUCCESS, end_time_secs: endedAt },
  });
}

function hparam(value: unknown): HparamProto {
  if (typeof value === "number") return { number_value: value };
  if (typeof value === "boolean") return { bool_value: value };
  return { string_value: typeof value === "string" ? value : JSON.stringify(value) };
}

/** The plugin reads the metadata; the tensor of no elements is there because a value has to be something. */
function hparamsValue(name: string, message: HparamsProto): ValueProto {
  return {
    tag: `_hparams_/${name}`,
    tensor: { dtype: elementTypes.float, tensor_shape: { dim: [{ size: 0 }] } },
    metadata: {
      plugin_data: { plugin_name: "hparams", content: encodeHparams(message) },
      data_class: dataClasses.tensor,
    },
  };
}
