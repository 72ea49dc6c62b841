/**
 * Test support: safetensors files that were damaged in every way that comes to mind.
 *
 * @module
 */

import { integers } from "../random/distributions.ts";
import type { Key } from "../random/key.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * A file damaged in `count` seeded ways: flipped bits, cuts, insertions, zeroed ranges, other header lengths,
 * offsets swapped, names doubled, impossible numbers, deep and wide values, other metadata. Some come out as
 * they were.
 *
 * @param bytes A file with at least one array and metadata.
 */
export function* damagedFiles(bytes: Bytes, key: Key, count: number): Generator<Bytes> {
  for (let trial = 0; trial < count; trial++) {
    const numbers = integers(key.at(trial), 4, 0, 2 ** 31 - 1);
    yield damages[trial % damages.length]!(bytes.slice(), ...numbers as unknown as Numbers);
  }
}

/** From 0 to 2^31 - 1. */
type Numbers = readonly [number, number, number, number];

const lengths = [1n << 60n, (1n << 64n) - 1n, 1n << 63n, 1n << 32n, 0n, 1n, 100n];

const impossible =
  '-1 0.5 1e308 1e999 18446744073709551616 9007199254740993 -0 null "4" [] {} true 4.0 4e0 00'
    .split(" ");

const otherMetadata =
  '"a":"8" "a":"" "a":"7","a":"7" "a":"NaN" "a":7 "a":null "__proto__":"x" "a":{}'.split(" ");

const damages: readonly ((bytes: Bytes, ...numbers: Numbers) => Bytes)[] = [
  (bytes, a, b, c, d) => {
    for (const one of [a, b, c].slice(d % 3)) bytes[one % bytes.length]! ^= 1 << (one >> 16) % 8;
    return bytes;
  },
  (bytes, a) => bytes.slice(0, a % bytes.length),
  (bytes, a, b, c) => {
    const at = a % (bytes.length + 1);
    return joined(bytes.subarray(0, at), Uint8Array.of(b, c), bytes.subarray(at));
  },
  (bytes, a, b) => bytes.fill(0, a % bytes.length, a % bytes.length + 1 + b % 600),
  (bytes, a) => {
    new DataView(bytes.buffer).setBigUint64(0, lengths[a % lengths.length]!, true);
    return bytes;
  },
  // Two arrays' offsets change places.
  (bytes, a, b) =>
    withHeader(bytes, (text) => {
      const offsets = Array.from(text.matchAll(/"data_offsets":\[\d+,\d+\]/g), ([all]) => all);
      const [one, other] = [pick(offsets, a), pick(offsets, b)];
      return text.replace(one, "\0").replace(other, one).replace("\0", other);
    }),
  // A name stands there twice, once with another's array or its own.
  (bytes, a, b) =>
    withHeader(bytes, (text) => {
      const entries = Array.from(text.matchAll(/("[^"]+"):(\{"dtype"[^}]*\})/g));
      const [[all, name], [, , other]] = [pick(entries, a), pick(entries, b)];
      return text.replace(all, `${all},${name}:${other}`);
    }),
  // A digit for a digit keeps the JSON valid and changes shapes and offsets.
  (bytes, a, b, c, d) =>
    withHeader(bytes, (text) => {
      const characters = [...text];
      const digits = [...characters.keys()].filter((i) => /[0-9]/.test(characters[i]!));
      for (const n of [a, b, c].slice(d % 3)) characters[pick(digits, n)] = `${n % 10}`;
      return characters.join("");
    }),
  (bytes, a, b) =>
    withHeader(bytes, (text) => {
      const { index, 0: number } = pick([...text.matchAll(/(?<=[[,])\d+(?=[\],])/g)], a);
      return text.slice(0, index) + pick(impossible, b) + text.slice(index + number.length);
    }),
  (bytes, a, b, c) =>
    withHeader(bytes, (text) => {
      const [open, close] = pick([["[", "]"], ['{"a":', "}"], ["1,", ""]], a);
      const deep = `[${open!.repeat(b % 50_000)}1${close!.repeat(b % 50_000)}]`;
      return c % 2 === 0
        ? text.replace(/"shape":\[[\d,]*\]/, `"shape":${deep}`)
        : text.replace("{", `{"more":${deep},`);
    }),
  (bytes, a, b) =>
    withHeader(bytes, (text) => {
      const places = [...text.matchAll(/"\w+":"[^"]*"(?=[,}])/g)];
      const { index, 0: member } = pick(places, b);
      const more = pick(otherMetadata, a);
      return text.slice(0, index) + more + text.slice(index + member.length);
    }),
];

function pick<T>(values: readonly T[], n: number): T {
  return values[n % values.length]!;
}

/** The file with another header, whose length is right. */
function withHeader(bytes: Bytes, change: (text: string) => string): Bytes {
  const end = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const text = new TextEncoder().encode(change(new TextDecoder().decode(bytes.subarray(8, end))));
  const length = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer);
  return joined(length, text, bytes.subarray(end));
}

/** Bytes one after another. */
export function joined(...parts: readonly Uint8Array[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
