import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../numeric/errors.ts";
import { decodeSafetensors, safetensorsParts, type ShapedArray } from "./safetensors.ts";

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A file with this header, as text or value, and `size` bytes of data. */
function file(header: unknown, size = 0): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const length = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer);
  return joined([length, text, new Uint8Array(size)]);
}

const everyType: Record<string, ShapedArray> = {
  f64: { shape: [2], data: Float64Array.of(Math.PI, -0) },
  i64: { shape: [1], data: BigInt64Array.of(-(2n ** 63n)) },
  u64: { shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
  f32: { shape: [2, 1, 3], data: Float32Array.of(1, 2, 3, NaN, Infinity, 1e-45) },
  i32: { shape: [], data: Int32Array.of(-5) },
  u32: { shape: [1, 1], data: Uint32Array.of(4e9) },
  i16: { shape: [3], data: Int16Array.of(-1, 2, 3) },
  u16: { shape: [1], data: Uint16Array.of(65535) },
  i8: { shape: [5], data: Int8Array.of(-1, -2, -3, -4, -5) },
  u8: { shape: [0, 7], data: new Uint8Array(0) },
  "7": { shape: [2], data: Float32Array.of(8, 9).subarray(0, 2) },
  __proto: { shape: [1], data: Float32Array.of(1) },
};

Deno.test("`decodeSafetensors()` gives back every element type, shape and bit", () => {
  const bytes = joined(safetensorsParts(everyType, { b: "ü", a: "" }));
  for (const shift of [0, 1, 2, 3, 5, 8]) {
    const moved = new Uint8Array(bytes.length + shift).subarray(shift);
    moved.set(bytes);
    const { tensors, metadata } = decodeSafetensors(moved, "f");
    assertEquals(new Map(Object.entries(everyType)), new Map(tensors));
    assertEquals([...metadata], [["a", ""], ["b", "ü"]]);
  }
});

Deno.test("`safetensorsParts()` writes the format's bytes", () => {
  const bytes = joined(safetensorsParts({ a: { shape: [1], data: Float32Array.of(1) } }));
  const header = '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
  assertEquals(header.length, 54);
  assertEquals(bytes.subarray(0, 8), Uint8Array.of(56, 0, 0, 0, 0, 0, 0, 0));
  assertEquals(new TextDecoder().decode(bytes.subarray(8, 64)), `${header}  `);
  assertEquals(bytes.subarray(64), Uint8Array.of(0, 0, 0x80, 0x3f));
});

Deno.test("`safetensorsParts()` depends on contents only and copies no data", () => {
  const reversed = Object.fromEntries(Object.entries(everyType).reverse());
  assertEquals(joined(safetensorsParts(everyType)), joined(safetensorsParts(reversed)));
  const data = Float32Array.of(1, 2);
  const [, part] = safetensorsParts({ data: { shape: [2], data } });
  assert(part!.buffer === data.buffer);
  const shared = new Float32Array(new SharedArrayBuffer(8)).fill(3);
  const [, copy] = safetensorsParts({ data: { shape: [2], data: shared } });
  assertEquals(new Float32Array(copy!.buffer), Float32Array.of(3, 3));
});

Deno.test("`safetensorsParts()` refuses what the format cannot hold", () => {
  const data = Float32Array.of(1, 2);
  assertThrows(() => safetensorsParts({ a: { shape: [3], data } }), RangeError, "shape [3]");
  assertThrows(
    () => safetensorsParts({ __metadata__: { shape: [2], data } }),
    RangeError,
    "reserved",
  );
  assertThrows(
    () => safetensorsParts({ a: { shape: [1], data: new Uint8ClampedArray(1) } }),
    TypeError,
    "Uint8ClampedArray",
  );
});

Deno.test("`decodeSafetensors()` says what is wrong with a file", () => {
  const f32 = (shape: unknown, data_offsets: unknown) => ({ dtype: "F32", shape, data_offsets });
  const faults: [Uint8Array<ArrayBuffer>, string][] = [
    [new Uint8Array(0), "it has 0 bytes"],
    [new Uint8Array(8).fill(255), "18446744073709551615 bytes"],
    [file({}, 0).subarray(0, 9), "its header should take 2 bytes, 1 are there"],
    [file("{"), "not JSON"],
    [file("[]"), "not a JSON object"],
    [file("null"), "not a JSON object"],
    [file("[".repeat(200_000)), "not JSON"],
    [file({}, 1), "end at byte 0 of 1"],
    [file({ __metadata__: { a: 1 } }), '"a" is not text'],
    [file({ __metadata__: [] }), "not an object"],
    [file({ a: 1 }), '"a" is not described'],
    [file({ a: { ...f32([1], [0, 4]), dtype: "F16" } }, 4), '"F16", known are F64'],
    [file({ a: { ...f32([1], [0, 4]), dtype: "toString" } }, 4), '"toString"'],
    [file({ a: f32([-1], [0, 4]) }, 4), "shape [-1]"],
    [file({ a: f32([1.5], [0, 6]) }, 6), "shape [1.5]"],
    [file({ a: f32("1", [0, 4]) }, 4), 'shape "1"'],
    [file({ a: f32([1], [0]) }, 4), "at [0]"],
    [file({ a: f32([1], [4, 0]) }, 4), "takes 4 bytes"],
    [file({ a: f32([2], [0, 4]) }, 4), "takes 8 bytes"],
    [file({ a: f32([2], [0, 8]) }, 4), "should stand at 0 to 8 of 4"],
    [file({ a: f32([2 ** 52, 2 ** 52], [0, 4]) }, 4), "takes"],
    [file({ a: f32([1], [0, 4]), b: f32([1], [0, 4]) }, 4), '"b" starts at byte 0'],
    [file({ a: f32([1], [0, 4]), b: f32([1], [8, 12]) }, 12), '"b" starts at byte 8'],
    [file({ a: f32([1], [0, 4]) }, 8), "end at byte 4 of 8"],
    [
      joined([file({ a: { dtype: "BOOL", shape: [1], data_offsets: [0, 1] } }), Uint8Array.of(2)]),
      "BOOL",
    ],
  ];
  for (const [bytes, message] of faults) {
    assertThrows(() => decodeSafetensors(bytes, "f"), InputError, message);
  }
  assertEquals(decodeSafetensors(file({}), "f").tensors.size, 0);
});

Deno.test("`decodeSafetensors()` refuses or stays within bounds for 2,000 damaged files", () => {
  const good = joined(safetensorsParts(everyType, { made: "by hand" }));
  const headerEnd = 8 + good[0]! + 256 * good[1]!;
  let state = 1;
  const random = (n: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * n);
  };
  let refused = 0;
  for (let trial = 0; trial < 2000; trial++) {
    let bytes = good.slice();
    const kind = trial % 5;
    if (kind === 0) bytes = bytes.slice(0, random(bytes.length));
    else if (kind === 1) bytes = joined([bytes, new Uint8Array(1 + random(40))]);
    else if (kind === 2) bytes[random(headerEnd)] = random(256);
    else if (kind === 3) bytes[random(headerEnd)]! ^= 1 << random(8);
    // A digit for a digit keeps the JSON valid and changes shapes and offsets.
    else {
      const digits = [...bytes.keys()].filter((i) =>
        i >= 8 && i < headerEnd && bytes[i]! >= 48 && bytes[i]! <= 57
      );
      for (let k = 0; k < 1 + random(3); k++) {
        bytes[digits[random(digits.length)]!] = 48 + random(10);
      }
    }
    let held = 0;
    try {
      for (const [, { shape, data }] of decodeSafetensors(bytes, "f").tensors) {
        assertEquals(shape.reduce((product, size) => product * size, 1), data.length);
        held += data.byteLength;
      }
      const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
      assertEquals(held, bytes.length - 8 - header);
    } catch (error) {
      assert(error instanceof InputError, String(error));
      refused++;
    }
  }
  // Names, metadata and padding can change without harm; sizes cannot.
  assert(refused > 1200 && refused < 2000, `${refused} refused`);
});
