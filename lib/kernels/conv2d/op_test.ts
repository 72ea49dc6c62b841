import { assert, assertEquals, assertThrows } from "@std/assert";
import { closeDevice, openDevice } from "../../device/device.ts";
import { readBack } from "../../device/read_back.ts";
import { tf } from "../../device/tf.ts";
import { arithmetics } from "../arithmetic/arithmetic.ts";
import { floats } from "../arithmetic/testing.ts";
import { assertGradients, testEachStage } from "../testing.ts";
import { activate, type Activation, activations } from "../arithmetic/activation.ts";
import { slopesOracle } from "../dense/oracle.ts";
import { conv2d, type Conv2dOptions } from "./op.ts";
import { conv2dOracle, filterGradientOracle, inputGradientOracle } from "./oracle.ts";
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
  // Beyond a block of the convolution's sums.
  { x: [1, 5, 4, 66], kernel: [3, 3, 66, 8], strides: [1, 1], padding: "valid" },
  // Beyond a block of the filter gradient's sums, and beyond what one thread does alone.
  { x: [5, 13, 12, 6], kernel: [3, 2, 6, 17], strides: [1, 1], padding: "valid" },
  { x: [3, 21, 20, 4], kernel: [8, 8, 4, 32], strides: [4, 4], padding: "same" },
  { x: [3, 45, 40, 4], kernel: [3, 4, 4, 17], strides: [2, 2], padding: "same" },
];

const exactly: Readonly<Record<Activation, (x: number) => number>> = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  leakyRelu: (x) => x < 0 ? 0.01 * x : x,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
};

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
      const activation = activations[index % activations.length]!;
      const shape = conv2dShape(one.x, one.kernel, one.strides, one.padding);
      const { x, kernel, bias, dy } = arraysOf(shape, one);
      // Small sums, since the slope of a saturated tanh amplifies a difference in the last bit.
      for (const array of [kernel, bias]) array.forEach((v, i) => array[i] = v / 16);
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
      const y = conv2dOracle(arithmetic, shape, x, kernel, bias).map((sum) =>
        activate(activation, sum, arithmetic)
      );
      const { dz, dBias } = slopesOracle(arithmetic, activation, shape.filters, y, dy);
      await compare(actual, [
        y,
        inputGradientOracle(arithmetic, shape, dz, kernel),
        filterGradientOracle(arithmetic, shape, x, dz),
        dBias,
      ], JSON.stringify(one));
    }
  },
  "`conv2d()` has the gradients of the function in f64": async () => {
    const one: Case = { x: [2, 5, 4, 3], kernel: [3, 2, 3, 5], strides: [2, 1], padding: "same" };
    for (const activation of activations) {
      const options: Conv2dOptions = { strides: one.strides, padding: one.padding, activation };
      const shape = conv2dShape(one.x, one.kernel, one.strides, one.padding);
      const { x, kernel, bias, dy } = arraysOf(shape, one);
      await assertGradients(
        (x, kernel, bias) => {
          const y = conv2d(x!, kernel!, { ...options, bias: bias! });
          return tf.sum(tf.mul(y, tf.tensor(dy, y.shape)));
        },
        (x, kernel, bias) =>
          exact(shape, x!, kernel!, bias!).reduce((sum, z, i) => {
            return sum + exactly[activation](z) * dy[i]!;
          }, 0),
        [
          { shape: one.x, values: x },
          { shape: one.kernel, values: kernel },
          { shape: [5], values: bias },
        ],
      );
    }
  },
});

testEachStage({ ulps: 64, backends: ["wasm", "webgpu"] }, {
  "`conv2d()` has gradients that sum over more outputs than a shader's loops may go round": async (
    { arithmetic, compare },
  ) => {
    const one: Case = {
      x: [2, 190, 170, 1],
      kernel: [1, 2, 1, 3],
      strides: [1, 1],
      padding: "same",
    };
    const shape = conv2dShape(one.x, one.kernel, one.strides, one.padding);
    const { x, kernel, bias, dy } = arraysOf(shape, one);
    const gradients = tf.tidy(() =>
      tf.grads((kernel: tf.Tensor, bias: tf.Tensor) =>
        conv2d(tf.tensor(x, one.x), kernel, { ...one, bias })
      )([tf.tensor(kernel, one.kernel), tf.tensor(bias)], tf.tensor(dy, [2, 190, 170, 3]))
    );
    const { dBias } = slopesOracle(arithmetic, "linear", 3, [], dy);
    await compare(gradients, [filterGradientOracle(arithmetic, shape, x, dy), dBias]);
  },
});

testEachStage({ ulps: 0, backends: ["cpu", "wasm"] }, {
  "`conv2d()` multiplies the zeros around images like anything else": async (
    { arithmetic, compare },
  ) => {
    const one: Case = { x: [2, 4, 5, 2], kernel: [3, 3, 2, 9], strides: [1, 2], padding: "same" };
    const shape = conv2dShape(one.x, one.kernel, one.strides, one.padding);
    const { x, kernel, dy } = arraysOf(shape, one);
    x.set([-0, NaN, Infinity, 1e-45, -1e-40], 3);
    kernel.set([Infinity, -0, NaN, 1e-45], 4);
    const bias = new Float32Array(9).fill(-0);
    for (const activation of activations) {
      const actual = tf.tidy(() => {
        const f = (x: tf.Tensor, kernel: tf.Tensor) =>
          conv2d(x, kernel, { ...one, activation, bias: tf.tensor(bias) });
        const inputs = [tf.tensor(x, one.x), tf.tensor(kernel, one.kernel)] as const;
        const y = f(...inputs);
        return [y, ...tf.grads(f)([...inputs], tf.tensor(dy, y.shape))];
      });
      const y = conv2dOracle(arithmetic, shape, x, kernel, bias).map((sum) =>
        activate(activation, sum, arithmetic)
      );
      const { dz } = slopesOracle(arithmetic, activation, shape.filters, y, dy);
      await compare(actual, [
        y,
        inputGradientOracle(arithmetic, shape, dz, kernel),
        filterGradientOracle(arithmetic, shape, x, dz),
      ]);
    }
  },
});

/** The convolution in f64, as its definition reads. */
function exact(
  shape: Conv2dShape,
  x: Float64Array,
  kernel: Float64Array,
  bias: Float64Array,
): Float64Array {
  const { batch, height, width, channels, kernelHeight, kernelWidth, filters } = shape;
  const { outHeight, outWidth } = shape;
  return Float64Array.from({ length: batch * outHeight * outWidth * filters }, (_, at) => {
    const filter = at % filters, output = Math.floor(at / filters);
    const column = output % outWidth, row = Math.floor(output / outWidth) % outHeight;
    const image = Math.floor(output / (outWidth * outHeight));
    let sum = bias[filter]!;
    for (let tap = 0; tap < kernelHeight * kernelWidth * channels; tap++) {
      const channel = tap % channels, place = Math.floor(tap / channels);
      const i = row * shape.strideHeight - shape.top + Math.floor(place / kernelWidth);
      const j = column * shape.strideWidth - shape.left + place % kernelWidth;
      if (i < 0 || i >= height || j < 0 || j >= width) continue;
      sum += x[((image * height + i) * width + j) * channels + channel]! *
        kernel[tap * filters + filter]!;
    }
    return sum;
  });
}

Deno.test("`conv2d()` and its gradients agree with stock tf.conv2d", async () => {
  await openDevice({ backend: "cpu" });
  const before = tf.memory().numTensors;
  for (const one of cases) {
    const { strides, padding } = one;
    const shape = conv2dShape(one.x, one.kernel, strides, padding);
    const { x, kernel, dy } = arraysOf(shape, one);
    const results = tf.tidy(() => {
      const inputs = [tf.tensor(x, one.x), tf.tensor(kernel, one.kernel)];
      return [
        (x: tf.Tensor, kernel: tf.Tensor) => conv2d(x, kernel, { strides, padding }),
        (x: tf.Tensor, kernel: tf.Tensor) =>
          tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, strides, padding),
      ].map((f) => {
        const y = f(inputs[0]!, inputs[1]!);
        return [y, ...tf.grads(f)(inputs, tf.tensor(dy, y.shape))];
      });
    });
    const [own, stock] = [await readBack(results[0]!), await readBack(results[1]!)];
    for (const [which, values] of own.entries()) {
      const theirs = stock[which]!;
      assertEquals(results[0]![which]!.shape, results[1]![which]!.shape);
      const limit = 1e-5 * theirs.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      values.forEach((value, i) =>
        assert(
          Math.abs(value - theirs[i]!) <= limit,
          `${JSON.stringify(one)} ${which}: element ${i} is ${value}, stock tfjs says ${theirs[i]}`,
        )
      );
    }
    tf.dispose(results);
  }
  assertEquals(tf.memory().numTensors, before);
  await closeDevice();
});

Deno.test("`conv2d()` computes no gradient that nobody asked for", async () => {
  await openDevice({ backend: "cpu" });
  const x = tf.ones([1, 3, 3, 1]), kernel = tf.ones([2, 2, 1, 1]);
  const { kernelNames, result } = await tf.profile(() =>
    tf.grad((kernel) => conv2d(x, kernel, { strides: 1, padding: "valid" }))(kernel)
  );
  assert(kernelNames.includes("AssayConv2dGradient"));
  assert(!kernelNames.includes("AssayConv2dInputGradient"));
  tf.dispose([x, kernel, result as tf.Tensor]);
  await closeDevice();
});

Deno.test("`conv2dOracle()` adds the products of the zeros around an image, so that -0 becomes 0", () => {
  const shape = conv2dShape([1, 1, 1, 1], [1, 2, 1, 1], [1, 1], "same");
  const { strict } = arithmetics;
  assertEquals([...conv2dOracle(strict, shape, [-0], [1, 1], [-0])], [0]);
  assertEquals([...conv2dOracle(strict, shape, [1], [1, Infinity])], [NaN]);
});

Deno.test("`conv2d()` refuses on WebGPU what a shader's loops cannot go round", async () => {
  await openDevice({ backend: "webgpu" });
  tf.tidy(() => {
    const x = tf.zeros([1, 8, 8, 1021]), kernel = tf.zeros([8, 8, 1021, 1]);
    const convolve = () => conv2d(x, kernel, { strides: 1, padding: "valid" });
    assertThrows(convolve, RangeError, "[8,8,1021,1] on WebGPU");
  });
  await closeDevice();
});

Deno.test("`conv2d()` refuses shapes that do not fit", async () => {
  await openDevice({ backend: "cpu" });
  tf.tidy(() => {
    const x = tf.zeros([1, 4, 4, 2]), options = { strides: 1, padding: "valid" } as const;
    const refuses = (kernel: number[], more: Partial<Conv2dOptions>, message: string) =>
      assertThrows(() => conv2d(x, tf.zeros(kernel), { ...options, ...more }), RangeError, message);
    refuses([3, 3, 1, 5], {}, "[1,4,4,2] with a kernel of shape [3,3,1,5]");
    refuses([3, 3, 2], {}, "the channels the same");
    refuses([5, 3, 2, 5], {}, "larger than the image");
    refuses([3, 3, 2, 5], { strides: [0, 1] }, "positive integers");
    refuses([3, 3, 2, 5], { bias: tf.zeros([4]) }, "5 filters");
    refuses([3, 3, 2, 5], { activation: "softmax" as "relu" }, '"softmax"');
  });
  await closeDevice();
});
