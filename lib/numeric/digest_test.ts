import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { digestArrays, digestParts, sha256Hex } from "./digest.ts";

// Expected digests were computed with Python's hashlib and struct.

Deno.test("`sha256Hex()` gives the published digest of nothing, and hashes text as UTF-8", () => {
  assertEquals(
    sha256Hex(""),
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
  assertEquals(
    sha256Hex("é"),
    "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c",
  );
  assertEquals(sha256Hex("é"), sha256Hex(Uint8Array.of(0xc3, 0xa9)));
});

Deno.test("`digestArrays()` covers name, element type, length and little-endian bytes", () => {
  assertEquals(
    digestArrays({ "é": Int32Array.of(1, -2, 3), bias: Float64Array.of(1.5, NaN) }),
    "c3fc94020d998db6143bfc017edcb2411b17fc669e776adb5279119091a71da2",
  );
  assertEquals(
    digestArrays({ x: Float32Array.of(-0, 0.1, NaN) }),
    "187d1965a15cd9287343b3eb2bacd771c2c53bbbb76952560f298f2e25221880",
  );
});

Deno.test("`digestArrays()` digests an array longer than its chunk, of odd size", () => {
  const x = Uint16Array.from({ length: 200_001 }, (_, i) => i);
  assertEquals(
    digestArrays({ x }),
    "123b02e32879fae3608b7bb5f58437420a00b667ecedb92a7a8b65db764ef090",
  );
});

Deno.test("`digestArrays()` sees every NaN as one and leaves the caller's bits alone", () => {
  const odd = new Uint32Array([0xffc00001, 0x7f800001]);
  const x = new Float32Array(odd.buffer);
  assertEquals(digestArrays({ x }), digestArrays({ x: Float32Array.of(NaN, NaN) }));
  assertEquals([...odd], [0xffc00001, 0x7f800001]);
  const wide = new Float64Array(new BigUint64Array([0xfff8000000000123n]).buffer);
  assertEquals(digestArrays({ x: wide }), digestArrays({ x: Float64Array.of(NaN) }));
});

Deno.test("`digestArrays()` tells apart names, types, lengths, boundaries and the sign of zero", () => {
  const digests = [
    digestArrays({}),
    digestArrays({ a: new Float32Array(0) }),
    digestArrays({ a: Float32Array.of(0) }),
    digestArrays({ a: Float32Array.of(-0) }),
    digestArrays({ a: Float32Array.of(0, 0) }),
    digestArrays({ b: Float32Array.of(0, 0) }),
    digestArrays({ a: Float32Array.of(0), b: Float32Array.of(0) }),
    digestArrays({ a: Int32Array.of(0) }),
    digestArrays({ a: Uint32Array.of(0) }),
    digestArrays({ a: Float64Array.of(0) }),
    digestArrays({ a: BigInt64Array.of(0n) }),
  ];
  assertEquals(new Set(digests).size, digests.length);
});

Deno.test("`digestArrays()` covers a view's own elements only, in shared memory too", () => {
  const shared = new Float32Array(new SharedArrayBuffer(16));
  shared.set([9, 1, 2, 9]);
  assertEquals(
    digestArrays({ x: shared.subarray(1, 3) }),
    digestArrays({ x: Float32Array.of(1, 2) }),
  );
});

Deno.test("`digestArrays()` refuses what is not a typed array and names it", () => {
  // deno-lint-ignore no-explicit-any
  assertThrows(() => digestArrays({ x: [1, 2] } as any), TypeError, '"x": it is [object Array]');
  // deno-lint-ignore no-explicit-any
  assertThrows(() => digestArrays({ x: undefined } as any), TypeError, '"x"');
});

Deno.test("`digestParts()` is SHA-256 of the canonical JSON", () => {
  assertEquals(
    digestParts({ b: "2", a: "1" }),
    "21f76dfbfe6dfe21f762080ef484112cf2952974cef30741fd1931e1c6d92112",
  );
  assertNotEquals(digestParts({ a: "12" }), digestParts({ a1: "2" }));
});
