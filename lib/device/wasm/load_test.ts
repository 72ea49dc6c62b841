import { assert, assertEquals } from "@std/assert";
import { buildWasm, digestModule } from "../../../tools/build_wasm.ts";
import { arithmetics, type Rounding } from "../../kernels/arithmetic/arithmetic.ts";
import { expf, logf, sigmoidf, tanhf } from "../../kernels/arithmetic/elementary.ts";
import { BOUNDS_ULP, errorUlp, type FunctionName } from "../../kernels/arithmetic/error_testing.ts";
import { anyFloat, bitsOf, EDGES, word } from "../../kernels/arithmetic/testing.ts";
import { instantiateKernels, kernelMemory, kernelModule, relaxedMaddIsFused } from "./load.ts";

const ORACLE = { exp: expf, log: logf, sigmoid: sigmoidf, tanh: tanhf };
const NAMES = Object.keys(ORACLE) as FunctionName[];

/** Floats that an array in the memory holds. */
const SIZE = 1 << 16;
const memory = kernelMemory(4 * 4 * SIZE);
/** The `i`th of four arrays in the memory. */
const array = (i: number, length = SIZE) => new Float32Array(memory.buffer, 4 * SIZE * i, length);
const address = (i: number) => 4 * SIZE * i;

/** What each binary must equal on this CPU. */
const BINARIES = [
  { binary: "strict", arithmetic: arithmetics.strict },
  { binary: "fused", arithmetic: arithmetics[relaxedMaddIsFused() ? "fused" : "strict"] },
] as const satisfies readonly { binary: Rounding; arithmetic: unknown }[];

Deno.test("`buildWasm()` gives the committed binaries byte for byte", async () => {
  const built = await buildWasm();
  for (const name of ["strict", "fused"] as const) {
    assertEquals(
      Deno.readFileSync(new URL(`${name}.wasm`, import.meta.url)),
      built[name],
      `${name}.wasm is not what lib/kernels/assembly compiles to: run deno task build:wasm`,
    );
  }
  assertEquals(
    Deno.readTextFileSync(new URL("digests.ts", import.meta.url)),
    digestModule(built),
  );
});

Deno.test("neither binary holds data, so that any number of instances share a memory", () => {
  // Each section begins with its id, 11 for data, and its size in LEB128.
  for (const name of ["strict", "fused"] as const) {
    const bytes = Deno.readFileSync(new URL(`${name}.wasm`, import.meta.url));
    for (let at = 8; at < bytes.length;) {
      const id = bytes[at++];
      let [size, shift, byte] = [0, 0, 0];
      do {
        byte = bytes[at++]!;
        size |= (byte & 0x7f) << shift;
        shift += 7;
      } while (byte & 0x80);
      assert(id !== 11, `${name}.wasm has a data section`);
      at += size;
    }
  }
});

for (const { binary, arithmetic } of BINARIES) {
  const kernels = instantiateKernels(kernelModule(binary), memory);

  Deno.test(`\`multiplyAdd()\` equals the oracle in every bit, ${binary}`, () => {
    const [a, b, c, out] = [array(0), array(1), array(2), array(3)];
    for (let i = 0; i < SIZE; i++) {
      a[i] = anyFloat(3 * i);
      b[i] = i % 2 ? anyFloat(3 * i + 1) : word(i) / 2 ** 30;
      // Half of the sums cancel.
      c[i] = i % 4 < 2 ? -a[i]! * b[i]! : anyFloat(3 * i + 2);
    }
    kernels.multiplyAdd(address(0), address(1), address(2), address(3), SIZE);
    for (let i = 0; i < SIZE; i++) {
      const wanted = arithmetic.madd(a[i]!, b[i]!, c[i]!);
      if (bitsOf(out[i]!) !== bitsOf(wanted)) {
        throw new Error(`madd(${a[i]}, ${b[i]}, ${c[i]}) is ${out[i]}, not ${wanted}`);
      }
    }
  });

  for (const name of NAMES) {
    const oracle = (x: number) => ORACLE[name](x, arithmetic);

    Deno.test(`\`${name}()\` equals the oracle in every bit, ${binary}`, () => {
      const [x, out] = [array(0), array(1)];
      for (let i = 0; i < SIZE; i++) {
        x[i] = i % 2 ? anyFloat(i) : (word(i) / 2 ** 32 - 0.5) * 2 ** (i % 9);
      }
      x.set(EDGES);
      kernels[name](address(0), address(1), SIZE);
      for (let i = 0; i < SIZE; i++) {
        if (bitsOf(out[i]!) !== bitsOf(oracle(x[i]!))) {
          throw new Error(`${name}(${x[i]}) is ${out[i]}, not ${oracle(x[i]!)}`);
        }
      }
    });

    Deno.test(`\`${name}()\` takes any length and works in place, ${binary}`, () => {
      for (let n = 0; n <= 13; n++) {
        const x = array(0, n + 1).map((_, i) => word(i + n) / 2 ** 30);
        array(0).set(x);
        kernels[name](address(0), address(0), n);
        // The element after the last is untouched.
        const wanted = x.map((v, i) => i < n ? oracle(v) : v);
        assertEquals(array(0, n + 1).slice(), wanted);
      }
    });

    Deno.test(`\`${name}()\` keeps its bound at every 4,093rd float, ${binary}`, () => {
      const [x, out] = [new Uint32Array(memory.buffer, 0, SIZE), array(1)];
      const [values, every] = [array(0), 4093];
      for (let from = 0; from < 2 ** 32; from += SIZE * every) {
        const n = Math.min(SIZE, Math.ceil((2 ** 32 - from) / every));
        for (let i = 0; i < n; i++) x[i] = from + i * every;
        kernels[name](address(0), address(1), n);
        for (let i = 0; i < n; i++) {
          const error = errorUlp(name, values[i]!, out[i]!);
          if (error > BOUNDS_ULP[name]) {
            throw new Error(`${name}(${values[i]}) is ${out[i]}, ${error} ulp off`);
          }
        }
      }
    });
  }
}
