/**
 * TensorFlow.js's WASM backend on a shared memory, so that the threads of our kernels work on its
 * tensors where they lie.
 *
 * tfjs offers shared memory only in its threaded build, whose workers do not start under Deno. The
 * plain SIMD build makes a memory of its own and exports it; {@linkcode importMemory} rewrites that one
 * declaration into an import, and everything else, the bits of its results included, stays as it is.
 *
 * @module
 */

import { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as glue from "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js";
import { type Heap, LINE_BYTES } from "./heap.ts";
import { MAXIMUM_PAGES } from "./load.ts";

/** What the Emscripten module of tfjs offers, as far as it is used here. */
interface TfjsModule {
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
  cwrap(name: string, result: null | "number", parameters: readonly string[]): unknown;
  tfjs?: Readonly<Record<string, unknown>>;
}

type Factory = (settings: {
  instantiateWasm(
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object;
}) => Promise<TfjsModule>;

const BINARY = import.meta.resolve(
  "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm",
);
const IMPORT = { module: "assay", name: "memory" } as const;

/** A tfjs WASM backend, ready to be registered, and the heap on which its tensors lie. */
export async function openSharedTfjs(): Promise<{ backend: BackendWasm; heap: Heap }> {
  const { binary, pages } = importMemory(Deno.readFileSync(new URL(BINARY)));
  const module = await WebAssembly.compile(binary);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: MAXIMUM_PAGES, shared: true });
  // CommonJS: the factory is the default export.
  const factory = (glue as unknown as { default: Factory }).default;
  const tfjs = await factory({
    instantiateWasm(imports, done) {
      done(
        new WebAssembly.Instance(module, {
          ...imports,
          [IMPORT.module]: { [IMPORT.name]: memory },
        }),
        module,
      );
      return {};
    },
  });
  // The bridge that tfjs builds in its own way of opening the backend.
  tfjs.tfjs = {
    init: tfjs.cwrap("init", null, []),
    initWithThreadsCount: tfjs.cwrap("init_with_threads_count", null, ["number"]),
    getThreadsCount: tfjs.cwrap("get_threads_count", "number", []),
    registerTensor: tfjs.cwrap("register_tensor", null, ["number", "number", "number"]),
    disposeData: tfjs.cwrap("dispose_data", null, ["number"]),
    dispose: tfjs.cwrap("dispose", null, []),
  };
  return { backend: new BackendWasm(tfjs as never), heap: heapOf(tfjs, memory) };
}

/** tfjs's own allocator, with addresses on cache lines. */
function heapOf(tfjs: TfjsModule, memory: WebAssembly.Memory): Heap {
  const blocks = new Map<number, number>();
  return {
    memory,
    reserve(bytes) {
      const block = tfjs._malloc(bytes + LINE_BYTES) >>> 0;
      if (block === 0) {
        throw new RangeError(
          `Cannot reserve ${bytes} bytes for the kernels: the WASM memory, at most 4 GiB, is full. ` +
            "Use smaller batches, or dispose tensors that are no longer needed",
        );
      }
      const address = Math.ceil(block / LINE_BYTES) * LINE_BYTES;
      blocks.set(address, block);
      return address;
    },
    release(address) {
      tfjs._free(blocks.get(address)!);
      blocks.delete(address);
    },
  };
}

/** Sections of a WebAssembly binary, by the numbers of its specification. */
const SECTION = { import: 2, memory: 5 } as const;

/**
 * Rewrites a binary that declares a memory so that it imports a shared one instead, from `assay.memory`.
 *
 * @returns The binary, and the pages it wants at least.
 * @throws {TypeError} When it has not exactly one import section and one bounded memory.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * // An empty import section, and a memory of 3 to 4 pages.
 * const bytes = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 2, 1, 0, 5, 4, 1, 1, 3, 4);
 * const { binary, pages } = importMemory(bytes);
 * assertEquals(pages, 3);
 * const imports = WebAssembly.Module.imports(new WebAssembly.Module(binary));
 * assertEquals(imports, [{ module: "assay", name: "memory", kind: "memory" }]);
 * ```
 */
export function importMemory(
  bytes: Uint8Array,
): { binary: Uint8Array<ArrayBuffer>; pages: number } {
  const parts: Uint8Array[] = [bytes.subarray(0, 8)];
  let imports: Uint8Array | undefined;
  let at = 0;
  let pages = 0;
  for (let start = 8; start < bytes.length;) {
    const size = leb(bytes, start + 1);
    const body = bytes.subarray(size.end, size.end + size.value);
    if (bytes[start] === SECTION.import) {
      imports = body;
      at = parts.push(new Uint8Array()) - 1;
    } else if (bytes[start] === SECTION.memory) {
      const [count, flags] = body;
      if (count !== 1 || flags !== 1) break;
      pages = leb(body, 2).value;
    } else parts.push(bytes.subarray(start, size.end + size.value));
    start = size.end + size.value;
  }
  if (imports === undefined || pages === 0) {
    throw new TypeError(
      "Cannot share the memory of a WebAssembly binary: it must have imports and declare one memory with a maximum",
    );
  }
  const count = leb(imports, 0);
  const text = (value: string) => [value.length, ...new TextEncoder().encode(value)];
  const [memory, shared] = [2, 3];
  const entry = [...text(IMPORT.module), ...text(IMPORT.name), memory, shared];
  const limits = [...toLeb(pages), ...toLeb(MAXIMUM_PAGES)];
  // At the end, so that no other import changes its number.
  const body = [...toLeb(count.value + 1), ...imports.subarray(count.end), ...entry, ...limits];
  parts[at] = Uint8Array.from([SECTION.import, ...toLeb(body.length), ...body]);
  const binary = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) binary.set(part, (end += part.length) - part.length);
  return { binary, pages };
}

/** Reads an unsigned LEB128 number. */
function leb(bytes: Uint8Array, at: number): { value: number; end: number } {
  let value = 0;
  for (let shift = 0;; shift += 7) {
    const byte = bytes[at++]!;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value: value >>> 0, end: at };
  }
}

function toLeb(value: number): number[] {
  return value < 0x80 ? [value] : [value & 0x7f | 0x80, ...toLeb(value >>> 7)];
}
