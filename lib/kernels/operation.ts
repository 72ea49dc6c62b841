/**
 * What an operation is: one contract and three implementations, registered with tfjs as a kernel for
 * the backends cpu (the oracle), wasm and webgpu.
 *
 * @module
 */

import { GpuQueue } from "../device/gpu_queue.ts";
import { tf } from "../device/tf.ts";
import { poolOf } from "../device/wasm/open.ts";
import { renumber } from "../device/wasm/renumber.ts";
import type { KernelPool } from "../device/wasm/pool.ts";

/** A tensor as an implementation sees it: its shape, and its elements row by row. */
export interface Operand<Data> {
  readonly shape: readonly number[];
  readonly data: Data;
}

/** The operands by name; those that the caller left out are missing. */
export type Operands<Required extends string, Optional extends string, Data> =
  & { readonly [name in Required]: Operand<Data> }
  & { readonly [name in Optional]?: Operand<Data> };

/** Elements on the host: f32, or int32 where an operation takes indices. */
export type HostArray = Float32Array | Int32Array;

/** The shape of an output, which is f32. */
export type Shape = readonly number[];

/**
 * An operation.
 *
 * @typeParam Required Names of the inputs that must be there.
 * @typeParam Optional Names of those that may be left out.
 * @typeParam Attributes Plain values that are no tensors.
 */
export interface Operation<Required extends string, Optional extends string, Attributes> {
  /** Its name among tfjs's kernels, such as `AssayDense`. */
  readonly name: string;
  /**
   * Whether it writes into an input, which must be a `tf.Variable` then: nobody else sees the change, also
   * where another tensor shared the variable's data. Default: into none.
   */
  writes?(name: Required | Optional): boolean;
  /**
   * The shapes of its outputs, none where it only writes into inputs; refuses inputs and attributes that do
   * not fit with a `RangeError`.
   */
  shapes(inputs: Operands<Required, Optional, unknown>, attributes: Attributes): readonly Shape[];
  /** The oracle, in strict arithmetic, on elements on the host. */
  cpu(
    inputs: Operands<Required, Optional, HostArray>,
    outputs: readonly Operand<Float32Array>[],
    attributes: Attributes,
  ): void;
  /** On addresses of the pool's memory, in its arithmetic. */
  wasm(
    pool: KernelPool,
    inputs: Operands<Required, Optional, number>,
    outputs: readonly Operand<number>[],
    attributes: Attributes,
  ): void;
  /** On buffers of the device. */
  webgpu(
    queue: GpuQueue,
    inputs: Operands<Required, Optional, GPUBuffer>,
    outputs: readonly Operand<GPUBuffer>[],
    attributes: Attributes,
  ): void;
  /** How `tf.grad` works through it; left out where nothing differentiates it. */
  readonly gradient?: Gradient<Required | Optional, Attributes>;
}

/** The gradient of an operation. */
export interface Gradient<Name extends string, Attributes> {
  /** Inputs that it needs, of those that must be there. */
  readonly inputs: readonly Name[];
  /** Indices of the outputs that it needs. Default: none. */
  readonly outputs?: readonly number[];
  /**
   * Gradients by input, each computed when it is asked for. What several of them share is computed
   * before, in this call.
   *
   * @param dys Gradients of the outputs.
   * @param saved The inputs by name, and the outputs in the order of `outputs`.
   */
  of(
    dys: readonly tf.Tensor[],
    saved: {
      readonly inputs: Readonly<Partial<Record<Name, tf.Tensor>>>;
      readonly outputs: readonly tf.Tensor[];
    },
    attributes: Attributes,
  ): Partial<Record<Name, () => tf.Tensor>>;
}

/** Runs a registered operation; the tensors that it returns belong to the caller, or to the tidy around it. */
export type RunOperation<Required extends string, Optional extends string, Attributes> = (
  inputs:
    & { readonly [name in Required]: tf.Tensor }
    & { readonly [name in Optional]?: tf.Tensor | undefined },
  attributes: Attributes,
) => tf.Tensor[];

/** Registers an operation with tfjs on all three backends, with its gradient. */
export function register<Required extends string, Optional extends string, Attributes>(
  operation: Operation<Required, Optional, Attributes>,
): RunOperation<Required, Optional, Attributes> {
  const kernelName = operation.name;
  const writes = (name: string) => operation.writes?.(name as Required | Optional) ?? false;
  const on = <Data>(
    backendName: string,
    access: (backend: tf.KernelBackend) => {
      begin?(): void;
      output(shape: number[]): tf.TensorInfo;
      dataOf(tensor: tf.TensorInfo, written: boolean): Data;
      compute(
        inputs: Operands<Required, Optional, Data>,
        outputs: readonly Operand<Data>[],
        attributes: Attributes,
      ): void;
    },
  ) => {
    const known = new WeakMap<object, ReturnType<typeof access>>();
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc({ inputs, backend, attrs }) {
        let own = known.get(backend as tf.KernelBackend);
        if (own === undefined) {
          known.set(backend as tf.KernelBackend, own = access(backend as tf.KernelBackend));
        }
        const { begin, output, dataOf, compute } = own;
        begin?.();
        const attributes = attrs as unknown as Attributes;
        const infos = operation.shapes(inputs as never, attributes)
          .map((shape) => output([...shape]));
        const results = infos.map((info) => ({ shape: info.shape, data: dataOf(info, false) }));
        const given: Record<string, Operand<Data>> = {};
        // Not Object.entries, whose arrays make up a tenth of the garbage of a small training step.
        for (const name in inputs) {
          const info = inputs[name];
          if (info) given[name] = { shape: info.shape, data: dataOf(info, writes(name)) };
        }
        compute(given as Operands<Required, Optional, Data>, results, attributes);
        return infos;
      },
    });
  };

  on<HostArray>("cpu", (backend) => {
    const host = backend as unknown as HostBackend;
    return {
      output: (shape) => host.makeTensorInfo(shape, "float32", new Float32Array(sizeOf(shape))),
      dataOf({ dataId }, written) {
        const entry = host.data.get(dataId);
        // A new array: the old one may be the very one that a user made the tensor of, or read from it.
        if (written) entry.values = entry.values.slice();
        return entry.values;
      },
      compute: (inputs, outputs, attributes) =>
        operation.cpu(inputs, outputs as readonly Operand<Float32Array>[], attributes),
    };
  });
  on<number>("wasm", (backend) => {
    const heap = backend as unknown as WasmBackend;
    return {
      output: (shape) => heap.makeOutput(shape, "float32"),
      dataOf(tensor, written) {
        if (written) renumber(backend, tensor);
        return heap.dataIdMap.get(tensor.dataId).memoryOffset;
      },
      compute: (inputs, outputs, attributes) =>
        operation.wasm(poolOf(backend), inputs, outputs, attributes),
    };
  });
  on<GPUBuffer>("webgpu", (backend) => {
    const queue = new GpuQueue(backend);
    const gpu = backend as unknown as GpuBackend;
    return {
      begin: () => queue.begin(),
      output: (shape) => gpu.makeTensorInfo(shape, "float32"),
      dataOf: (tensor, written) =>
        written ? queue.writableBufferOf(tensor) : queue.bufferOf(tensor),
      compute: (inputs, outputs, attributes) =>
        operation.webgpu(queue, inputs, outputs, attributes),
    };
  });

  if (operation.gradient !== undefined) registerGradient(kernelName, operation.gradient);
  return (inputs, attributes) => {
    const all = inputs as Readonly<Record<string, tf.Tensor | undefined>>;
    const given: Record<string, tf.Tensor> = {};
    for (const name in all) {
      const tensor = all[name];
      if (tensor === undefined) continue;
      given[name] = tensor;
      if (writes(name)) unshare(tensor as tf.Variable);
    }
    return tf.engine().runKernel(kernelName, given, attributes as tf.NamedAttrMap);
  };
}

function registerGradient<Name extends string, Attributes>(
  kernelName: string,
  { inputs, outputs = [], of }: Gradient<Name, Attributes>,
): void {
  tf.registerGradient({
    kernelName,
    inputsToSave: [...inputs],
    outputsToSave: Array.from(
      { length: Math.max(-1, ...outputs) + 1 },
      (_, i) => outputs.includes(i),
    ),
    gradFunc(dy, saved, attrs) {
      const named: Partial<Record<Name, tf.Tensor>> = {};
      inputs.forEach((name, i) => named[name] = saved[i]!);
      return of(
        Array.isArray(dy) ? dy : [dy],
        { inputs: named, outputs: saved.slice(inputs.length) },
        attrs as unknown as Attributes,
      ) as { [name: string]: () => tf.Tensor };
    },
  });
}

/**
 * Gives a variable data of its own where another tensor has the same: tfjs never changes data in place, so
 * `tf.variable(x)`, `assign(x)`, `clone` and `reshape` share it.
 */
function unshare(variable: tf.Variable): void {
  if (tf.backend().refCount(variable.dataId) === 1) return;
  tf.tidy(() => {
    const { size, shape } = variable;
    variable.assign(tf.reshape(tf.slice(tf.reshape(variable, [size]), [0], [size]), shape));
  });
}

/** The number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

// What the backends of tfjs offer to their own kernels.

interface HostBackend {
  makeTensorInfo(shape: number[], dtype: "float32", values: Float32Array): tf.TensorInfo;
  readonly data: { get(id: object): { values: HostArray } };
}

interface WasmBackend {
  makeOutput(shape: number[], dtype: "float32"): tf.TensorInfo;
  readonly dataIdMap: { get(id: object): { memoryOffset: number } };
}

interface GpuBackend {
  makeTensorInfo(shape: number[], dtype: "float32"): tf.TensorInfo;
}
