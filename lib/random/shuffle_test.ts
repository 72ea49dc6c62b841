import { assert, assertEquals, assertThrows } from "@std/assert";
import { rootKey } from "./key.ts";
import { permutation, shuffle } from "./shuffle.ts";

Deno.test("`permutation()` holds every index once", () => {
  for (const n of [0, 1, 2, 3, 17, 1000, 100_003]) {
    const order = permutation(rootKey(n), n);
    assertEquals(order.length, n);
    assertEquals(order.slice().sort(), Int32Array.from({ length: n }, (_, i) => i));
  }
});

Deno.test("`permutation()` gives all 24 orders of 4 equally often", () => {
  const trials = 24_000;
  const key = rootKey(4).key("permutation");
  const counts = new Map<string, number>();
  for (let i = 0; i < trials; i++) {
    const order = permutation(key.at(i), 4).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 24);
  let chiSquare = 0;
  for (const count of counts.values()) chiSquare += (count - 1000) ** 2 / 1000;
  assert(chiSquare < 49.7, `chi-square ${chiSquare}`); // 23 degrees of freedom, p = 0.001
});

Deno.test("`permutation()` leaves about one index in place, whatever the size", () => {
  const key = rootKey(5).key("fixed points");
  let fixed = 0;
  for (let i = 0; i < 2000; i++) {
    fixed += permutation(key.at(i), 101).filter((v, j) => v === j).length;
  }
  assert(Math.abs(fixed / 2000 - 1) < 4 / Math.sqrt(2000), `${fixed / 2000}`); // mean 1, variance 1
});

Deno.test("`permutation()` has the values on record", () => {
  assertEquals([...permutation(rootKey(42).key("golden"), 10)], [0, 7, 6, 4, 1, 2, 3, 8, 5, 9]);
});

Deno.test("`permutation()` refuses what is not a size", () => {
  for (const n of [-1, 0.5, NaN, 2 ** 31]) {
    assertThrows(() => permutation(rootKey(1), n), RangeError, `Cannot permute ${n} numbers`);
  }
});

Deno.test("`shuffle()` copies in the order of `permutation()`", () => {
  const items = ["a", "b", "c", "d", "e"];
  const key = rootKey(6);
  assertEquals(shuffle(key, items), [...permutation(key, 5)].map((i) => items[i]));
  assertEquals(items, ["a", "b", "c", "d", "e"]);
  assertEquals(shuffle(key, []), []);
});
