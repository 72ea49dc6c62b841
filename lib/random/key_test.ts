import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { elementKey, Key, rootKey } from "./key.ts";
import { threefry2x32 } from "./threefry.ts";

Deno.test("`rootKey()` splits a seed into two words and refuses what is not one", () => {
  assertEquals(rootKey(0).toString(), "0000000000000000");
  assertEquals(rootKey(42).toString(), "000000000000002a");
  assertEquals(rootKey(2 ** 32 + 5).toString(), "0000000100000005");
  assertEquals(rootKey(Number.MAX_SAFE_INTEGER).toString(), "001fffffffffffff");
  for (const seed of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    assertThrows(() => rootKey(seed), RangeError, `the seed is ${seed}`);
  }
});

Deno.test("`new Key()` takes two words and refuses others", () => {
  const key = rootKey(3).key("a");
  assertEquals(new Key(key.word0, key.word1).toString(), key.toString());
  assertThrows(() => new Key(-1, 0), RangeError, "the words -1 and 0");
  assertThrows(() => new Key(0, 2 ** 32), RangeError);
  assertThrows(() => new Key(0.5, 0), RangeError);
});

Deno.test("`key.key()` derives by name path", () => {
  const key = rootKey(1);
  assertEquals(key.key("a/b/c").toString(), key.key("a").key("b").key("c").toString());
  assertEquals(key.key("a/b/c").toString(), key.key("a/b").key("c").toString());
  assertNotEquals(key.key("a/b").toString(), key.key("b/a").toString());
  assertNotEquals(key.key("ab").toString(), key.key("a/b").toString());
});

Deno.test("`key.key()` absorbs the name as documented", () => {
  const name = "observation"; // 11 bytes: two blocks
  const state = new Uint32Array(2);
  threefry2x32(0, 9, 0x02000000, 11, state);
  threefry2x32(state[0]!, state[1]!, 0x6573626f, 0x74617672, state); // "obse" "rvat"
  threefry2x32(state[0]!, state[1]!, 0x006e6f69, 0, state); // "ion"
  const child = rootKey(9).key(name);
  assertEquals([child.word0, child.word1], [...state]);
});

Deno.test("`key.key()` refuses empty segments and lone surrogates", () => {
  for (const path of ["", "/", "a/", "/a", "a//b"]) {
    assertThrows(() => rootKey(1).key(path), RangeError, JSON.stringify(path));
  }
  assertThrows(() => rootKey(1).key("a/\ud800"), RangeError, "not well-formed");
});

Deno.test("children, elements and draws of a key never coincide", () => {
  const key = rootKey(11);
  const seen = new Set<string>();
  let count = 0;
  const add = (text: string) => (seen.add(text), count++);
  const hex = (word: number) => word.toString(16).padStart(8, "0");
  for (let i = 0; i < 5000; i++) {
    add(key.at(i).toString());
    add(key.key(String(i)).toString());
    add(key.key(`name${i}`).toString());
    add(key.key(`a name longer than a block ${i}`).toString());
    add(elementKey(key, i).toString());
    add(key.at(i + 2 ** 32).toString());
  }
  const words = key.bits(20_000);
  for (let i = 0; i < words.length; i += 2) add(hex(words[i]!) + hex(words[i + 1]!));
  for (const name of ["a", "a\0", "a\0\0", "\0a", "aaaaaaaa", "aaaaaaaa\0", "é", "e\u0301"]) {
    add(key.key(name).toString());
  }
  assertEquals(seen.size, count);
});

Deno.test("`key.at()` takes any safe index and refuses others", () => {
  const key = rootKey(1);
  assertNotEquals(key.at(Number.MAX_SAFE_INTEGER).toString(), key.at(0xffffffff).toString());
  for (const index of [-1, 1.5, NaN, 2 ** 53]) {
    assertThrows(() => key.at(index), RangeError, `the index is ${index}`);
  }
});

Deno.test("`key.bits()` is one stream, whatever the length and offset", () => {
  const key = rootKey(5).key("bits");
  const all = key.bits(64);
  for (const n of [0, 1, 2, 3, 7, 10]) {
    for (const offset of [0, 1, 2, 5, 8, 53]) {
      const part = key.bits(n, offset);
      assertEquals(part, all.slice(offset, offset + n));
      assertEquals(part.buffer.byteLength, 4 * n);
    }
  }
});

Deno.test("`key.bits()` goes on past 2^33 words", () => {
  const far = 2 ** 33;
  const expected = new Uint32Array(4);
  threefry2x32(0, 5, 0, 0xffffffff, expected);
  assertEquals([...rootKey(5).bits(4, far - 2)], [...expected]);
  threefry2x32(0, 5, 1, 0, expected.subarray(2));
  assertEquals([...rootKey(5).bits(2, far)], [...expected.slice(2)]);
  assertThrows(() => rootKey(5).bits(2, Number.MAX_SAFE_INTEGER), RangeError, "the last word");
  assertThrows(() => rootKey(5).bits(-1), RangeError, "the number of words is -1");
  assertThrows(() => rootKey(5).bits(1, 0.5), RangeError, "the offset is 0.5");
});

Deno.test("`key.bits()` has fair bits in every position and none in step with its neighbour", () => {
  const n = 100_000;
  const words = rootKey(2026).key("fairness").bits(n);
  for (let bit = 0; bit < 32; bit++) {
    let ones = 0;
    let changes = 0;
    for (let i = 0; i < n; i++) {
      ones += words[i]! >>> bit & 1;
      if (i > 0) changes += (words[i]! ^ words[i - 1]!) >>> bit & 1;
    }
    const limit = 4 * Math.sqrt(n) / 2; // 4 standard deviations
    assert(Math.abs(ones - n / 2) < limit, `bit ${bit}: ${ones} ones of ${n}`);
    assert(Math.abs(changes - n / 2) < limit, `bit ${bit}: ${changes} changes of ${n}`);
  }
});

Deno.test("sibling keys differ in half of their bits and their streams are uncorrelated", () => {
  const key = rootKey(1);
  let distance = 0;
  for (let i = 0; i < 2000; i++) {
    for (const [a, b] of [[key.at(i), key.at(i + 1)], [key.key(`w${i}`), key.key(`w${i + 1}`)]]) {
      const x = BigInt(`0x${a}`) ^ BigInt(`0x${b}`);
      distance += x.toString(2).replaceAll("0", "").length;
    }
  }
  // 4,000 pairs of 64 bits: mean 32, standard deviation of the mean 4 / sqrt(4000) = 0.063.
  assert(Math.abs(distance / 4000 - 32) < 0.25, `mean distance ${distance / 4000}`);
});

Deno.test("keys have the values on record", () => {
  assertEquals(rootKey(42).key("data").toString(), "5023a32613db7fb1");
  assertEquals(rootKey(42).key("weights/lstm-1/kernel").toString(), "9606c02192747a19");
  assertEquals(rootKey(42).at(7).toString(), "7e191c58f65e1212");
  assertEquals(elementKey(rootKey(42), 7).toString(), "cf4badc13ca22aa1");
});
