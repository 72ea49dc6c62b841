/**
 * Memory for the arrays of the kernels: either a shared memory of their own, or the one on which tfjs
 * keeps its tensors.
 *
 * @module
 */

import { kernelMemory } from "./load.ts";

/** Hands out addresses of a shared memory. */
export interface Heap {
  readonly memory: WebAssembly.Memory;
  /** Sets `bytes` aside, growing the memory if need be; returns their address, 64-byte aligned. */
  reserve(bytes: number): number;
  /** Gives back what `reserve` set aside. */
  release(address: number): void;
}

const PAGE_BYTES = 65536;
/** A cache line. */
export const LINE_BYTES = 64;

/**
 * A heap on a memory of its own that only grows: for tests and benchmarks, which need their arrays to
 * the end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const heap = ownHeap();
 * const [first, second] = [heap.reserve(4), heap.reserve(4)];
 * assertEquals(second - first, 64);
 * ```
 */
export function ownHeap(): Heap {
  const memory = kernelMemory(PAGE_BYTES);
  let end = LINE_BYTES;
  return {
    memory,
    reserve(bytes) {
      const address = end;
      end = Math.ceil((address + bytes) / LINE_BYTES) * LINE_BYTES;
      const missing = end - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
      return address;
    },
    release() {},
  };
}
