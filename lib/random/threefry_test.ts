import { assertEquals } from "@std/assert";
import { threefry2x32 } from "./threefry.ts";

/** One block as hex. */
function block(key: [number, number], counter: [number, number]): string[] {
  const out = new Uint32Array(2);
  threefry2x32(...key, ...counter, out);
  return [...out].map((word) => word.toString(16).padStart(8, "0"));
}

Deno.test("`threefry2x32()` gives the known answers of Random123 for 20 rounds", () => {
  assertEquals(block([0, 0], [0, 0]), ["6b200159", "99ba4efe"]);
  const ones = 0xffffffff;
  assertEquals(block([ones, ones], [ones, ones]), ["1cb996fc", "bb002be7"]);
  assertEquals(
    block([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3]),
    ["c4923a9c", "483df7a0"],
  );
});

Deno.test("`threefry2x32()` counts on in 64 bits from block to block", () => {
  const out = new Uint32Array(8);
  threefry2x32(1, 2, 5, 0xfffffffe, out);
  const singles = [[5, 0xfffffffe], [5, 0xffffffff], [6, 0], [6, 1]].flatMap(([high, low]) => {
    const one = new Uint32Array(2);
    threefry2x32(1, 2, high!, low!, one);
    return [...one];
  });
  assertEquals([...out], singles);
  threefry2x32(1, 2, 0xffffffff, 0xffffffff, out);
  const wrapped = new Uint32Array(2);
  threefry2x32(1, 2, 0, 0, wrapped);
  assertEquals([...out.slice(2, 4)], [...wrapped]);
});

Deno.test("`threefry2x32()` takes words as signed or unsigned and leaves an odd last element", () => {
  assertEquals(block([-1, -1], [-1, -1]), ["1cb996fc", "bb002be7"]);
  const out = Uint32Array.of(7, 7, 7);
  threefry2x32(0, 0, 0, 0, out);
  assertEquals([...out], [0x6b200159, 0x99ba4efe, 7]);
  threefry2x32(0, 0, 0, 0, new Uint32Array(0));
});
