/**
 * Splittable random keys. Randomness is a parameter: a function that draws takes a {@linkcode Key},
 * and gives each of its parts a child of it by name, so that adding a draw moves no other.
 *
 * A key is 64 bits. Everything it yields is Threefry under that key at counters whose top byte says
 * what for, so that under one key no two uses ever meet (Threefry is one-to-one in the counter):
 *
 * | top byte | use | rest of the counter |
 * | --- | --- | --- |
 * | 0 | `bits` | number of the pair of words |
 * | 1 | `at(i)` | `i` |
 * | 2 | `key(name)` | length of the name in bytes; its bytes are then absorbed 8 at a time |
 * | 3 | what one element of a draw needs beyond its share of `bits` | number of the element |
 *
 * Two *different* keys are equal by chance only: about `n² / 2⁶⁵` among `n` keys.
 *
 * A key is good for one draw. `normal(key, …)` and `uniform(key, …)` of the same key read the same
 * bits and are not independent: derive a child for each.
 *
 * @module
 */

import { threefry2x32 } from "./threefry.ts";

const AT = 1 << 24;
const NAME = 2 << 24;
const ELEMENT = 3 << 24;

const TWO_32 = 2 ** 32;
const encoder = new TextEncoder();
const block = new Uint32Array(2);

/**
 * A source of random bits and of child keys; immutable. Made by {@linkcode rootKey}.
 *
 * @example
 * ```ts
 * import { Key, rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * const { word0, word1 } = rootKey(42).key("weights");
 * assertEquals(new Key(word0, word1).bits(3), rootKey(42).key("weights").bits(3));
 * ```
 */
export class Key {
  /** First key word, a 32-bit unsigned integer. */
  readonly word0: number;
  /** Second key word, a 32-bit unsigned integer. */
  readonly word1: number;

  /**
   * The key of two words, for reading back what `word0` and `word1` or `toString()` gave.
   *
   * @throws {RangeError} When a word is not an integer from 0 to 2³² − 1.
   */
  constructor(word0: number, word1: number) {
    if (word0 !== word0 >>> 0 || word1 !== word1 >>> 0) {
      throw new RangeError(
        `Cannot make a key of the words ${word0} and ${word1}: each is an integer from 0 to 2^32 - 1`,
      );
    }
    this.word0 = word0;
    this.word1 = word1;
  }

  /**
   * The child with this name path: `key.key("a/b")` is `key.key("a").key("b")`.
   *
   * Under one key, names of the same length up to 8 bytes never collide, longer ones by chance only;
   * names collide neither with `at` nor with `bits`. Names are compared as UTF-8 bytes, without normalisation.
   *
   * @param path Segments joined by `/`, each with at least one character.
   * @throws {RangeError} When a segment is empty or has a lone surrogate.
   *
   * @example
   * ```ts
   * import { rootKey } from "assay";
   * import { assertEquals, assertNotEquals } from "@std/assert";
   *
   * const key = rootKey(7);
   * assertEquals(key.key("data/noise").toString(), key.key("data").key("noise").toString());
   * assertNotEquals(key.key("data").toString(), key.key("weights").toString());
   * ```
   */
  key(path: string): Key {
    let { word0, word1 } = this;
    for (const name of path.split("/")) {
      if (name === "" || !name.isWellFormed()) {
        throw new RangeError(
          `Cannot derive a key by the path ${JSON.stringify(path)}: the segment ` +
            `${JSON.stringify(name)} is ${name === "" ? "empty" : "not well-formed Unicode"}. ` +
            `Write names joined by single slashes, such as "data/noise"`,
        );
      }
      const bytes = encoder.encode(name);
      threefry2x32(word0, word1, NAME, bytes.length, block);
      for (let i = 0; i < bytes.length; i += 8) {
        threefry2x32(block[0]!, block[1]!, word(bytes, i), word(bytes, i + 4), block);
      }
      word0 = block[0]!;
      word1 = block[1]!;
    }
    return new Key(word0, word1);
  }

  /**
   * The child number `index`, for steps, epochs, rows. Children of one key are all different.
   *
   * @param index An integer from 0 to 2⁵³ − 1.
   *
   * @example
   * ```ts
   * import { rootKey } from "assay";
   * import { assertNotEquals } from "@std/assert";
   *
   * const order = rootKey(7).key("order");
   * assertNotEquals(order.at(0).toString(), order.at(1).toString());
   * assertNotEquals(order.at(0).toString(), order.key("0").toString());
   * ```
   */
  at(index: number): Key {
    return child(this, AT, index);
  }

  /**
   * Random words. Word `i` of the stream depends on the key and `i` alone, so a longer draw begins
   * with a shorter one, and `bits(n, offset)` is the end of `bits(offset + n)`. Words `2 j` and
   * `2 j + 1` are Threefry-2x32-20 of the counter `j` (high word, low word) under the key's words.
   *
   * @param n How many words.
   * @param offset Number of the first word, up to 2⁵³ − 1 − n.
   * @returns `[n]` u32, uniform over all values.
   *
   * @example
   * ```ts
   * import { rootKey } from "assay";
   * import { assertEquals } from "@std/assert";
   *
   * assertEquals([...rootKey(0).bits(2)], [0x6b200159, 0x99ba4efe]);
   * assertEquals(rootKey(0).bits(3, 5), rootKey(0).bits(8).slice(5));
   * ```
   */
  bits(n: number, offset = 0): Uint32Array<ArrayBuffer> {
    checkIndex(n, "the number of words");
    checkIndex(offset, "the offset");
    checkIndex(offset + n, "the last word");
    const skip = offset % 2;
    const words = new Uint32Array(skip + n + (skip + n) % 2);
    const first = (offset - skip) / 2;
    threefry2x32(this.word0, this.word1, Math.floor(first / TWO_32), first, words);
    return words.length === n ? words : words.slice(skip, skip + n);
  }

  /** The key as 16 hex digits, `word0` first. */
  toString(): string {
    return hex(this.word0) + hex(this.word1);
  }
}

/**
 * The key that a seed stands for: `word0` is its high part, `word1` its low 32 bits (as JAX does).
 * A run has one root key; everything else is derived from it.
 *
 * @param seed An integer from 0 to 2⁵³ − 1.
 * @throws {RangeError} On any other number.
 *
 * @example
 * ```ts
 * import { rootKey } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(rootKey(42).toString(), "000000000000002a");
 * ```
 */
export function rootKey(seed: number): Key {
  checkIndex(seed, "the seed");
  return new Key(Math.floor(seed / TWO_32), seed >>> 0);
}

/**
 * The key of what element `index` of a draw needs beyond its share of `bits`, such as the retries
 * of a rejection. Meets neither children nor `bits`. For `lib/random` only.
 */
export function elementKey(key: Key, index: number): Key {
  return child(key, ELEMENT, index);
}

function child(key: Key, use: number, index: number): Key {
  checkIndex(index, "the index");
  threefry2x32(key.word0, key.word1, use + Math.floor(index / TWO_32), index, block);
  return new Key(block[0]!, block[1]!);
}

/** Four bytes as a little-endian word; zeros beyond the end. */
function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | (bytes[at + 1] ?? 0) << 8 | (bytes[at + 2] ?? 0) << 16 |
    (bytes[at + 3] ?? 0) << 24;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}

function checkIndex(value: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(
      `Cannot draw from a key: ${what} is ${value}, but must be an integer from 0 to 2^53 - 1`,
    );
  }
}
