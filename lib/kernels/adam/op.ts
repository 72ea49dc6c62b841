/**
 * Adam as an operation: one step of all parameters, in place.
 *
 * @module
 */

import type { tf } from "../../device/tf.ts";
import { arithmetics } from "../arithmetic/arithmetic.ts";
import { blocksOf } from "../block_sum/oracle.ts";
import { type Operand, register, sizeOf } from "../operation.ts";
import { runOver } from "../over_elements.ts";
import { type AdamAttributes, adamConstants, adamOracle } from "./oracle.ts";
import { dispatchAdam } from "./wgsl.ts";

export type { AdamAttributes } from "./oracle.ts";

/** Any number of variables and gradients, counted from 0, and the moments of all of them end to end. */
type Name = `variable/${number}` | `gradient/${number}` | "firstMoment" | "secondMoment";

/** 32-bit words of a row of the table that `assembly/adam.ts` reads. */
const ROW_WORDS = 5;

const run = register<Name, never, AdamAttributes>({
  name: "AssayAdam",
  writes: (name) => !name.startsWith("gradient/"),
  shapes(inputs) {
    const { firstMoment, secondMoment } = inputs;
    const sizes = pairsOf(inputs).map(({ variable, gradient }, i) => {
      const [own, other] = [sizeOf(variable.shape), sizeOf(gradient.shape)];
      if (own !== other) {
        throw new RangeError(
          `Cannot move variable ${i}, of shape [${variable.shape}], along a gradient of shape ` +
            `[${gradient.shape}]: they must have as many elements`,
        );
      }
      return own;
    });
    const all = sizes.reduce((sum, size) => sum + size, 0);
    if (sizeOf(firstMoment.shape) !== all || sizeOf(secondMoment.shape) !== all) {
      throw new RangeError(
        `Cannot move ${all} parameters with moments of shapes [${firstMoment.shape}] and ` +
          `[${secondMoment.shape}]: each must have as many elements`,
      );
    }
    return [[]];
  },
  cpu(inputs, [norm], attributes) {
    const pairs = pairsOf(inputs);
    norm!.data[0] = adamOracle(
      arithmetics.strict,
      pairs.map(({ variable }) => variable.data),
      pairs.map(({ gradient }) => gradient.data),
      inputs.firstMoment.data,
      inputs.secondMoment.data,
      attributes,
    );
  },
  wasm(pool, inputs, [norm], attributes) {
    const pairs = pairsOf(inputs);
    const table = pool.reserve(4 * ROW_WORDS * pairs.length);
    const words = new Uint32Array(pool.memory.buffer, table, ROW_WORDS * pairs.length);
    let elements = 0, blocks = 0;
    pairs.forEach(({ variable, gradient }, i) => {
      const size = sizeOf(variable.shape);
      words.set([variable.data, gradient.data, size, elements, blocks], ROW_WORDS * i);
      elements += size;
      blocks += blocksOf(size);
    });
    const sums = pool.reserve(4 * blocks);
    const { firstMoment: { data: m }, secondMoment: { data: v } } = inputs;
    const arrays = [table, pairs.length, blocks, m, v, sums, norm!.data];
    runOver(pool, elements, "adam", ...arrays, ...adamConstants(attributes));
    pool.release(sums);
    pool.release(table);
  },
  webgpu(queue, inputs, [norm], attributes) {
    const parameters = pairsOf(inputs).map(({ variable, gradient }) => ({
      size: sizeOf(variable.shape),
      values: variable.data,
      gradient: gradient.data,
    }));
    dispatchAdam(
      queue,
      parameters,
      inputs.firstMoment.data,
      inputs.secondMoment.data,
      norm!.data,
      attributes,
    );
  },
});

/**
 * One step of Adam (Kingma and Ba 2015) for all variables, in place; `AdamAttributes` holds the numbers of
 * the step, `adam/oracle.ts` the arithmetic. The bits do not depend on the number of threads.
 *
 * @param variables f32 of any shapes.
 * @param gradients One for each variable, with as many elements; stay as they are.
 * @param firstMoment f32 `[all parameters]`, those of the variables end to end.
 * @param secondMoment Likewise.
 * @returns The norm of all gradients together before it was limited, a scalar f32; the caller disposes it.
 * @throws {RangeError} When the sizes do not fit each other.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const [w, m, v] = [1, 0, 0].map((x) => tf.variable(tf.tensor1d([x])));
 * const numbers = { rate: 1, correction: 1, epsilon: 0, beta1: 0, beta2: 0, kept: 1, clipNorm: Infinity };
 * const norm = adamStep([w!], [tf.tensor1d([-4])], m!, v!, numbers);
 * assertEquals((await readBack([norm, w!, m!, v!])).map(([x]) => x), [4, 2, -4, 16]);
 * ```
 */
export function adamStep(
  variables: readonly tf.Variable[],
  gradients: readonly tf.Tensor[],
  firstMoment: tf.Variable,
  secondMoment: tf.Variable,
  attributes: AdamAttributes,
): tf.Scalar {
  const inputs: { [name in Name]: tf.Tensor } = { firstMoment, secondMoment };
  variables.forEach((variable, i) => inputs[`variable/${i}`] = variable);
  gradients.forEach((gradient, i) => inputs[`gradient/${i}`] = gradient);
  return run(inputs, attributes)[0] as tf.Scalar;
}

function pairsOf<Data>(
  inputs: { readonly [name in Name]: Operand<Data> },
): { readonly variable: Operand<Data>; readonly gradient: Operand<Data> }[] {
  const pairs = [];
  for (let i = 0;; i++) {
    const variable = inputs[`variable/${i}`] as Operand<Data> | undefined;
    const gradient = inputs[`gradient/${i}`] as Operand<Data> | undefined;
    if (variable === undefined || gradient === undefined) return pairs;
    pairs.push({ variable, gradient });
  }
}
