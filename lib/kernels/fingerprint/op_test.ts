import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { closeDevice, openDevice } from "../../device/device.ts";
import { readBack } from "../../device/read_back.ts";
import { tf } from "../../device/tf.ts";
import { floats, word } from "../arithmetic/testing.ts";
import { testEachStage } from "../testing.ts";
import { fingerprint } from "./op.ts";
import { fingerprintOracle, fingerprintsOf } from "./oracle.ts";

/** The definition, in integers of any size. */
function exact(values: Float32Array): number {
  const modulus = 2n ** 32n;
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const sum = [...words].reduce((sum, word, i) => {
    let x = (BigInt(word) + BigInt(i) * 0x9e3779b9n) % modulus;
    x = (x ^ (x >> 16n)) * 0x85ebca6bn % modulus;
    x = (x ^ (x >> 13n)) * 0xc2b2ae35n % modulus;
    return sum + (x ^ (x >> 16n));
  }, 0n);
  return Number(sum % modulus);
}

/** The fingerprints of arrays, all in one call, on the open device. */
async function found(arrays: readonly Float32Array[]): Promise<number[]> {
  const variables = tf.tidy(() => arrays.map((values) => tf.variable(tf.tensor1d(values))));
  const table = tf.tidy(() => tf.variable(tf.zeros([1, 2 * arrays.length])));
  fingerprint(variables, table, 0);
  const [row] = await readBack([table]);
  tf.dispose([...variables, table]);
  return [...fingerprintsOf(row!)];
}

/** The floats of some bits. */
const ofBits = (...words: number[]) => new Float32Array(Uint32Array.from(words).buffer);

/** A copy with the bits of element `i` changed. */
function changed(values: Float32Array, ...changes: readonly [i: number, mask: number][]) {
  const words = new Uint32Array(values.slice().buffer);
  for (const [i, mask] of changes) words[i]! ^= mask;
  return new Float32Array(words.buffer);
}

/** Fails unless none of `variants` has the fingerprint of `base`, and all have those of the definition. */
async function assertDetected(base: Float32Array, variants: readonly Float32Array[]) {
  const fingerprints = await found([base, ...variants]);
  assertEquals(fingerprints, [base, ...variants].map(exact));
  for (const other of fingerprints.slice(1)) assertNotEquals(other, fingerprints[0]);
}

const SIZE = 4099;
/** Element number `k` of a sample, any of them but the last, and so is the first's neighbour. */
const sampled = (k: number) => word(k) % (SIZE - 1);

testEachStage({ ulps: 0 }, {
  "`fingerprint()` is the definition's": async () => {
    const models = [
      [1],
      [5, 4097],
      [1, 7, 4096, 8209, 33, 5, 9000],
      [3, 70_001, 2, 16],
      Array.from({ length: 40 }, (_, i) => 1 + word(i) % 300),
    ];
    for (const sizes of models) {
      const arrays = sizes.map((size, i) => floats(size, i));
      assertEquals(await found(arrays), arrays.map(exact), `sizes ${sizes}`);
    }
    // Longer than one round of all workgroups.
    const long = floats(1_100_003, 1);
    assertEquals(await found([long]), [fingerprintOracle(long)]);
  },
  "`fingerprint()` sees all bits of NaN, zeros and subnormal numbers": async () => {
    const words = [0x7fc00000, 0x7fc00001, 0x7f800001, 0xffc00000, 0, 0x80000000, 1, 0x80000001, 2];
    const fingerprints = await found(words.map((bits) => ofBits(bits)));
    assertEquals(fingerprints, words.map((bits) => exact(ofBits(bits))));
    assertEquals(new Set(fingerprints).size, words.length);
    assertEquals(await found([ofBits(...words)]), [exact(ofBits(...words))]);
  },
  "`fingerprint()` detects a change of one bit": async () => {
    const base = floats(SIZE, 1);
    const ends = [0, SIZE - 1].map((i) => changed(base, [i, 1]));
    const sample = Array.from({ length: 64 }, (_, k) => changed(base, [sampled(k), 1 << k % 32]));
    await assertDetected(base, [...ends, ...sample]);
  },
  "`fingerprint()` detects two elements that change places": async () => {
    const base = floats(SIZE, 2);
    const words = new Uint32Array(base.buffer);
    const swapped = (i: number, j: number) => {
      const mask = words[i]! ^ words[j]!;
      return changed(base, [i, mask], [j, mask]);
    };
    const sample = Array.from({ length: 16 }, (_, k) => [
      swapped(sampled(k), sampled(k) + 1),
      swapped(sampled(k), SIZE - 1),
    ]);
    await assertDetected(base, sample.flat());
  },
  "`fingerprint()` detects two signs that flip": async () => {
    const base = floats(SIZE, 3);
    const sign = 0x80000000;
    const sample = Array.from({ length: 32 }, (_, k) => {
      const i = sampled(k);
      return changed(base, [i, sign], [k % 2 === 0 ? i + 1 : SIZE - 1, sign]);
    });
    await assertDetected(base, sample);
  },
  "`fingerprint()` writes its row and nothing else": async ({ compare }) => {
    const values = [floats(5, 1), floats(300, 2)];
    const before = floats(12, 3);
    const [table, ...variables] = tf.tidy(() => [
      tf.variable(tf.tensor2d(before, [3, 4])),
      ...values.map((own) => tf.variable(tf.tensor1d(own))),
    ]);
    const clone = tf.clone(table!);
    fingerprint(variables, table!, 1);
    const once = tf.clone(table!);
    fingerprint([...variables].reverse(), table!, 2);
    const rows = values.map(exact).map((f) => [f & 0xffff, f >>> 16]);
    const first = Float32Array.of(...before.slice(0, 4), ...rows.flat(), ...before.slice(8));
    const second = Float32Array.of(...first.slice(0, 8), ...rows.reverse().flat());
    await compare([table!, once, clone, ...variables], [second, first, before, ...values]);
  },
});

Deno.test("`fingerprintOracle()` gives answers known from elsewhere", () => {
  // By Python's integers.
  const known: [number, ...number[]][] = [
    [0],
    [0, 0],
    [0x6d3c65a0, -0],
    [0xb1aab1b6, 1],
    [0x36bdae8c, 0, 0, 0, 0, 0],
    [0x4f76060c, 1, 2, 3],
    [0x61834aef, 2, 1, 3],
    [0x7c697493, 0.5, -0.25, 3.25, 1e-45, -7, 100, 1e30],
  ];
  for (const [fingerprint, ...values] of known) {
    assertEquals(fingerprintOracle(Float32Array.from(values)), fingerprint, `of ${values}`);
  }
  assertEquals(fingerprintOracle(Float32Array.of(9, 1, 9).subarray(1, 2)), 0xb1aab1b6);
});

Deno.test("`fingerprint()` refuses a table without room", async () => {
  await openDevice({ backend: "cpu" });
  const before = tf.memory().numTensors;
  const [w, table, flat] = tf.tidy(() =>
    [[7], [3, 2], [2]].map((shape) => tf.variable(tf.zeros(shape)))
  );
  const refuse = (into: tf.Variable, row: number, text: string) =>
    assertThrows(() => fingerprint([w!], into, row), RangeError, text);
  for (const row of [-1, 3, 0.5, NaN]) refuse(table!, row, `row ${row} of a table of shape [3,2]`);
  refuse(flat!, 0, "1 variables into a table of shape [2]: it must be [rows, 2]");
  assertThrows(() => fingerprint([w!, w!], table!, 0), RangeError, "must be [rows, 4]");
  tf.dispose([w!, table!, flat!]);
  assertEquals(tf.memory().numTensors, before);
  await closeDevice();
});
