/**
 * Dropout as an operation: the mask is made of the bits of a key where it is needed, forward and
 * backward, and never stored.
 *
 * @module
 */

import { tf } from "../../device/tf.ts";
import { Key } from "../../random/key.ts";
import { register } from "../operation.ts";
import { dropoutOracle, keeping } from "./oracle.ts";
import { dispatchDropout } from "./wgsl.ts";

/** A type, not an interface, since tfjs wants an index signature. */
type Attributes = { readonly word0: number; readonly word1: number; readonly rate: number };

/** Elements below which waking the other threads takes longer than it saves. */
const SHARED_FROM = 20_000;

const run = register<"x", never, Attributes>({
  name: "AssayDropout",
  shapes({ x }, { rate }) {
    if (!(rate >= 0 && rate < 1)) {
      throw new RangeError(
        `Cannot drop elements at a rate of ${rate}: it is a probability and must be in [0, 1)`,
      );
    }
    return [x.shape];
  },
  cpu({ x }, [out], { word0, word1, rate }) {
    out!.data.set(dropoutOracle(x.data, new Key(word0, word1), rate));
  },
  wasm(pool, { x }, [out], { word0, word1, rate }) {
    const { threshold, factor } = keeping(rate);
    const n = tf.util.sizeFromShape([...x.shape]);
    const args = [n, x.data, out!.data, word0, word1, threshold, factor];
    if (n < SHARED_FROM) pool.runAlone("dropout", ...args);
    else pool.run("dropout", ...args);
  },
  webgpu(queue, { x }, [out], { rate, ...key }) {
    const n = tf.util.sizeFromShape([...x.shape]);
    dispatchDropout(queue, n, key, keeping(rate), x.data, out!.data);
  },
  gradient: {
    inputs: [],
    of: ([dy], _, attributes) => ({
      x: (): tf.Tensor => run({ x: dy! }, attributes)[0]!,
    }),
  },
});

/** Settings of {@linkcode dropout}. */
export interface DropoutDraw {
  /** Element `i`, counted row by row, is kept by word `i` of this key's `bits`. */
  readonly key: Key;
  /** Probability of dropping an element, in `[0, 1)`. */
  readonly rate: number;
}

/**
 * Dropout (Srivastava et al. 2014): an element is `+0` where its word is below `⌈rate · 2³²⌉`, and else
 * `x · fround(1 / (1 - rate))`. Same key, same mask, on every backend. Differentiable in `x`: the mask is
 * drawn again from the key.
 *
 * @param x f32, of any shape.
 * @returns f32, shaped as `x`.
 * @throws {RangeError} When `rate` is not in `[0, 1)`.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, rootKey, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * assertEquals([...rootKey(0).bits(2)], [0x6b200159, 0x99ba4efe]);
 * const y = dropout(tf.tensor1d([3, 5]), { key: rootKey(0), rate: 0.5 });
 * assertEquals([...(await readBack([y]))[0]!], [0, 10]);
 * ```
 */
export function dropout(x: tf.Tensor, { key: { word0, word1 }, rate }: DropoutDraw): tf.Tensor {
  return run({ x }, { word0, word1, rate })[0]!;
}
