import { assertEquals, assertThrows } from "@std/assert";
import { closeDevice, openDevice } from "../../device/device.ts";
import { tf } from "../../device/tf.ts";
import { floats } from "../arithmetic/testing.ts";
import { testEachStage } from "../testing.ts";
import { product } from "./op.ts";
import { gemmOracle } from "./oracle.ts";

testEachStage({ ulps: 1 }, {
  "`product()` is the oracle's": async ({ arithmetic, compare }) => {
    for (const [m, n, k] of [[1, 1, 1], [1, 5, 7], [7, 1, 3], [5, 9, 13], [33, 17, 265]] as const) {
      for (let variant = 0; variant < 8; variant++) {
        const [leftTransposed, rightTransposed] = [variant % 2 === 1, (variant >> 1) % 2 === 1];
        const start = variant < 4 ? "zero" : "bias";
        const [a, b, bias] = [floats(m * k, 1), floats(k * n, 2), floats(n, 3)];
        const shape = { m, n, k, leftTransposed, rightTransposed, start } as const;
        const y = tf.tidy(() =>
          product(
            tf.tensor2d(a, leftTransposed ? [k, m] : [m, k]),
            tf.tensor2d(b, rightTransposed ? [n, k] : [k, n]),
            {
              leftTransposed,
              rightTransposed,
              ...(start === "bias" && { bias: tf.tensor1d(bias) }),
            },
          )
        );
        const expected = gemmOracle(arithmetic, shape, a, b, bias);
        await compare([y], [expected], JSON.stringify(shape));
      }
    }
  },
});

Deno.test("`product()` refuses matrices that do not fit", async () => {
  await openDevice({ backend: "cpu" });
  tf.tidy(() => {
    const error = assertThrows(() => product(tf.zeros([2, 3]), tf.zeros([2, 3])), RangeError);
    assertEquals(
      error.message,
      "Cannot multiply matrices of shapes [2,3] and [2,3]: the sums would have 3 and 2 terms",
    );
  });
  await closeDevice();
});
