/**
 * Opening the WASM backend: tfjs on a shared memory, and the threads of our kernels on the same one.
 *
 * @module
 */

import type * as tfCore from "@tensorflow/tfjs-core";
import { tf } from "../tf.ts";
import { relaxedMaddIsFused } from "./load.ts";
import { KernelPool } from "./pool.ts";
import { openSharedTfjs } from "./shared_tfjs.ts";

/** Settings of {@linkcode openWasm}. */
export interface WasmOptions {
  /** Rounds every product, also on a CPU that fuses multiply-adds. */
  readonly strict: boolean;
  /** Threads of the kernels. Default: `ASSAY_THREADS`, else one for each core. */
  readonly threads?: number;
}

/** The open backend and how to shut it. */
export interface OpenWasm {
  readonly pool: KernelPool;
  close(): Promise<void>;
}

const pools = new WeakMap<object, KernelPool>();

/** Opens the threads and makes the tfjs backend "wasm". */
export async function openWasm({ strict, threads }: WasmOptions): Promise<OpenWasm> {
  const { backend, heap } = await openSharedTfjs();
  const rounding = strict || !relaxedMaddIsFused() ? "strict" : "fused";
  const pool = await KernelPool.open({
    rounding,
    heap,
    ...(threads === undefined ? {} : { threads }),
  });
  pools.set(backend, pool);
  // Importing tfjs registered its own way of opening the backend.
  if (tf.findBackendFactory("wasm") !== null) tf.removeBackend("wasm");
  tf.registerBackend("wasm", () => backend);
  return { pool, close: () => pool.close() };
}

/** The threads that belong to an open WASM backend. */
export function poolOf(backend: tfCore.KernelBackend): KernelPool {
  return pools.get(backend)!;
}
