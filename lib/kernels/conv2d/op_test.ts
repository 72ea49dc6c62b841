import { assert, assertEquals, assertThrows } from "@std/assert";
import { closeDevice, openDevice } from "../../device/device.ts";
import { readBack } from "../../device/read_back.ts";
import { tf } from "../../device/tf.ts";
import { floats } from "../arithmetic/testing.ts";
import { assertGradients, testEachStage } from "../testing.ts";
import { activate, activationGradient, ACTIVATIONS } from "./activation.ts";
import { conv2d, type Conv2dOptions } from "./op.ts";
import {
  biasGradientOracle,
  conv2dOracle,
  filterGradientOracle,
  inputGradientOracle,
} from "./oracle.ts";
import { type Conv2dShape, conv2dShape } from "./shape.ts";

type Four = [number, number, number, number];

interface Case {
  readonly x: Four;
  readonly kernel: Four;
  readonly strides: [number, number];
  readonly padding: "valid" | "same";
}

const cases: readonly Case[] = [
  { x: [1, 1, 1, 1], kernel: [1, 1, 1, 1], strides: [1, 1], padding: "valid" },
  { x: [1, 5, 7, 3], kernel: [1, 1, 3, 5], strides: [1, 1], padding: "valid" },
  // A kernel as large as the image, and as wide.
  { x: [3, 4, 3, 2], kernel: [4, 3, 2, 9], strides: [1, 1], padding: "valid" },
  { x: [2, 5, 6, 7], kernel: [2, 6, 7, 1], strides: [2, 3], padding: "valid" },
  // Strides larger than the kernel leave pixels out; rows and columns are left over.
  { x: [2, 11, 9, 3], kernel: [2, 1, 3, 4], strides: [4, 3], padding: "valid" },
  { x: [2, 10, 11, 1], kernel: [3, 3, 1, 13], strides: [2, 2], padding: "valid" },
  // Same padding: odd and even kernels, larger than the image, strides beyond the kernel.
  { x: [2, 6, 5, 3], kernel: [3, 3, 3, 8], strides: [1, 1], padding: "same" },
  { x: [1, 7, 8, 2], kernel: [4, 2, 2, 6], strides: [2, 2], padding: "same" },
  { x: [1, 2, 3, 5], kernel: [5, 4, 5, 3], strides: [1, 2], padding: "same" },
  { x: [3, 9, 7, 2], kernel: [2, 1, 2, 3], strides: [3, 4], padding: "same" },
  // Beyond a block of the filter gradient's sums, and beyond what one thread does alone.
  { x: [5, 13, 12, 6], kernel: [3, 2, 6, 17], strides: [1, 1], padding: "valid" },
  { x: [3, 21, 20, 4], kernel: [8, 8, 4, 32], strides: [4, 4], padding: "same" },
];

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

function arraysOf(shape: Conv2dShape, { x, kernel }: Case) {
  return {
    x: floats(product(x), 1),
    kernel: floats(product(kernel), 2),
    bias: floats(shape.filters, 3),
    dy: floats(shape.batch * shape.outHeight * shape.outWidth * shape.filters, 4),
  };
}

testEachStage({ ulps: 64 }, {
  "`conv2d()` and its gradients are the oracle's": async ({ arithmetic, compare }) => {
    for (const [index, one] of cases.entries()) {
      const activation = ACTIVATIONS[index % 3]!;
      const shape = conv2dShape(one.x, one.kernel, one.strides, one.padding);
      const { x, kernel, bias, dy } = arraysOf(shape, one);
      const options = { strides: one.strides, padding: one.padding, activation };
      const actual = tf.tidy(() => {
        const f = (x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor) =>
          conv2d(x, kernel, { ...options, bias });
        const inputs: [tf.Tensor, tf.Tensor, tf.Tensor] = [
          tf.tensor(x, one.x),
          tf.tensor(kernel, one.kernel),
          tf.tensor(bias),
        ];
        const y = f(...inputs);
        return [y, ...tf.grads(f)(inputs, tf.tensor(dy, y.shape))];
      });
      const y = conv2dOracle(arithmetic, shape, x, kernel, bias).map((z) =>
        activate(z, activation)
      );
      const dz = dy.map((value, i) => activationGradient(value, y[i]!, activation));
      await compare(actual, [
        y,
        inputGradientOracle(arithmetic, shape, dz, kernel),
        filterGradientOracle(arithmetic, shape, x, dz),
        biasGradientOracle(shape, dz),
      ], JSON.stringify(one));
    }
  },
});
Deno.test("x", () => { assert(1); assertEquals(1,1); assertThrows; closeDevice; openDevice; readBack; assertGradients; null as unknown as Conv2dOptions });
