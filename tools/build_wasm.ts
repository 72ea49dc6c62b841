/**
 * Compiles `lib/kernels/assembly/` to the two committed binaries: `strict.wasm`, where a multiply-add
 * rounds twice, and `fused.wasm`, where it is the relaxed SIMD instruction that most CPUs round once.
 * Both import a shared memory, hold no data and no state, and come out the same on every machine.
 * `data/som/assembly/`, the loops of a self-organising map, becomes a module of its own, as text.
 *
 * Run it as `deno task build:wasm` after a change of the sources; tests compare the results.
 *
 * @module
 */

import asc from "assemblyscript/asc";
import { sha256Hex } from "../lib/numeric/digest.ts";

const root = new URL("../", import.meta.url);
const target = new URL("lib/device/wasm/", root);
/** Where the map's binary goes. */
export const mapModulePath: URL = new URL("data/som/kernel_binary.ts", root);

/** The two binaries by name. */
export type Binaries = Readonly<Record<"strict" | "fused", Uint8Array>>;

/** Pages of 64 KiB that the memory may grow to: all that 32-bit addresses reach. */
const MAXIMUM_PAGES = 65536;

/** Compiles both binaries from the sources on disk. Throws the compiler's messages on an error. */
export async function buildWasm(): Promise<Binaries> {
  const shared = ["--sharedMemory", "--initialMemory", "1", "--maximumMemory", `${MAXIMUM_PAGES}`];
  const features = "simd,threads";
  return {
    strict: await compile("lib/kernels/assembly/", features, shared),
    fused: await compile("lib/kernels/assembly/", `${features},relaxed-simd`, shared),
  };
}

/** The module that holds the binary of the self-organising map. Throws as {@linkcode buildWasm}. */
export async function buildMapModule(): Promise<string> {
  const binary = await compile("data/som/assembly/", "simd", []);
  const lines = btoa(String.fromCharCode(...binary)).match(/.{1,96}/g)!;
  return `/**
 * What \`assembly/\` compiles to, written by \`deno task build:wasm\`.
 *
 * @module
 */

/** WebAssembly in base 64, on lines. */
export const KERNEL_BINARY: string = \`
${lines.join("\n")}
\`;
`;
}

async function compile(
  folder: string,
  features: string,
  memory: readonly string[],
): Promise<Uint8Array> {
  const sources = new URL(folder, root);
  let messages = "";
  let binary: Uint8Array | undefined;
  const { error } = await asc.main([
    "index.ts",
    ...["--outFile", "kernels.wasm", "--enable", features, "-O3", "--converge", "--noAssert"],
    ...["--runtime", "stub", "--importMemory", "--noExportMemory", ...memory],
    ...["--disableWarning", "112"], // exported v128 globals, see assembly/constants.ts
  ], {
    readFile: (name) => {
      try {
        return Deno.readTextFileSync(new URL(name, sources));
      } catch (cause) {
        if (cause instanceof Deno.errors.NotFound) return null; // the compiler tries several names
        throw cause;
      }
    },
    writeFile: (name, contents) => {
      if (name === "kernels.wasm") binary = contents as Uint8Array;
    },
    listFiles: () => [],
    stdout: { write: (text: string | Uint8Array) => void (messages += text) },
    stderr: { write: (text: string | Uint8Array) => void (messages += text) },
  });
  if (error || !binary) {
    throw new Error(`AssemblyScript refused ${folder}:\n${messages}`);
  }
  return binary;
}

/** The module that carries the binaries' digests into the identity of a run. */
export function digestModule(binaries: Binaries): string {
  return `/**
 * SHA-256 of the committed binaries, written by \`deno task build:wasm\`: a run's identity covers the
 * modules it reaches, and through this one the binaries.
 *
 * @module
 */

/** Hex digests by binary. */
export const digests = {
  strict: "${sha256Hex(binaries.strict)}",
  fused: "${sha256Hex(binaries.fused)}",
} as const;
`;
}

if (import.meta.main) {
  const binaries = await buildWasm();
  for (const [name, bytes] of Object.entries(binaries)) {
    Deno.writeFileSync(new URL(`${name}.wasm`, target), bytes);
  }
  Deno.writeTextFileSync(new URL("digests.ts", target), digestModule(binaries));
  Deno.writeTextFileSync(mapModulePath, await buildMapModule());
}
