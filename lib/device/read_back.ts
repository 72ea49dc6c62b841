/**
 * Reading values back to the host, many tensors at the price of one: under Deno a WebGPU map takes
 * about 11 ms whatever its size.
 *
 * @module
 */

import { assertHealthy } from "./health.ts";
import { tf } from "./tf.ts";

/**
 * Copies tensors to the host in one transfer: they are joined on the device, read once and cut
 * apart again. The tensors stay as they are.
 *
 * @param tensors f32 tensors of any shapes, scalars included.
 * @returns The elements of each, row by row, in the order given.
 * @throws {TypeError} When a tensor is not f32.
 * @throws {DeviceUnfit} When the device has reported an error since it was opened.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const [loss, row] = await readBack([tf.scalar(0.5), tf.tensor1d([1, 2])]);
 * assertEquals([...loss!, ...row!], [0.5, 1, 2]);
 * ```
 */
export async function readBack(tensors: readonly tf.Tensor[]): Promise<Float32Array[]> {
  for (const tensor of tensors) {
    if (tensor.dtype !== "float32") {
      throw new TypeError(
        `Cannot read back a tensor of type "${tensor.dtype}" and shape [${tensor.shape}]: only float32 ` +
          "is read; cast it first",
      );
    }
  }
  const sizes = tensors.map((tensor) => tensor.size);
  // Empty tensors have no buffer to join.
  const filled = tensors.filter((tensor) => tensor.size > 0);
  let all = new Float32Array(0);
  if (filled.length > 0) {
    const joined = tf.tidy(() =>
      tf.concat(filled.map((tensor) => tf.reshape(tensor, [tensor.size])))
    );
    try {
      all = await joined.data<"float32">() as Float32Array<ArrayBuffer>;
    } finally {
      joined.dispose();
    }
  }
  assertHealthy();
  let at = 0;
  return sizes.map((size) => all.slice(at, at += size));
}
