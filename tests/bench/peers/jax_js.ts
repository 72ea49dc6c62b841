/**
 * jax-js: the step written with its NumPy and compiled as a whole by its `jit`. It has no loop that can be
 * differentiated, so a sequence is unrolled. Its arrays are counted: a call takes its arguments, `.ref`
 * keeps one.
 *
 * @module
 */

import { defaultDevice, init, jit, lax, nn, numpy as np, random, valueAndGrad } from "@jax-js/jax";
import type { Case, LayerSpec } from "../cases.ts";
import { CannotRun, type Task } from "../protocol.ts";
import type { Training } from "../worker.ts";

type Arrays = np.Array[];
/** A layer on an input, which it takes, with its own parameters and a key, which stay. */
type Forward = (x: np.Array, parameters: Arrays, key: np.Array) => np.Array;
interface Layer {
  readonly shapes: readonly number[][];
  readonly forward: Forward;
  /** Shape of a sample behind it. */
  readonly output: readonly number[];
}

/** Builds the network of a task, and random data. */
export async function open(task: Task): Promise<Training> {
  const { case: spec, backend, learningRate } = task;
  if (spec.carried) {
    throw new CannotRun("its step is compiled as a whole, without a state beside it");
  }
  if (!(await init(backend)).includes(backend)) {
    throw new CannotRun(`jax-js could not open ${backend}`);
  }
  defaultDevice(backend);
  const { layers, output } = build(spec);
  const shapes = layers.flatMap(({ shapes }) => shapes);
  const input = spec.input.length < 3
    ? [...spec.input]
    : [spec.input[2]!, spec.input[0]!, spec.input[1]!];
  const noise = (seed: number, shape: number[]) => random.normal(random.key(seed), shape);
  const x = noise(0, [spec.batch, ...input]);
  const y = noise(1, [spec.batch, ...output]);

  const loss = (parameters: Arrays, x: np.Array, y: np.Array, key: np.Array): np.Array => {
    let at = 0;
    const predicted = layers.reduce((x, { shapes, forward }) => {
      const own = parameters.slice(at, at += shapes.length);
      const after = forward(x, own, key);
      for (const parameter of own) parameter.dispose();
      return after;
    }, x);
    key.dispose();
    return np.square(predicted.sub(y)).mean();
  };
  const step = jit((
    parameters: Arrays,
    first: Arrays,
    second: Arrays,
    corrections: np.Array,
    x: np.Array,
    y: np.Array,
    key: np.Array,
  ) => {
    const [value, gradients] = valueAndGrad(loss)(parameters.map((p) => p.ref), x, y, key);
    const m = first.map((m, i) => m.mul(0.9).add(gradients[i]!.ref.mul(0.1)));
    const v = second.map((v, i) => v.mul(0.999).add(np.square(gradients[i]!).mul(0.001)));
    const rate = corrections.ref.slice(0), scale = corrections.slice(1);
    const moved = parameters.map((p, i) =>
      p.sub(m[i]!.ref.mul(rate.ref).div(np.sqrt(v[i]!.ref).mul(scale.ref).add(1e-8)))
    );
    rate.dispose();
    scale.dispose();
    return [value, moved, m, v] as [np.Array, Arrays, Arrays, Arrays];
  });

  let parameters = shapes.map((shape, i) => noise(i + 2, shape).mul(0.05));
  let first = shapes.map((shape) => np.zeros(shape));
  let second = shapes.map((shape) => np.zeros(shape));
  let taken = 0;
  return {
    about: "jax-js 0.1.25",
    parameters: shapes.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0),
    async run(steps) {
      let total = np.zeros([]);
      for (let s = 0; s < steps; s++) {
        taken++;
        const corrections = np.array([
          learningRate / (1 - 0.9 ** taken),
          1 / Math.sqrt(1 - 0.999 ** taken),
        ]);
        let value: np.Array;
        [value, parameters, first, second] = step(
          parameters,
          first,
          second,
          corrections,
          x.ref,
          y.ref,
          random.key(taken),
        ) as [np.Array, Arrays, Arrays, Arrays];
        total = total.add(value);
      }
      const [sum] = await total.data();
      if (!Number.isFinite(sum)) throw new Error(`The loss of ${spec.name} became ${sum}`);
    },
  };
}

function build(
  spec: Case,
): { readonly layers: readonly Layer[]; readonly output: readonly number[] } {
  let shape: readonly number[] = spec.input.length < 3
    ? spec.input
    : [spec.input[2]!, spec.input[0]!, spec.input[1]!];
  const layers = spec.layers.map((layer, i) => {
    const built = layerOf(layer, shape, i);
    shape = built.output;
    return built;
  });
  return { layers, output: shape };
}

function layerOf(layer: LayerSpec, shape: readonly number[], index: number): Layer {
  const width = shape.at(-1)!;
  switch (layer.kind) {
    case "lstm": {
      const { units, sequences, both } = layer;
      const shapes = [[width, 4 * units], [units, 4 * units], [4 * units], [4 * units]];
      const outputs = both ? 2 * units : units;
      return {
        shapes: both ? [...shapes, ...shapes] : shapes,
        output: sequences ? [shape[0]!, outputs] : [outputs],
        forward(x, parameters) {
          if (!both) return lstm(x, parameters, sequences, false);
          const ahead = lstm(x.ref, parameters.slice(0, 4), sequences, false);
          return np.concatenate([ahead, lstm(x, parameters.slice(4), sequences, true)], -1);
        },
      };
    }
    case "repeat":
      return {
        shapes: [],
        output: [layer.steps, width],
        forward: (x) => np.stack(Array.from({ length: layer.steps }, () => x.ref), 1),
      };
    case "dense":
      return {
        shapes: [[width, layer.units], [layer.units]],
        output: [...shape.slice(0, -1), layer.units],
        forward(x, [kernel, bias]) {
          const sum = np.matmul(x, kernel!.ref).add(bias!.ref);
          return layer.activation === "relu" ? nn.relu(sum) : sum;
        },
      };
    case "dropout":
      return {
        shapes: [],
        output: shape,
        forward(x, _, key) {
          const own = random.split(key.ref, index + 1).slice(index);
          const kept = random.bernoulli(own, 1 - layer.rate, x.shape);
          return np.where(kept, x.div(1 - layer.rate), 0);
        },
      };
    case "batchNorm":
      return { shapes: [[width], [width]], output: shape, forward: normalised(0) };
    case "conv": {
      const { filters, size, stride } = layer;
      const [channels, ...extent] = shape as [number, ...number[]];
      return {
        shapes: [[filters, channels, size, size], [filters, 1, 1]],
        output: [filters, ...extent.map((n) => Math.floor((n - size) / stride) + 1)],
        forward: (x, [kernel, bias]) =>
          lax.conv(x, kernel!.ref, [stride, stride], "VALID").add(bias!.ref),
      };
    }
    case "layerNorm":
      return {
        shapes: [[...shape], [...shape]],
        output: shape,
        forward: normalised(shape.map((_, i) => i + 1)),
      };
    case "leakyRelu":
      return { shapes: [], output: shape, forward: (x) => nn.leakyRelu(x, layer.slope) };
    case "flatten":
      return {
        shapes: [],
        output: [shape.reduce((a, b) => a * b, 1)],
        forward: (x) => x.reshape([x.shape[0]!, -1]),
      };
  }
}

/** Mean 0 and variance 1 over the axes, then a scale and a shift. */
function normalised(axis: number | number[]): Forward {
  return (x, [gamma, beta]) => {
    const centred = x.ref.sub(np.mean(x, axis, { keepdims: true }));
    const variance = np.mean(np.square(centred.ref), axis, { keepdims: true });
    return centred.div(np.sqrt(variance.add(1e-5))).mul(gamma!.ref).add(beta!.ref);
  };
}

/** An LSTM from a zero state, unrolled; reads the sequence from its end when `backwards`. */
function lstm(x: np.Array, parameters: Arrays, sequences: boolean, backwards: boolean): np.Array {
  const [kernel, recurrent, bias, recurrentBias] = parameters.map((p) => p.ref) as [
    np.Array,
    np.Array,
    np.Array,
    np.Array,
  ];
  const [batch] = x.shape as [number];
  const units = recurrent.shape[0]!;
  const inputs = np.unstack(np.matmul(x, kernel).add(bias).add(recurrentBias), 1);
  if (backwards) inputs.reverse();
  let h = np.zeros([batch, units]), c = np.zeros([batch, units]);
  const states: Arrays = [];
  for (const input of inputs) {
    const sum = input.add(np.matmul(h, recurrent.ref));
    const gate = (g: number) => sum.ref.slice([], [g * units, (g + 1) * units]);
    const [i, f, g, o] = [
      nn.sigmoid(gate(0)),
      nn.sigmoid(gate(1)),
      np.tanh(gate(2)),
      nn.sigmoid(gate(3)),
    ];
    sum.dispose();
    c = f!.mul(c).add(i!.mul(g!));
    h = o!.mul(np.tanh(c.ref));
    if (sequences) states.push(h.ref);
  }
  c.dispose();
  recurrent.dispose();
  if (!sequences) return h;
  h.dispose();
  return np.stack(backwards ? states.reverse() : states, 1);
}
