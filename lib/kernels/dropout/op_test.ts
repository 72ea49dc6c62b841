import { assert, assertEquals, assertThrows } from "@std/assert";
import { closeDevice, openDevice } from "../../device/device.ts";
import { readBack } from "../../device/read_back.ts";
import { tf } from "../../device/tf.ts";
import { Key, rootKey } from "../../random/key.ts";
import { floats } from "../arithmetic/testing.ts";
import { assertGradients, testEachStage } from "../testing.ts";
import { dropout } from "./op.ts";
import { dropoutOracle, keeping } from "./oracle.ts";

/** Both words in full use, so that a sign would show. */
const key = new Key(0xfedcba98, 0x89abcdef);

testEachStage({ ulps: 0 }, {
  "`dropout()` is the oracle's": async ({ compare }) => {
    // All tails of eight; several units of work, the last one ragged, on several threads.
    for (const n of [...Array.from({ length: 17 }, (_, i) => i + 1), 50_003]) {
      for (const rate of [0.2, 0.5, 1 - 2 ** -31]) {
        const x = floats(n, 1);
        const y = tf.tidy(() => dropout(tf.tensor1d(x), { key, rate }));
        await compare([y], [dropoutOracle(x, key, rate)], `${n} at ${rate}`);
      }
    }
  },
  "`dropout()` keeps an element where `key.bits(n)` says so": async () => {
    const n = 1001;
    const y = tf.tidy(() => dropout(tf.ones([7, 11, 13]), { key, rate: 0.25 }));
    assertEquals(y.shape, [7, 11, 13]);
    const [kept] = await readBack([y]);
    const expected = Array.from(key.bits(n), (word) => word < 2 ** 30 ? 0 : Math.fround(4 / 3));
    assertEquals([...kept!], expected);
    tf.dispose(y);
  },
  "`dropout()` drops its share and leaves everything at rate 0": async () => {
    const n = 40_000;
    const x = floats(n, 2);
    const [all, some] = tf.tidy(() => [
      dropout(tf.tensor1d(x), { key, rate: 0 }),
      dropout(tf.tensor1d(x), { key, rate: 0.3 }),
    ]);
    const [same, rest] = await readBack([all!, some!]);
    assertEquals(same, x);
    const dropped = rest!.filter((v) => v === 0).length;
    // Five standard deviations of a binomial draw.
    const limit = 5 * Math.sqrt(n * 0.3 * 0.7);
    assert(Math.abs(dropped - 0.3 * n) < limit, `${dropped} dropped`);
    tf.dispose([all!, some!]);
  },
  "`dropout()` drops what is no number too": async () => {
    const y = tf.tidy(() =>
      dropout(tf.tensor1d([NaN, NaN, Infinity, -Infinity, -1, -0]), {
        key: rootKey(3),
        rate: 1 - 2 ** -32,
      })
    );
    const [values] = await readBack([y]);
    assert(values!.every((v) => Object.is(v, 0)), `${values}`);
    tf.dispose(y);
  },
  "`dropout()` has gradients that differences confirm": async () => {
    const weights = floats(15, 3);
    const words = key.bits(15);
    await assertGradients(
      (x) => tf.sum(tf.mul(dropout(x, { key, rate: 0.4 }), tf.tensor2d(weights, [3, 5]))),
      (x) =>
        x!.reduce(
          (sum, v, i) => sum + (words[i]! < 0.4 * 2 ** 32 ? 0 : v / 0.6 * weights[i]!),
          0,
        ),
      [{ shape: [3, 5], values: floats(15, 4) }],
    );
  },
});

Deno.test("`keeping()` has thresholds that are words", () => {
  assertEquals(keeping(0), { threshold: 0, factor: 1 });
  assertEquals(keeping(2 ** -33).threshold, 1);
  assertEquals(keeping(1 - 2 ** -53).threshold, 0xffffffff);
});

Deno.test("`dropout()` refuses what is no probability", async () => {
  await openDevice({ backend: "cpu" });
  tf.tidy(() => {
    for (const rate of [-0.1, 1, NaN]) {
      assertThrows(
        () => dropout(tf.ones([2]), { key, rate }),
        RangeError,
        `a rate of ${rate}`,
      );
    }
  });
  await closeDevice();
});
