/**
 * The gradient of a scalar by variables, on the tape of tfjs.
 *
 * @module
 */

import { tf } from "./tf.ts";

/** The parts of the tfjs engine that it declares private. */
interface Engine {
  startTape(): void;
  endTape(): void;
  readonly state: { activeTape: readonly TapeNode[] | null; readonly gradientDepth: number };
}

/** An operation as the tape has it. */
interface TapeNode {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly outputs: readonly tf.Tensor[];
  /** Kept for its gradient. */
  readonly saved: readonly tf.Tensor[];
  /** The gradients of the inputs by those of the outputs; missing where the operation has none. */
  gradient?(dys: readonly (tf.Tensor | null)[]): Readonly<Record<string, () => tf.Tensor>>;
}

/**
 * What `tf.variableGrads` gives, by the same operations in the same order, at a smaller price: on networks of some
 * thousand parameters its way through the tape takes a tenth of a training step.
 *
 * @param loss Computes the scalar.
 * @returns The scalar, and by the variables' tfjs names the gradients; none of a variable that the scalar does not
 * depend on. All belong to the caller, or to the tidy around it.
 * @throws {Error} When an operation between a variable and the scalar has no gradient, or a gradient is being
 * computed already.
 *
 * @example
 * ```ts
 * import { openDevice, readBack, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const [w, other] = [3, 5].map((x) => tf.variable(tf.scalar(x)));
 * const { value, grads } = variableGradients(() => tf.mul(w!, w!), [w!, other!]);
 * assertEquals((await readBack([value, grads[w!.name]!])).map(([x]) => x), [9, 6]);
 * assertEquals(Object.keys(grads), [w!.name]);
 * ```
 */
export function variableGradients(
  loss: () => tf.Scalar,
  variables: readonly tf.Variable[],
): { readonly value: tf.Scalar; readonly grads: tf.NamedTensorMap } {
  const engine = tf.engine() as unknown as Engine;
  if (engine.state.gradientDepth > 0) {
    throw new Error("internal: Cannot compute gradients of variables within another gradient");
  }
  try {
    return tf.tidy(() => {
      const value = tf.tidy(() => {
        engine.startTape();
        try {
          return loss();
        } finally {
          engine.endTape();
        }
      });
      return { value, grads: backward(engine.state.activeTape!, value, variables) };
    });
  } finally {
    for (const { saved } of engine.state.activeTape ?? []) tf.dispose([...saved]);
    engine.state.activeTape = null;
  }
}

/** Goes along the tape for what depends on the variables, and back for what `value` depends on. */
function backward(
  tape: readonly TapeNode[],
  value: tf.Scalar,
  variables: readonly tf.Variable[],
): tf.NamedTensorMap {
  const moved = new Set(variables.map(({ id }) => id));
  const nodes = tape.filter(({ inputs, outputs }) => {
    for (const name in inputs) {
      if (!moved.has(inputs[name]!.id)) continue;
      for (const { id } of outputs) moved.add(id);
      return true;
    }
    return false;
  });
  const found = new Map<number, tf.Tensor>([[value.id, tf.ones(value.shape)]]);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!, { inputs, outputs } = node;
    if (!outputs.some(({ id }) => found.has(id))) continue;
    if (node.gradient === undefined) {
      throw new Error(`Cannot compute a gradient through ${node.kernelName}: it has none`);
    }
    const gradients = node.gradient(outputs.map(({ id }) => found.get(id) ?? null));
    for (const name in inputs) {
      const { id } = inputs[name]!;
      if (!moved.has(id)) continue;
      const own = gradients[name]!(), before = found.get(id);
      found.set(id, before === undefined ? own : tf.add(before, own));
    }
  }
  const grads: tf.NamedTensorMap = {};
  for (const { id, name } of variables) {
    const gradient = found.get(id);
    if (gradient !== undefined) grads[name] = gradient;
  }
  return grads;
}
