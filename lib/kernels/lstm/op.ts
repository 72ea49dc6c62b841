/**
 * A whole LSTM sequence as one differentiable operation on tensors.
 *
 * @module
 */

import { tf } from "../../device/tf.ts";
import { arithmetics } from "../arithmetic/arithmetic.ts";
import { register, type Shape } from "../operation.ts";
import { lstmGradientOracle, lstmInputGradientOracle, lstmOracle } from "./oracle.ts";
import { type LstmShape, tracePlanes } from "./shape.ts";
import { runLstm, runLstmGradient, runLstmInputGradient } from "./wasm.ts";
import { dispatchLstm, dispatchLstmGradient, dispatchLstmInputGradient } from "./wgsl.ts";

/** A type, not an interface, since tfjs wants an index signature. */
type Attributes = {
  readonly reversed: boolean;
  /** Whether the hidden states of all steps are wanted: the first output, which is missing otherwise. */
  readonly allSteps: boolean;
  /** Whether a gradient may be asked for: then the trace is the last output. */
  readonly traced: boolean;
};

const forward = register<
  "x" | "kernel" | "recurrentKernel" | "bias",
  "initialHidden" | "initialCell",
  Attributes
>({
  name: "AssayLstm",
  shapes(inputs, { allSteps, traced }) {
    const shape = shapeOf(inputs.x.shape, inputs.recurrentKernel.shape);
    const { batch, time, features, units } = shape;
    for (
      const [name, found, wanted] of [
        ["kernel", inputs.kernel.shape, [features, 4 * units]],
        ["recurrentKernel", inputs.recurrentKernel.shape, [units, 4 * units]],
        ["bias", inputs.bias.shape, [4 * units]],
        ["initialHidden", inputs.initialHidden?.shape, [batch, units]],
        ["initialCell", inputs.initialCell?.shape, [batch, units]],
      ] as const
    ) {
      if (found !== undefined && `${found}` !== `${wanted}`) {
        throw new RangeError(
          `Cannot run an LSTM on x [${inputs.x.shape}]: ${name} has the shape [${found}], but must have [${wanted}]`,
        );
      }
    }
    return [
      ...(allSteps ? [[batch, time, units]] : []),
      [batch, units],
      [batch, units],
      ...(traced ? [[tracePlanes(shape).size]] : []),
    ];
  },
  cpu(inputs, outputs, attributes) {
    const { x, kernel, recurrentKernel, bias, initialHidden, initialCell } = inputs;
    const results = lstmOracle(arithmetics.strict, shapeOf(x.shape, recurrentKernel.shape), {
      x: x.data,
      kernel: kernel.data,
      recurrentKernel: recurrentKernel.data,
      bias: bias.data,
      initialHidden: initialHidden?.data,
      initialCell: initialCell?.data,
      reversed: attributes.reversed,
    });
    const { hidden, finalHidden, finalCell, trace } = named(outputs, attributes);
    hidden?.data.set(results.hidden);
    finalHidden.data.set(results.finalHidden);
    finalCell.data.set(results.finalCell);
    trace?.data.set(results.trace);
  },
  wasm(pool, inputs, outputs, attributes) {
    const { hidden, finalHidden, finalCell, trace } = named(outputs, attributes);
    runLstm(pool, shapeOf(inputs.x.shape, inputs.recurrentKernel.shape), {
      x: inputs.x.data,
      kernel: inputs.kernel.data,
      recurrentKernel: inputs.recurrentKernel.data,
      bias: inputs.bias.data,
      initialHidden: inputs.initialHidden?.data ?? 0,
      initialCell: inputs.initialCell?.data ?? 0,
      hidden: hidden?.data ?? 0,
      finalHidden: finalHidden.data,
      finalCell: finalCell.data,
      trace: trace?.data ?? 0,
      reversed: attributes.reversed,
    });
  },
  webgpu(queue, inputs, outputs, attributes) {
    const { hidden, finalHidden, finalCell, trace } = named(outputs, attributes);
    dispatchLstm(queue, shapeOf(inputs.x.shape, inputs.recurrentKernel.shape), {
      x: inputs.x.data,
      kernel: inputs.kernel.data,
      recurrentKernel: inputs.recurrentKernel.data,
      bias: inputs.bias.data,
      initialHidden: inputs.initialHidden?.data,
      initialCell: inputs.initialCell?.data,
      hidden: hidden?.data,
      finalHidden: finalHidden.data,
      finalCell: finalCell.data,
      trace: trace?.data,
      reversed: attributes.reversed,
    });
  },
});

type GradientAttributes = LstmShape & {
  readonly reversed: boolean;
  /** Whether the gradients of the initial states are wanted: the last two outputs. */
  readonly statesWanted: boolean;
};

const backward = register<
  "trace" | "recurrentKernel" | "dFinalHidden" | "dFinalCell",
  "dHidden" | "initialCell",
  GradientAttributes
>({
  name: "AssayLstmGradient",
  shapes(_inputs, { batch, time, features, units, statesWanted }) {
    return [
      [time * batch, 4 * units],
      [features, 4 * units],
      [units, 4 * units],
      [4 * units],
      ...(statesWanted ? [[batch, units], [batch, units]] : []),
    ];
  },
  cpu(inputs, outputs, attributes) {
    const gradients = lstmGradientOracle(arithmetics.strict, attributes, {
      trace: inputs.trace.data,
      recurrentKernel: inputs.recurrentKernel.data,
      dHidden: inputs.dHidden?.data,
      dFinalHidden: inputs.dFinalHidden.data,
      dFinalCell: inputs.dFinalCell.data,
      initialCell: inputs.initialCell?.data,
      reversed: attributes.reversed,
    });
    const { dz, dKernel, dRecurrentKernel, dBias, dInitialHidden, dInitialCell } = gradients;
    [dz, dKernel, dRecurrentKernel, dBias, dInitialHidden, dInitialCell]
      .forEach((values, i) => outputs[i]?.data.set(values));
  },
  wasm(pool, inputs, outputs, attributes) {
    const [dz, dKernel, dRecurrentKernel, dBias, dInitialHidden, dInitialCell] = outputs
      .map(({ data }) => data);
    runLstmGradient(pool, attributes, {
      trace: inputs.trace.data,
      recurrentKernel: inputs.recurrentKernel.data,
      dHidden: inputs.dHidden?.data ?? 0,
      dFinalHidden: inputs.dFinalHidden.data,
      dFinalCell: inputs.dFinalCell.data,
      initialCell: inputs.initialCell?.data ?? 0,
      dz: dz!,
      dKernel: dKernel!,
      dRecurrentKernel: dRecurrentKernel!,
      dBias: dBias!,
      dInitialHidden: dInitialHidden ?? 0,
      dInitialCell: dInitialCell ?? 0,
      reversed: attributes.reversed,
    });
  },
  webgpu(queue, inputs, outputs, attributes) {
    const [dz, dKernel, dRecurrentKernel, dBias, dInitialHidden, dInitialCell] = outputs
      .map(({ data }) => data);
    dispatchLstmGradient(queue, attributes, {
      trace: inputs.trace.data,
      recurrentKernel: inputs.recurrentKernel.data,
      dHidden: inputs.dHidden?.data,
      dFinalHidden: inputs.dFinalHidden.data,
      dFinalCell: inputs.dFinalCell.data,
      initialCell: inputs.initialCell?.data,
      dz: dz!,
      dKernel: dKernel!,
      dRecurrentKernel: dRecurrentKernel!,
      dBias: dBias!,
      dInitialHidden,
      dInitialCell,
      reversed: attributes.reversed,
    });
  },
});

const inputGradient = register<
  "dz" | "kernel",
  never,
  LstmShape & { readonly reversed: boolean }
>({
  name: "AssayLstmInputGradient",
  shapes: (_inputs, { batch, time, features }) => [[batch, time, features]],
  cpu({ dz, kernel }, [dx], attributes) {
    const at = { dz: dz.data, kernel: kernel.data, reversed: attributes.reversed };
    dx!.data.set(lstmInputGradientOracle(arithmetics.strict, attributes, at));
  },
  wasm(pool, { dz, kernel }, [dx], attributes) {
    const at = { dz: dz.data, kernel: kernel.data, dx: dx!.data, reversed: attributes.reversed };
    runLstmInputGradient(pool, attributes, at);
  },
  webgpu(queue, { dz, kernel }, [dx], attributes) {
    const at = { dz: dz.data, kernel: kernel.data, dx: dx!.data, reversed: attributes.reversed };
    dispatchLstmInputGradient(queue, attributes, at);
  },
});

/** The tensors of a sequence. Gates stand in the order input, forget, cell, output. */
export interface LstmInputs {
  /** f32 `[batch, time, features]`. */
  readonly x: tf.Tensor;
  /** f32 `[features, 4 units]`. */
  readonly kernel: tf.Tensor;
  /** f32 `[units, 4 units]`. */
  readonly recurrentKernel: tf.Tensor;
  /** f32 `[4 units]`. */
  readonly bias: tf.Tensor;
  /** f32 `[batch, units]`. Default zero. */
  readonly initialHidden?: tf.Tensor | undefined;
  /** f32 `[batch, units]`. Default zero. */
  readonly initialCell?: tf.Tensor | undefined;
}

/** Settings of {@linkcode lstmSequence}. */
export interface LstmSequenceOptions {
  /** Reads time from its end. Default false. */
  readonly reversed?: boolean;
  /** Whether the hidden states of all steps are wanted. */
  readonly allSteps: boolean;
}

/** What a sequence leaves. */
export interface LstmOutputs {
  /** f32 `[batch, time, units]`, in the order of `x`; `null` unless all steps were wanted. */
  readonly hidden: tf.Tensor3D | null;
  /** f32 `[batch, units]`: after the step read last. */
  readonly finalHidden: tf.Tensor2D;
  /** f32 `[batch, units]`. */
  readonly finalCell: tf.Tensor2D;
}

/** The engine's way to run code with a gradient of its own and several outputs, which `tf.customGrad` lacks. */
interface Engine {
  runKernelFunc(call: {
    forwardFunc(
      backend: tf.KernelBackend,
      save: (tensors: readonly tf.Tensor[]) => void,
    ): tf.Tensor[];
    backwardsFunc(
      dys: readonly tf.Tensor[],
      saved: readonly tf.Tensor[],
    ): Record<string, () => tf.Tensor>;
    inputs: Record<string, tf.Tensor>;
  }): tf.Tensor[];
}

/**
 * Runs an LSTM over a sequence:
 *
 * `i, f, o = sigmoid(z_i), sigmoid(z_f), sigmoid(z_o)`, `g = tanh(z_g)` with `z = bias + x_t · kernel +
 * h · recurrentKernel`; `c = f c + i g`; `h = o tanh(c)`.
 *
 * Differentiable in all inputs through all outputs. See {@linkcode lstmOracle} for what each bit is.
 *
 * @throws {RangeError} When the shapes do not fit each other.
 *
 * @example
 * ```ts
 * import { openDevice, tf } from "assay";
 * import { assertEquals } from "@std/assert";
 *
 * await openDevice({ backend: "wasm" });
 * const { hidden, finalCell } = lstmSequence({
 *   x: tf.zeros([3, 5, 2]),
 *   kernel: tf.zeros([2, 16]),
 *   recurrentKernel: tf.zeros([4, 16]),
 *   bias: tf.zeros([16]),
 * }, { allSteps: true });
 * assertEquals([hidden!.shape, finalCell.shape], [[3, 5, 4], [3, 4]]);
 * ```
 */
export function lstmSequence(
  inputs: LstmInputs,
  { reversed = false, allSteps }: LstmSequenceOptions,
): LstmOutputs {
  const traced = tf.engine().isTapeOn();
  const given: Record<string, tf.Tensor> = {};
  for (const [name, tensor] of Object.entries(inputs)) if (tensor) given[name] = tensor;
  const outputs = (tf.engine() as unknown as Engine).runKernelFunc({
    inputs: given,
    forwardFunc(_backend, save) {
      const results = forward(inputs, { reversed, allSteps, traced });
      if (!traced) return results;
      const trace = results.pop()!;
      save([trace, inputs.kernel, inputs.recurrentKernel, ...stateOf(inputs)]);
      trace.dispose();
      return results;
    },
    backwardsFunc(dys, [trace, kernel, recurrentKernel, initialCell]) {
      const [dHidden, dFinalHidden, dFinalCell] = allSteps ? dys : [undefined, ...dys];
      const statesWanted = inputs.initialHidden !== undefined || initialCell !== undefined;
      const shape = shapeOf(inputs.x.shape, recurrentKernel!.shape);
      const [dz, dKernel, dRecurrentKernel, dBias, dInitialHidden, dInitialCell] = backward(
        {
          trace: trace!,
          recurrentKernel: recurrentKernel!,
          dHidden,
          dFinalHidden: dFinalHidden!,
          dFinalCell: dFinalCell!,
          initialCell,
        },
        { ...shape, reversed, statesWanted },
      );
      return {
        x: () => inputGradient({ dz: dz!, kernel: kernel! }, { ...shape, reversed })[0]!,
        kernel: () => dKernel!,
        recurrentKernel: () => dRecurrentKernel!,
        bias: () => dBias!,
        ...(inputs.initialHidden && { initialHidden: () => dInitialHidden! }),
        ...(inputs.initialCell && { initialCell: () => dInitialCell! }),
      };
    },
  });
  const [hidden, finalHidden, finalCell] = allSteps ? outputs : [null, ...outputs];
  return {
    hidden: hidden as tf.Tensor3D | null,
    finalHidden: finalHidden as tf.Tensor2D,
    finalCell: finalCell as tf.Tensor2D,
  };
}

function stateOf({ initialCell }: LstmInputs): tf.Tensor[] {
  return initialCell === undefined ? [] : [initialCell];
}

function shapeOf(x: Shape, recurrentKernel: Shape): LstmShape {
  const [batch, time, features] = x;
  const [units] = recurrentKernel;
  if (x.length !== 3 || !(batch! > 0 && time! > 0 && features! > 0 && units! > 0)) {
    throw new RangeError(
      `Cannot run an LSTM on x [${x}]: it must be [batch, time, features] with nothing empty`,
    );
  }
  return { batch: batch!, time: time!, features: features!, units: units! };
}

function named<Output>(outputs: readonly Output[], { allSteps, traced }: Attributes): {
  hidden: Output | undefined;
  finalHidden: Output;
  finalCell: Output;
  trace: Output | undefined;
} {
  const [finalHidden, finalCell] = allSteps ? outputs.slice(1) : outputs;
  return {
    hidden: allSteps ? outputs[0] : undefined,
    finalHidden: finalHidden!,
    finalCell: finalCell!,
    trace: traced ? outputs.at(-1) : undefined,
  };
}
