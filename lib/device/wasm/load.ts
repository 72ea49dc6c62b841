/**
 * The kernels' WebAssembly: compiles the binary of an arithmetic, instantiates it on a shared memory,
 * and finds out whether this CPU fuses relaxed multiply-adds.
 *
 * @module
 */

import { sha256Hex } from "../../numeric/digest.ts";
import { digests } from "./digests.ts";

/** How often a multiply-add rounds: twice (`strict`) or once (`fused`). Names a binary. */
export type Rounding = "strict" | "fused";

/** Applies a function to `n` floats at byte address `x`, into `out` (which may be `x`). */
export type ElementwiseKernel = (x: number, out: number, n: number) => void;

/** The exports of both binaries that work on whole arrays; addresses are in bytes, 4-byte aligned. */
export interface ArithmeticKernels {
  /** `out[i] = madd(a[i], b[i], c[i])`. */
  multiplyAdd(a: number, b: number, c: number, out: number, n: number): void;
  /** See `expf()`. */
  exp: ElementwiseKernel;
  /** See `logf()`. */
  log: ElementwiseKernel;
  /** See `sigmoidf()`. */
  sigmoid: ElementwiseKernel;
  /** See `tanhf()`. */
  tanh: ElementwiseKernel;
}

const PAGE_BYTES = 65536;
/** What the binaries declare: every address of 32 bits. */
export const MAXIMUM_PAGES = 65536;

const modules = new Map<Rounding, WebAssembly.Module>();

/**
 * The compiled binary of an arithmetic, compiled once; workers take it by message.
 *
 * @throws {Error} When the committed binary is not the one whose digest stands beside it.
 */
export function kernelModule(rounding: Rounding): WebAssembly.Module {
  let module = modules.get(rounding);
  if (module === undefined) {
    const bytes = Deno.readFileSync(new URL(`${rounding}.wasm`, import.meta.url));
    const found = sha256Hex(bytes);
    if (found !== digests[rounding]) {
      throw new Error(
        `Cannot use lib/device/wasm/${rounding}.wasm: its SHA-256 is ${found}, digests.ts says ` +
          `${digests[rounding]}. Restore both from git, or run deno task build:wasm`,
      );
    }
    module = new WebAssembly.Module(bytes);
    modules.set(rounding, module);
  }
  return module;
}

/** A shared memory that the binaries accept, `bytes` large to begin with. */
export function kernelMemory(bytes: number): WebAssembly.Memory {
  const initial = Math.max(1, Math.ceil(bytes / PAGE_BYTES));
  return new WebAssembly.Memory({ initial, maximum: MAXIMUM_PAGES, shared: true });
}

/**
 * An instance on `memory`. Instances keep no state and write nowhere but where they are told, so any
 * number of them, in any threads, may share it.
 *
 * @typeParam K The exports that the caller uses.
 */
export function instantiateKernels<K = ArithmeticKernels>(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): K {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as K;
}

let fused: boolean | undefined;

/** Whether this CPU, under this engine, rounds a relaxed multiply-add once; asked once. */
export function relaxedMaddIsFused(): boolean {
  if (fused === undefined) {
    const memory = kernelMemory(PAGE_BYTES);
    const f32 = new Float32Array(memory.buffer);
    // (1 + 2^-12)² = 1 + 2^-11 + 2^-24, whose last term a rounded product loses. Eight lanes and a rest.
    const n = 9;
    f32.fill(1 + 2 ** -12, 0, n).fill(-(1 + 2 ** -11), n, 2 * n);
    const { multiplyAdd } = instantiateKernels(kernelModule("fused"), memory);
    multiplyAdd(0, 0, 4 * n, 8 * n, n);
    fused = f32.subarray(2 * n, 3 * n).every((y) => y === 2 ** -24);
  }
  return fused;
}
