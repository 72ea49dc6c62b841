import { assertEquals, assertThrows } from "@std/assert";
import { arithmetics, type Rounding } from "../arithmetic/arithmetic.ts";
import { bitsOf, floatOf, floats } from "../arithmetic/testing.ts";
import { KernelPool } from "../../device/wasm/pool.ts";
import { relaxedMaddIsFused } from "../../device/wasm/load.ts";
import { gemm, gemmScratchBytes, type GemmShape } from "./gemm.ts";
import { gemmOracle } from "./oracle.ts";

/** What this machine can compute exactly: fused only where the CPU fuses. */
const roundings: readonly Rounding[] = relaxedMaddIsFused() ? ["strict", "fused"] : ["strict"];

const GUARD = 12345;

/** Room for one product in a pool's memory, made once and used for all shapes up to a size. */
class Bench {
  readonly #room: number;
  constructor(readonly pool: KernelPool, bytes: number) {
    this.#room = pool.reserve(bytes);
  }

  /** C as the WASM kernel computes it; also checks that nothing behind C was written. */
  product(
    shape: GemmShape,
    a: Float32Array,
    b: Float32Array,
    start: Float32Array,
    run: typeof gemm = gemm,
  ): Float32Array {
    const { m, n } = shape;
    const { buffer } = this.pool.memory;
    let at = this.#room;
    const put = (values: Float32Array, length = values.length) => {
      const address = at;
      new Float32Array(buffer, address, values.length).set(values);
      at += 4 * length;
      return address;
    };
    // Addresses are deliberately no multiples of 16.
    put(new Float32Array(1));
    const addresses = {
      a: put(a),
      b: put(b),
      bias: put(start),
      c: put(shape.start === "c" ? start : new Float32Array(m * n).fill(NaN)),
      guard: put(Float32Array.of(GUARD)),
      scratch: Math.ceil(at / 64) * 64,
    };
    const end = addresses.scratch + gemmScratchBytes(this.pool, shape);
    new Float32Array(buffer, end, 1)[0] = GUARD;
    run(this.pool, shape, addresses);
    assertEquals(new Float32Array(buffer, addresses.guard, 1)[0], GUARD, "wrote behind C");
    assertEquals(new Float32Array(buffer, end, 1)[0], GUARD, "wrote behind the scratch");
    return new Float32Array(buffer, addresses.c, m * n).slice();
  }
}

const bitsOfAll = (values: Float32Array) => Array.from(values, bitsOf);

function matricesOf(shape: GemmShape): [Float32Array, Float32Array, Float32Array] {
  const { m, n, k, start } = shape;
  return [floats(m * k, 1), floats(k * n, 2), floats(start === "c" ? m * n : n, 3)];
}

/** Tile edges on both sides: one less, exact, one more, and several tiles. */
const edges = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13];

for (const rounding of roundings) {
  for (const threads of [1, 2, 3]) {
    Deno.test(`\`gemm()\` has the oracle's bits at every tile edge, ${rounding}, ${threads} threads`, async () => {
      await using pool = await KernelPool.open({ rounding, threads });
      const bench = new Bench(pool, 1 << 20);
      // Straight to the job of all threads, which gemm() keeps for larger products.
      const shared: typeof gemm = (pool, shape, { a, b, c, bias, scratch }) => {
        const { m, n, k, leftTransposed, rightTransposed, start } = shape;
        const from = ["zero", "c", "bias"].indexOf(start!);
        const left = Number(leftTransposed), right = Number(rightTransposed);
        pool.run("gemm", m, n, k, a, left, b, right, c, from, bias!, scratch, 0);
      };
      let variant = 0;
      for (const m of edges) {
        for (const n of edges) {
          for (const k of [0, 1, 3, 4, 7]) {
            const shape = {
              m,
              n,
              k,
              leftTransposed: variant % 2 === 1,
              rightTransposed: (variant >> 1) % 2 === 1,
              start: (["zero", "c", "bias"] as const)[variant % 3]!,
            };
            variant++;
            const [a, b, start] = matricesOf(shape);
            const expected = gemmOracle(arithmetics[rounding], shape, a, b, start);
            const actual = bench.product(shape, a, b, start, shared);
            assertEquals(bitsOfAll(actual), bitsOfAll(expected), JSON.stringify(shape));
          }
        }
      }
    });
  }

  Deno.test(`\`gemm()\` has the oracle's bits in all variants, beyond every block, ${rounding}`, async () => {
    await using one = await KernelPool.open({ rounding, threads: 1 });
    await using two = await KernelPool.open({ rounding, threads: 2 });
    const benches = [new Bench(one, 1 << 23), new Bench(two, 1 << 23)];
    const starts = ["zero", "c", "bias"] as const;
    // k beyond two blocks of 512; m beyond twenty panels of six; both.
    for (const [m, n, k] of [[7, 9, 1031], [131, 17, 37], [123, 11, 515], [1, 131, 67]] as const) {
      for (const leftTransposed of [false, true]) {
        for (const rightTransposed of [false, true]) {
          for (const start of starts) {
            const shape = { m, n, k, leftTransposed, rightTransposed, start };
            const [a, b, first] = matricesOf(shape);
            const expected = bitsOfAll(gemmOracle(arithmetics[rounding], shape, a, b, first));
            for (const bench of benches) {
              const actual = bench.product(shape, a, b, first);
              assertEquals(bitsOfAll(actual), expected, JSON.stringify(shape));
            }
          }
        }
      }
    }
  });

  Deno.test(`\`gemm()\` keeps subnormals, infinities and NaN to their outputs, ${rounding}`, async () => {
    await using pool = await KernelPool.open({ rounding, threads: 1 });
    const bench = new Bench(pool, 1 << 16);
    const shape = { m: 7, n: 9, k: 3 };
    const a = floats(21, 4), b = floats(27, 5);
    a[3] = floatOf(1);
    a[4] = floatOf(0x00400001);
    a[18] = Infinity;
    b[8] = NaN;
    b[13] = -0;
    const expected = gemmOracle(arithmetics[rounding], shape, a, b);
    const actual = bench.product(shape, a, b, new Float32Array(9));
    assertEquals(bitsOfAll(actual), bitsOfAll(expected));
  });
}

Deno.test("`gemmOracle()` multiplies by hand", () => {
  const { strict } = arithmetics;
  // [1 2 3; 4 5 6] · [7 8; 9 10; 11 12] = [58 64; 139 154]
  const a = [1, 2, 3, 4, 5, 6], b = [7, 8, 9, 10, 11, 12];
  const shape = { m: 2, n: 2, k: 3 };
  assertEquals([...gemmOracle(strict, shape, a, b)], [58, 64, 139, 154]);
  assertEquals([...gemmOracle(strict, { ...shape, start: "c" }, a, b, [1, 2, 3, 4])], [
    59,
    66,
    142,
    158,
  ]);
  assertEquals([...gemmOracle(strict, { ...shape, start: "bias" }, a, b, [1, 2])], [
    59,
    66,
    140,
    156,
  ]);
  const turned = { ...shape, leftTransposed: true, rightTransposed: true };
  assertEquals([...gemmOracle(strict, turned, [1, 4, 2, 5, 3, 6], [7, 9, 11, 8, 10, 12])], [
    58,
    64,
    139,
    154,
  ]);
});

Deno.test("`gemmOracle()` sums over k ascending, from the start", () => {
  // 2²⁴ + 1 + 1 is 2²⁴ when summed from the left, 2²⁴ + 2 when the ones meet first.
  const shape = { m: 1, n: 1, k: 2, start: "c" } as const;
  assertEquals([...gemmOracle(arithmetics.strict, shape, [1, 1], [1, 1], [2 ** 24])], [2 ** 24]);
});

Deno.test("`gemm()` refuses sizes that are no sizes, and a bias without an address", async () => {
  await using pool = await KernelPool.open({ rounding: "strict", threads: 1 });
  const addresses = { a: 4096, b: 4096, c: 4096, scratch: 4096 };
  assertThrows(
    () => gemm(pool, { m: 0, n: 1, k: 1 }, addresses),
    RangeError,
    "m, n and k are 0, 1 and 1",
  );
  assertThrows(() => gemm(pool, { m: 1, n: 1.5, k: 1 }, addresses), RangeError, "1.5");
  assertThrows(
    () => gemm(pool, { m: 1, n: 1, k: 1, start: "bias" }, addresses),
    RangeError,
    "addresses.bias",
  );
});
