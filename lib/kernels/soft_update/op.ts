/**
 * The soft update as an operation: target variables follow others, in place.
 *
 * @module
 */

import type { tf } from "../../device/tf.ts";
import { arithmetics } from "../arithmetic/arithmetic.ts";
import { type Operand, register, sizeOf } from "../operation.ts";
import { runOver } from "../over_elements.ts";
import { softUpdateOracle } from "./oracle.ts";
import { dispatchSoftUpdate } from "./wgsl.ts";

/** Any number of targets and what they follow, counted from 0. */
type Name = `target/${number}` | `source/${number}`;

/** A type, not an interface, since tfjs wants an index signature. */
type Attributes = { readonly share: number };

/** 32-bit words of an entry of the list that `assembly/soft_update.ts` reads. */
const ENTRY_WORDS = 4;
/** Elements of one of its units. */
const UNIT = 4096;

const run = register<Name, never, Attributes>({
  name: "AssaySoftUpdate",
  writes: (name) => name.startsWith("target/"),
  shapes(inputs) {
    pairsOf(inputs).forEach(({ target, source }, i) => {
      if (sizeOf(target.shape) !== sizeOf(source.shape)) {
        throw new RangeError(
          `Cannot move target ${i}, of shape [${target.shape}], toward a source of shape ` +
            `[${source.shape}]: they must have as many elements`,
        );
      }
    });
    return [];
  },
  cpu(inputs, _, { share }) {
    const pairs = pairsOf(inputs);
    const targets = pairs.map(({ target }) => target.data);
    softUpdateOracle(arithmetics.strict, targets, pairs.map(({ source }) => source.data), share);
  },
  wasm(pool, inputs, _, { share }) {
    const pairs = pairsOf(inputs);
    const list = pool.reserve(4 * ENTRY_WORDS * pairs.length);
    const entries = new Uint32Array(pool.memory.buffer, list, ENTRY_WORDS * pairs.length);
    let elements = 0, units = 0, at = 0;
    for (const { target, source } of pairs) {
      const size = sizeOf(target.shape);
      entries[at++] = target.data;
      entries[at++] = source.data;
      entries[at++] = size;
      entries[at++] = units;
      elements += size;
      units += Math.ceil(size / UNIT);
    }
    runOver(pool, elements, "softUpdate", list, pairs.length, units, share);
    pool.release(list);
  },
  webgpu(queue, inputs, _, { share }) {
    const pairs = pairsOf(inputs).map(({ target, source }) => ({
      size: sizeOf(target.shape),
      target: target.data,
      source: source.data,
    }));
    dispatchSoftUpdate(queue, pairs, share);
  },
});

/**
 * Moves variables in place a share of the way to others, `target + share (source - target)`: what lets target
 * networks follow those that learn (Lillicrap et al. 2016). `soft_update/oracle.ts` has the arithmetic.
 *
 * @param targets f32 of any shapes.
 * @param sources One for each target, with as many elements; stay as they are.
 * @param share In [0, 1], often called τ.
 * @throws {RangeError} When the sizes do not fit each other.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const target = tf.variable(tf.tensor1d([1, 2]));
 * softUpdate([target], [tf.variable(tf.tensor1d([5, 2]))], 0.25);
 * assertEquals([...(await readBack([target]))[0]!], [2, 2]);
 * ```
 */
export function softUpdate(
  targets: readonly tf.Variable[],
  sources: readonly tf.Variable[],
  share: number,
): void {
  const inputs: { [name in Name]: tf.Tensor } = {};
  targets.forEach((target, i) => {
    inputs[`target/${i}`] = target;
    inputs[`source/${i}`] = sources[i]!;
  });
  run(inputs, { share });
}

function pairsOf<Data>(
  inputs: { readonly [name in Name]: Operand<Data> },
): { readonly target: Operand<Data>; readonly source: Operand<Data> }[] {
  const pairs = [];
  for (let i = 0;; i++) {
    const target = inputs[`target/${i}`] as Operand<Data> | undefined;
    const source = inputs[`source/${i}`] as Operand<Data> | undefined;
    if (target === undefined || source === undefined) return pairs;
    pairs.push({ target, source });
  }
}
