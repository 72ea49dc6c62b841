import { assert, assertEquals, assertThrows } from "@std/assert";
import { testEachBackend } from "../device/each_backend.ts";
import { readBack } from "../device/read_back.ts";
import { tf, tfl } from "../device/tf.ts";
import { floats } from "../kernels/arithmetic/testing.ts";
import { rootKey } from "../random/key.ts";
import { bidirectional } from "./bidirectional.ts";
import { lastStep } from "./last_step.ts";
import { lstm } from "./lstm.ts";
import { assertClose, differences, referenceLstm, release } from "./reference.ts";

const own = { units: 3, biases: 1, key: rootKey(5) } as const;
const features = 2;
/** Of the sequences of a batch, in a padded time of one step more than the longest. */
const lengths = [4, 1, 6, 3];
const batch = lengths.length, time = 7;
const mask = lengths.flatMap((n) => Array.from({ length: time }, (_, t) => +(t < n)));
const values = floats(batch * time * features, 1);
const inPadding = (at: number) => mask[Math.floor(at / features)] === 0;
const onOutput = floats(batch * time * 6, 2);

/** Every recurrent layer that takes a mask. */
const layers: Record<string, (returnSequences: boolean) => tfl.layers.Layer> = {
  lstm: (returnSequences) => lstm({ ...own, returnSequences, name: "memory" }),
  "lstm, backwards": (returnSequences) =>
    lstm({ ...own, returnSequences, goBackwards: true, name: "memory" }),
  bidirectional: (returnSequences) => bidirectional({ ...own, returnSequences, name: "both" }),
};
const forms = Object.entries(layers).flatMap(([name, make]) =>
  [false, true].map((all) => ({ name: `${name}, ${all}`, all, layer: () => make(all) }))
);

/** The padded batch, with something else than zeros in the padding. */
const inputs = (padding = 1) => [
  tf.tensor3d(values.map((v, at) => inPadding(at) ? padding * v : v), [batch, time, features]),
  tf.tensor2d(mask, [batch, time]),
];

/** A layer's output of the masked batch in f64 as the definition reads, zeros behind each sequence. */
function reference(
  name: string,
  all: boolean,
  x: ArrayLike<number>,
  weights: readonly ArrayLike<number>[],
): Float64Array {
  const directions = name.startsWith("bidirectional")
    ? [false, true]
    : [name.includes("backwards")];
  const out: number[] = [];
  lengths.forEach((length, b) => {
    const steps = directions.map((backwards, d) => {
      const rows = Array.from({ length }, (_, t) => {
        const at = (b * time + (backwards ? length - 1 - t : t)) * features;
        return Array.from(x).slice(at, at + features);
      });
      const [kernel, recurrentKernel, bias] = weights.slice(3 * d);
      const hidden = referenceLstm({
        ...{ batch: 1, time: length, features, units: 3, x: rows.flat() },
        ...{ kernel: kernel!, recurrentKernel: recurrentKernel!, bias: bias! },
      });
      const read = rows.map((_, t) => [...hidden.slice(3 * t, 3 * t + 3)]);
      // What a step alone reads backwards stays in the order read; beside the other direction it does not.
      return all && backwards && directions.length > 1 ? read.reverse() : read;
    });
    const wanted = all ? Array.from({ length: time }, (_, t) => t) : [length - 1];
    for (const t of wanted) out.push(...steps.flatMap((read) => read[t] ?? [0, 0, 0]));
  });
  return Float64Array.from(out);
}

testEachBackend({
  "a masked recurrent layer reads each sequence as if it stood alone": async () => {
    for (const { name, layer: make, all } of forms) {
      const layer = make();
      // Padding has no effect, be it a number or not.
      const [x, real] = inputs(NaN);
      const together = layer.apply([x!, real!]) as tf.Tensor;
      assertEquals(
        together.shape,
        layer.computeOutputShape([[batch, time, features], [batch, time]]),
      );
      const width = together.shape.at(-1)!;
      const alone = lengths.map((length, b) =>
        tf.tidy(() => layer.apply(tf.slice(x!, [b, 0, 0], [1, length, features])) as tf.Tensor)
      );
      const [found, ...expected] = await readBack([together, ...alone]);
      const rows = found!.length / batch;
      expected.forEach((values, b) => {
        const padded = new Float32Array(all ? time * width : width);
        padded.set(values);
        assertEquals(found!.slice(b * rows, (b + 1) * rows), padded, `${name}, sequence ${b}`);
      });
      tf.dispose([x!, real!, together, ...alone]);
      release(layer);
    }
  },
  "a mask of ones changes no bit, and padding behind it none either": async () => {
    for (const { name, layer: make } of forms) {
      const layer = make();
      const outputs = tf.tidy(() => {
        const [x] = inputs();
        const ones = tf.ones([batch, time]);
        const longer = tf.concat([x!, tf.fill([batch, 5, features], 9)], 1);
        const mask = tf.concat([ones, tf.zeros([batch, 5])], 1);
        const padded = layer.apply([longer, mask]) as tf.Tensor;
        return [
          layer.apply(x!) as tf.Tensor,
          layer.apply([x!, ones]) as tf.Tensor,
          padded.rank === 3 ? tf.slice(padded, [0, 0, 0], [-1, time, -1]) : padded,
        ];
      });
      const [plain, masked, padded] = await readBack(outputs);
      assertEquals(masked, plain, name);
      assertEquals(padded, plain, name);
      tf.dispose(outputs);
      release(layer);
    }
  },
  "the gradients of a masked recurrent layer are what differences say of its definition":
    async () => {
      for (const { name, layer: make, all } of forms) {
        const layer = make();
        const [x, real, dirty, same] = [...inputs(), ...inputs(NaN)];
        const loss = (x: tf.Tensor) => {
          const y = layer.apply([x, real!]) as tf.Tensor;
          return tf.sum(tf.mul(y, tf.tensor(onOutput.slice(0, y.size), y.shape))) as tf.Scalar;
        };
        tf.tidy(() => void loss(x!));
        const variables = layer.weights.map((weight) => weight.read() as tf.Variable);
        const gradientsAt = (x: tf.Tensor) =>
          tf.tidy(() => {
            const { grads } = tf.variableGrads(() => loss(x), variables);
            return [tf.grad(loss)(x), ...variables.map(({ name }) => grads[name]!)];
          });
        const gradients = [...gradientsAt(x!), ...gradientsAt(dirty!)];
        const [dx, ...found] = await readBack(gradients);
        const weights = await readBack(variables);
        const score = (x: ArrayLike<number>, weights: readonly ArrayLike<number>[]) =>
          reference(name, all, x, weights).reduce((sum, v, i) => sum + v * onOutput[i]!, 0);
        assertClose(dx!, differences((v) => score(v, weights), values), 1e-4, `${name}: x`);
        assert(dx!.every((v, at) => !inPadding(at) || v === 0), `${name}: ${dx}`);
        weights.forEach((at, i) => {
          const expected = differences((v) => score(values, weights.with(i, v as never)), at);
          assertClose(found[i]!, expected, 1e-4, `${name}: weight ${i}`);
        });
        // Nor does what stands in the padding reach a gradient.
        assertEquals(found.slice(weights.length), [dx!, ...found.slice(0, weights.length)], name);
        tf.dispose([x!, real!, dirty!, same!, ...gradients]);
        release(layer);
      }
    },
  "`lastStep()` takes of all steps what the layer returns without them": async () => {
    for (const name of ["lstm", "bidirectional"]) {
      const [all, last] = [true, false].map((steps) => layers[name]!(steps));
      const outputs = tf.tidy(() => {
        const [x, real] = inputs();
        const taken = lastStep({ bidirectional: name === "bidirectional", name: "last" });
        return [
          taken.apply([all!.apply([x!, real!]) as tf.Tensor, real!]) as tf.Tensor,
          last!.apply([x!, real!]) as tf.Tensor,
          // A mask that leaves no step leaves nothing.
          taken.apply([tf.ones([1, time, 4]), tf.zeros([1, time])]) as tf.Tensor,
        ];
      });
      const [taken, expected, nothing] = await readBack(outputs);
      assertEquals(taken, expected);
      assertEquals(nothing, new Float32Array(4));
      tf.dispose(outputs);
      release(all!, last!);
    }
  },
});

Deno.test("a recurrent layer with a mask is saved under a name of its own", () => {
  for (const [name, make] of Object.entries(layers)) {
    const classOf = (masked: boolean) => {
      const layer = make(true);
      const x = tfl.input({ shape: [null, features] }), real = tfl.input({ shape: [null] });
      const y = layer.apply(masked ? [x, real] : x) as tfl.SymbolicTensor;
      assertEquals(y.shape.slice(0, 2), [null, null]);
      return layer.getClassName();
    };
    const stock = name === "bidirectional" ? "Bidirectional" : "LSTM";
    assertEquals([classOf(false), classOf(true)], [stock, `Assay${stock.replace("LSTM", "Lstm")}`]);
  }
});

Deno.test("recurrent layers refuse a mask that does not fit", () => {
  const x = tfl.input({ shape: [5, 3] });
  const refused = (layer: tfl.layers.Layer, shape: number[], text: string) =>
    assertThrows(() => layer.apply([x, tfl.input({ shape })]), RangeError, text);
  const make = { ...own, returnSequences: true, name: "memory" };
  for (const layer of [lstm, bidirectional]) {
    refused(layer(make), [4], "with a mask of shape [,4]: the mask must be [batch, time]");
    refused(layer(make), [5, 1], "with a mask of shape [,5,1]");
  }
  refused(lstm({ ...make, returnState: true }), [5], '"memory" with a mask: it has returnState');
  refused(lastStep({ name: "last" }), [4], '"last" on an input of shape [,5,3,,4]');
  refused(lastStep({ bidirectional: true, name: "last" }), [5], "known and even");
  assertThrows(() => lastStep({ name: "last" }).apply(x), RangeError, "their mask [batch, time]");
});
