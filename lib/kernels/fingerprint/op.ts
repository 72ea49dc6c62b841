/**
 * Fingerprints as an operation: those of all variables into a row of a table, in place.
 *
 * @module
 */

import type { tf } from "../../device/tf.ts";
import { type Operand, register, sizeOf } from "../operation.ts";
import { runOver } from "../over_elements.ts";
import { fingerprintOracle, halvesOf } from "./oracle.ts";
import { dispatchFingerprints } from "./wgsl.ts";

/** Any number of variables, counted from 0, and the table. */
type Name = `variable/${number}` | "table";

/** A type, not an interface, since tfjs wants an index signature. */
type Attributes = { readonly row: number };

/** 32-bit words of a row of the list that `assembly/fingerprint.ts` reads; the last is the fingerprint. */
const ENTRY_WORDS = 4;
/** Elements of one of its units. */
const UNIT = 4096;

const run = register<Name, never, Attributes>({
  name: "AssayFingerprint",
  writes: (name) => name === "table",
  shapes(inputs, { row }) {
    const { table: { shape } } = inputs;
    const width = 2 * variablesOf(inputs).length;
    if (shape.length !== 2 || shape[1] !== width) {
      throw new RangeError(
        `Cannot write fingerprints of ${
          width / 2
        } variables into a table of shape [${shape}]: it must ` +
          `be [rows, ${width}], two columns for each`,
      );
    }
    if (!Number.isInteger(row) || row < 0 || row >= shape[0]!) {
      throw new RangeError(
        `Cannot write fingerprints into row ${row} of a table of shape [${shape}]: rows are whole ` +
          `numbers from 0 to ${shape[0]! - 1}`,
      );
    }
    return [];
  },
  cpu(inputs, _, { row }) {
    const fingerprints = variablesOf(inputs).map(({ data }) => fingerprintOracle(data));
    inputs.table.data.set(fingerprints.flatMap(halvesOf), row * 2 * fingerprints.length);
  },
  wasm(pool, inputs, _, { row }) {
    const variables = variablesOf(inputs);
    const list = pool.reserve(4 * ENTRY_WORDS * variables.length);
    const entries = new Uint32Array(pool.memory.buffer, list, ENTRY_WORDS * variables.length);
    let elements = 0, units = 0, at = 0;
    for (const { shape, data } of variables) {
      const size = sizeOf(shape);
      entries[at++] = data;
      entries[at++] = size;
      entries[at++] = units;
      entries[at++] = 0;
      elements += size;
      units += Math.ceil(size / UNIT);
    }
    runOver(pool, elements, "fingerprint", list, variables.length, units);
    const width = 2 * variables.length;
    const halves = new Float32Array(pool.memory.buffer, inputs.table.data + 4 * width * row, width);
    for (let i = 0; i < variables.length; i++) {
      const sum = entries[ENTRY_WORDS * i + 3]!;
      halves[2 * i] = sum & 0xffff;
      halves[2 * i + 1] = sum >>> 16;
    }
    pool.release(list);
  },
  webgpu(queue, inputs, _, { row }) {
    const variables = variablesOf(inputs)
      .map(({ shape, data }) => ({ size: sizeOf(shape), values: data }));
    dispatchFingerprints(queue, variables, inputs.table.data, row);
  },
});

/**
 * Writes a row of 32-bit fingerprints of variables, so that two histories of training can be compared step
 * by step; `fingerprint/oracle.ts` says what a fingerprint is. Equal bits give equal fingerprints on every
 * backend, with any number of threads: the sums are of integers, whose order changes nothing. Nothing is
 * read back.
 *
 * @param variables f32 of any shapes; stay as they are.
 * @param table f32 `[rows, 2 · variables]`: `fingerprintsOf()` makes the fingerprints of a row of it. The
 * other rows stay as they are, and so does a tensor that shares the table's data.
 * @param row From 0.
 * @throws {RangeError} When the table has no such row, or is not two columns a variable wide.
 *
 * @example
 * ```ts
 * import { fingerprintsOf, openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const w = tf.variable(tf.tensor1d([0]));
 * const table = tf.variable(tf.zeros([2, 2]));
 * fingerprint([w], table, 0);
 * w.assign(tf.tensor1d([-0]));
 * fingerprint([w], table, 1);
 * const [history] = await readBack([table]);
 * assertEquals([...fingerprintsOf(history!)], [0, 0x6d3c65a0]);
 * ```
 */
export function fingerprint(
  variables: readonly tf.Variable[],
  table: tf.Variable,
  row: number,
): void {
  const inputs: { [name in Name]: tf.Tensor } = { table };
  variables.forEach((variable, i) => inputs[`variable/${i}`] = variable);
  run(inputs, { row });
}

function variablesOf<Data>(inputs: { readonly [name in Name]: Operand<Data> }): Operand<Data>[] {
  const variables = [];
  // In the order in which they were added. Looking up names made here costs a third of a short call.
  for (const name in inputs) if (name !== "table") variables.push(inputs[name as Name]);
  return variables;
}
