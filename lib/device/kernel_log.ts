/**
 * A log of every kernel that the open device runs: what went in and what came out, in bits.
 *
 * @module
 */

import { digestArrays, type TypedArray } from "../numeric/digest.ts";
import { tf } from "./tf.ts";

/** A tensor that a kernel read or wrote. */
export interface LoggedTensor {
  /** The kernel's own name for an input; `0`, `1` and so on for outputs. */
  readonly name: string;
  /** The variable that it is, where it is one of those given. */
  readonly variable: string | null;
  readonly shape: readonly number[];
  /** SHA-256 of its elements. */
  readonly digest: string;
}

/** One run of a kernel. */
export interface KernelCall {
  /** tfjs's name of the kernel, such as `AssayDense`. */
  readonly kernel: string;
  /** Its plain values, as JSON. */
  readonly attributes: string;
  readonly inputs: readonly LoggedTensor[];
  /** New tensors, then the inputs that it changed in place, under their input's name. */
  readonly outputs: readonly LoggedTensor[];
}

/**
 * Runs `action` and logs the kernels that it runs on the open device. Every tensor is read back before and
 * after each kernel: a single training step is what this is for.
 *
 * @param variables Variables to call by their names.
 * @returns The calls in order, without those that one kernel makes to another.
 *
 * @example
 * ```ts
 * import { openDevice, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const calls = await logKernels(() => tf.tidy(() => void tf.square(tf.scalar(3))));
 * assertEquals(calls.map(({ kernel }) => kernel), ["Square"]);
 * ```
 */
export async function logKernels(
  action: () => void | Promise<void>,
  variables: readonly { readonly name: string; readonly variable: tf.Variable }[] = [],
): Promise<KernelCall[]> {
  const backendName = tf.getBackend();
  const kernels = tf.getKernelsForBackend(backendName);
  const pending: Promise<KernelCall>[] = [];
  let depth = 0;
  const snapshot = async (name: string, info: tf.TensorInfo): Promise<LoggedTensor> => {
    const known = variables.find(({ variable }) => variable.dataId === info.dataId);
    const { shape } = info;
    return { name, variable: known?.name ?? null, shape, digest: await digestOf(info) };
  };
  const replace = (kernelFunc: (kernel: tf.KernelConfig) => tf.KernelConfig["kernelFunc"]) => {
    for (const kernel of kernels) {
      tf.unregisterKernel(kernel.kernelName, backendName);
      tf.registerKernel({ ...kernel, kernelFunc: kernelFunc(kernel) });
    }
  };
  replace(({ kernelName, kernelFunc }) => (call) => {
    if (depth > 0) return kernelFunc(call);
    const { inputs, attrs } = call;
    const read = Object.keys(inputs).filter((name) => inputs[name]);
    const before = read.map((name) => snapshot(name, inputs[name]!));
    depth++;
    let results: tf.TensorInfo | tf.TensorInfo[];
    try {
      results = kernelFunc(call);
    } finally {
      depth--;
    }
    const outputs = [results ?? []].flat().map((output, i) => snapshot(`${i}`, output));
    const after = read.map((name) => snapshot(name, inputs[name]!));
    pending.push(
      (async () => {
        const [own, written] = await Promise.all([Promise.all(before), Promise.all(after)]);
        return {
          kernel: kernelName,
          attributes: JSON.stringify(
            attrs ?? {},
            (_, value) =>
              ArrayBuffer.isView(value) ? [...value as unknown as Iterable<number>] : value,
          ),
          inputs: own,
          outputs: [
            ...await Promise.all(outputs),
            ...written.filter(({ digest }, i) => digest !== own[i]!.digest),
          ],
        };
      })(),
    );
    return results;
  });
  try {
    await action();
  } finally {
    replace(({ kernelFunc }) => kernelFunc);
  }
  return await Promise.all(pending);
}

/** Digest of the elements of this moment: the copy is made, or queued on the device, before this returns. */
async function digestOf({ dataId, dtype }: tf.TensorInfo): Promise<string> {
  const backend = tf.backend();
  let array: TypedArray;
  if (tf.getBackend() === "webgpu") {
    // The copy arrives later, and the tensor may be disposed by then.
    backend.incRef(dataId);
    array = await backend.read(dataId) as TypedArray;
    backend.disposeData(dataId);
  } else array = (backend.readSync(dataId) as TypedArray).slice();
  return digestArrays({ [dtype]: array });
}
