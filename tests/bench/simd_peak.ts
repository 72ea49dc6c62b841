/**
 * The most that one core does with simd128: a loop of multiply-adds between registers, twelve chains of
 * them, with no memory in it. What a matrix product reaches is a share of this.
 *
 * @module
 */

import asc from "assemblyscript/asc";
import type { Rounding } from "../../lib/kernels/arithmetic/arithmetic.ts";

const CHAINS = 12;
const UNROLLED = 4;
const TURNS = 100_000;
/** Four lanes, a product and a sum in each. */
const FLOPS = TURNS * UNROLLED * CHAINS * 8;

function source(rounding: Rounding): string {
  const chains = Array.from({ length: CHAINS }, (_, i) => `c${i}`);
  const madd = (c: string) =>
    rounding === "fused"
      ? `${c} = f32x4.relaxed_madd(x, y, ${c});`
      : `${c} = f32x4.add(f32x4.mul(x, ${c}), y);`;
  return `export function run(turns: i32, a: f32, b: f32): f32 {
    // Arguments, since constants would be fetched anew for each use.
    const x = f32x4.splat(a), y = f32x4.splat(b);
    ${chains.map((c, i) => `let ${c} = f32x4.splat(a + ${i});`).join(" ")}
    for (let i = 0; i < turns; i++) { ${chains.map(madd).join(" ").repeat(UNROLLED)} }
    return f32x4.extract_lane(${chains.reduce((sum, c) => `f32x4.add(${sum}, ${c})`)}, 0);
  }`;
}

/** GFLOP/s of one core: the best of a hundred runs. */
export async function simdPeak(rounding: Rounding): Promise<number> {
  const { error, binary, stderr } = await asc.compileString(source(rounding), {
    optimizeLevel: 3,
    runtime: "stub",
    enable: rounding === "fused" ? ["simd", "relaxed-simd"] : ["simd"],
  });
  if (error || !binary) throw new Error(`AssemblyScript refused the peak loop:\n${stderr}`);
  const { instance } = await WebAssembly.instantiate(binary as BufferSource, { env: {} });
  const run = instance.exports.run as (turns: number, a: number, b: number) => number;
  let best = Infinity;
  for (let i = 0; i < 100; i++) {
    const begin = performance.now();
    run(TURNS, 0.5, 0.25);
    best = Math.min(best, performance.now() - begin);
  }
  return FLOPS / best / 1e6;
}
