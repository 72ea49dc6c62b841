/**
 * Telling tfjs's WASM backend that the values of a tensor are about to change in place.
 *
 * It never changes them itself, so its XNNPACK keeps the right factor of a product (and the filter of a
 * convolution) packed for as long as the tensor of that number lives, and would go on to multiply with
 * the old values.
 *
 * @module
 */

import type * as tfCore from "@tensorflow/tfjs-core";

/** The parts of the tfjs backend that this takes. */
interface Internals {
  dataIdNextNumber: number;
  readonly dataIdMap: { get(id: object): { id: number; readonly memoryOffset: number } };
  readonly wasm: {
    readonly tfjs: {
      registerTensor(id: number, size: number, address: number): void;
      disposeData(id: number): void;
    };
  };
}

/** Gives a tensor's data another number, so that what was packed of it is dropped; its address stays. */
export function renumber(
  backend: tfCore.KernelBackend,
  { dataId, shape }: tfCore.TensorInfo,
): void {
  const { wasm: { tfjs }, dataIdMap } = backend as unknown as Internals;
  const data = dataIdMap.get(dataId);
  tfjs.disposeData(data.id);
  data.id = (backend as unknown as Internals).dataIdNextNumber++;
  tfjs.registerTensor(data.id, shape.reduce((size, n) => size * n, 1), data.memoryOffset);
}
