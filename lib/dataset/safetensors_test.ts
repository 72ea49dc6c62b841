import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InputError } from "../numeric/errors.ts";
import { rootKey } from "../random/key.ts";
import { writeParts } from "./atomic_file.ts";
import {
  decodeSafetensors,
  readSafetensors,
  safetensorsParts,
  type ShapedArray,
} from "./safetensors.ts";
import { damagedFiles, joined } from "./testing.ts";

/** A file with this header, as text or value, and `size` bytes of data. */
function file(header: unknown, size = 0): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const length = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer);
  return joined(length, text, new Uint8Array(size));
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
  const bytes = joined(...safetensorsParts(everyType, { b: "ü", a: "" }));
  for (const shift of [0, 1, 2, 3, 5, 8]) {
    const moved = new Uint8Array(bytes.length + shift).subarray(shift);
    moved.set(bytes);
    const { tensors, metadata } = decodeSafetensors(moved, "f");
    assertEquals(new Map(Object.entries(everyType)), new Map(tensors));
    assertEquals([...metadata], [["a", ""], ["b", "ü"]]);
  }
});

Deno.test("`safetensorsParts()` writes the format's bytes", () => {
  const bytes = joined(...safetensorsParts({ a: { shape: [1], data: Float32Array.of(1) } }));
  const header = '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
  assertEquals(header.length, 54);
  assertEquals(bytes.subarray(0, 8), Uint8Array.of(56, 0, 0, 0, 0, 0, 0, 0));
  assertEquals(new TextDecoder().decode(bytes.subarray(8, 64)), `${header}  `);
  assertEquals(bytes.subarray(64), Uint8Array.of(0, 0, 0x80, 0x3f));
});

Deno.test("`safetensorsParts()` depends on contents only and copies no data", () => {
  const reversed = Object.fromEntries(Object.entries(everyType).reverse());
  assertEquals(joined(...safetensorsParts(everyType)), joined(...safetensorsParts(reversed)));
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
      joined(file({ a: { dtype: "BOOL", shape: [1], data_offsets: [0, 1] } }), Uint8Array.of(2)),
      "BOOL",
    ],
  ];
  for (const [bytes, message] of faults) {
    assertThrows(() => decodeSafetensors(bytes, "f"), InputError, message);
  }
  assertEquals(decodeSafetensors(file({}), "f").tensors.size, 0);
});

Deno.test("`decodeSafetensors()` refuses what is deep or long in few words", () => {
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  const described = (shape: string) =>
    file(`{"a":{"dtype":"F32","shape":${shape},"data_offsets":[0,0]}}`);
  for (
    const shape of [deep, `[${deep}]`, `[${"7,".repeat(100_000)}1]`, `"${"a".repeat(100_000)}"`]
  ) {
    const { message } = assertThrows(() => decodeSafetensors(described(shape), "f"), InputError);
    assert(message.length < 1000, message.slice(0, 1000));
  }
});

Deno.test("`decodeSafetensors()` refuses 1,000 damaged files or reads arrays that fit", () => {
  const good = joined(...safetensorsParts(everyType, { made: "by hand", b: "" }));
  let refused = 0;
  for (const bytes of damagedFiles(good, rootKey(1), 1000)) {
    try {
      let held = 0;
      for (const { shape, data } of decodeSafetensors(bytes, "f").tensors.values()) {
        assert(shape.every((size) => Number.isSafeInteger(size) && size >= 0));
        assertEquals(shape.reduce((product, size) => product * size, 1), data.length);
        held += data.byteLength;
      }
      const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
      assertEquals(held, bytes.length - 8 - header);
    } catch (error) {
      assert(error instanceof InputError, String((error as Error).stack));
      assert(error.message.length < 1000, error.message);
      refused++;
    }
  }
  // Data, names and metadata can change without harm; sizes cannot.
  assert(refused > 500 && refused < 950, `${refused} refused`);
});

Deno.test("`readSafetensors()` reads no more of a file than its header says is there", async () => {
  const path = await Deno.makeTempFile();
  await writeParts(path, safetensorsParts(everyType, { made: "by hand" }));
  const { tensors, metadata } = await readSafetensors(path);
  assertEquals([new Map(Object.entries(everyType)), metadata.get("made")], [
    new Map(tensors),
    "by hand",
  ]);
  // Sparse: nothing on disk, and far too much for memory.
  await Deno.truncate(path, 2 ** 40);
  await assertRejects(() => readSafetensors(path), InputError, "its arrays end at byte");
  await Deno.truncate(path, 7);
  await assertRejects(() => readSafetensors(path), InputError, "it has 7 bytes");
  await Deno.remove(path);
  await assertRejects(() => readSafetensors(path), InputError, "Cannot read");
});
