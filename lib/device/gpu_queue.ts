/**
 * Running our own WGSL between the kernels of tfjs, on its tensors and in its command encoder: what is
 * encoded here runs in order with what tfjs encodes, in the same pass and the same submit.
 *
 * @module
 */

import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type * as tfCore from "@tensorflow/tfjs-core";

/** The parts of the tfjs backend that it declares private. */
interface Internals {
  readonly device: GPUDevice;
  commandQueueOwnedIds: WeakSet<object>;
  computePassEncoder: GPUComputePassEncoder | null;
  commandEncoder: GPUCommandEncoder | null;
  dispatchCountInPass: number;
  readonly uniformPendingDisposal: GPUBuffer[];
  readonly bufferManager: { acquireBuffer(size: number, usage: number): GPUBuffer };
  readonly tensorMap: { get(id: object): { resource: GPUBuffer; values: unknown } };
  uploadToGPU(id: object): void;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

/** One dispatch of a shader whose entry point is `main`. */
export interface Dispatch {
  /** Its text; the pipeline is made once for each text and device. */
  readonly code: string;
  /** Bound at `@group(0)` from `@binding(0)` on, in order. */
  readonly buffers: readonly GPUBuffer[];
  /**
   * Words of the uniform struct bound behind the buffers, at most 64: integers, or floats by
   * {@linkcode wordOf}. Its first word must be a `u32` that is 0 here, the zero that
   * `arithmeticWgsl()` wants.
   */
  readonly uniforms: readonly number[];
  /** Workgroups along x, y and z. */
  readonly workgroups: readonly [number, number?, number?];
}

const pipelines = new WeakMap<GPUDevice, Map<string, GPUComputePipeline>>();

/** Dispatches that share a submit: the same as tfjs's flag, see `flags.ts`. */
const DISPATCHES_PER_SUBMIT = 64;

/**
 * Rounds that a thread may go through its loops, all together, in one dispatch. After 65,535 of them
 * Mesa's software adapter ends every loop, without a word: what takes longer is cut into several
 * dispatches.
 */
export const LOOP_ROUNDS = 60_000;

/** The bits of an f32 as a `u32` word of a uniform. */
export function wordOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}

/** The queue of an open tfjs WebGPU backend. */
export class GpuQueue {
  readonly #backend: Internals;

  constructor(backend: tfCore.KernelBackend | WebGPUBackend) {
    this.#backend = backend as unknown as Internals;
  }

  /**
   * Begins an operation: submits what is due, so that nothing is submitted between its dispatches. A
   * submit gives its working space, and tensors disposed since, away to others.
   */
  begin(): void {
    if (this.#backend.dispatchCountInPass >= DISPATCHES_PER_SUBMIT) {
      this.#backend.endComputePassEncoder();
      this.#backend.submitQueue();
    }
  }

  /** The device's limits. */
  get limits(): GPUSupportedLimits {
    return this.#backend.device.limits;
  }

  /** The buffer of a tensor, which is kept until the commands that use it are submitted. */
  bufferOf({ dataId }: tfCore.TensorInfo): GPUBuffer {
    this.#backend.uploadToGPU(dataId);
    this.#backend.commandQueueOwnedIds.add(dataId);
    return this.#backend.tensorMap.get(dataId).resource;
  }

  /** The same of a tensor that the dispatches that follow write into. */
  writableBufferOf(tensor: tfCore.TensorInfo): GPUBuffer {
    const buffer = this.bufferOf(tensor);
    // What tfjs remembers of the last time it was read.
    this.#backend.tensorMap.get(tensor.dataId).values = null;
    return buffer;
  }

  /** Working space for the operation's dispatches; its content is arbitrary. */
  scratch(bytes: number): GPUBuffer {
    const { STORAGE, COPY_DST, COPY_SRC } = GPUBufferUsage;
    const size = Math.max(4, Math.ceil(bytes / 4) * 4);
    const buffer = this.#backend.bufferManager.acquireBuffer(size, STORAGE | COPY_DST | COPY_SRC);
    this.#backend.uniformPendingDisposal.push(buffer);
    return buffer;
  }

  /** Encodes a dispatch. It is submitted with others, before anything is read back at the latest. */
  dispatch({ code, buffers, uniforms, workgroups }: Dispatch): void {
    const backend = this.#backend;
    const pipeline = this.#pipeline(code);
    const words = Uint32Array.from(
      uniforms.length % 4 === 0 ? uniforms : [
        ...uniforms,
        ...new Array<number>(4 - uniforms.length % 4).fill(0),
      ],
    );
    const { UNIFORM, COPY_DST } = GPUBufferUsage;
    const uniform = backend.bufferManager.acquireBuffer(words.byteLength, UNIFORM | COPY_DST);
    backend.device.queue.writeBuffer(uniform, 0, words);
    backend.uniformPendingDisposal.push(uniform);
    const bindGroup = backend.device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [...buffers, uniform].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    backend.ensureCommandEncoderReady();
    backend.computePassEncoder ??= backend.commandEncoder!.beginComputePass();
    backend.computePassEncoder.setPipeline(pipeline);
    backend.computePassEncoder.setBindGroup(0, bindGroup);
    backend.computePassEncoder.dispatchWorkgroups(...workgroups as [number, number, number]);
    backend.dispatchCountInPass++;
  }

  #pipeline(code: string): GPUComputePipeline {
    const { device } = this.#backend;
    let known = pipelines.get(device);
    if (known === undefined) pipelines.set(device, known = new Map());
    let pipeline = known.get(code);
    if (pipeline === undefined) {
      pipeline = device.createComputePipeline({
        layout: "auto",
        compute: { module: device.createShaderModule({ code }), entryPoint: "main" },
      });
      known.set(code, pipeline);
    }
    return pipeline;
  }
}
