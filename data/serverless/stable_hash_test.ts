import { assert, assertEquals } from "@std/assert";
import { ascendingOrder } from "./ascending_order.ts";
import { quantiles } from "./quantile.ts";
import { fnv1a, tracedFunction } from "./stable_hash.ts";

Deno.test("`fnv1a()` gives the published values", () => {
  const known = { a: 0xe40c292c, b: 0xe70c2de5, foo: 0xa9f37ed7, fooba: 0x39aaa18a };
  for (const [text, hash] of Object.entries(known)) assertEquals(fnv1a(text), hash);
});

Deno.test("`tracedFunction()` spreads functions over regions, clouds and memory sizes, apart from one another", () => {
  const functions = Array.from(
    { length: 24_000 },
    (_, i) => tracedFunction(`a${i % 97}`, `f${i}`, 0),
  );
  const cells = new Map<string, number>();
  for (const { homeRegion, provider, memoryMb } of functions) {
    const cell = `${homeRegion} ${provider} ${memoryMb}`;
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
  }
  assertEquals(cells.size, 4 * 3 * 6);
  // 333 expected in each.
  for (const [cell, count] of cells) assert(count > 200 && count < 480, `${cell}: ${count}`);
});

Deno.test("`ascendingOrder()` sorts stably, whatever the length", () => {
  for (const n of [0, 1, 2, 3, 7, 64, 1000, 1025]) {
    const times = Float64Array.from({ length: n }, (_, i) => (i * 7919) % 13 - 5);
    const expected = Array.from(times.keys()).sort((a, b) => times[a]! - times[b]! || a - b);
    assertEquals([...ascendingOrder(times)], expected);
  }
});

Deno.test("`quantiles()` are those of NumPy", () => {
  const sample = Float64Array.of(3, 1, 4, 1, 5, 9, 2, 6);
  assertEquals(quantiles(sample, [0, 0.1, 0.25, 0.75, 1]), [1, 1, 1.75, 5.25, 9]);
});
