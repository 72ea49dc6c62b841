/**
 * A whole LSTM sequence as one differentiable operation on tensors.
 *
 * @module
 */

import { tf } from "../../device/tf.ts";
import { arithmetics } from "../arithmetic/arithmetic.ts";
import { register, type Shape } from "../operation.ts";
import { lstmGradientOracle, lstmInputGradientOracle, lstmOracle } from "./oracle.ts";
import { dzSize, type LstmShape, tracePlanes } from "./shape.ts";
import { runLstm, runLstmGradient, runLstmInputGradient } from "./wasm.ts";
import { dispatchLstm, dispatchLstmGradient, dispatchLstmInputGradient } from "./wgsl.ts";

/** A type, not an interface, since tfjs wants an index signature. */
type Attributes = {
  /** Steps where there is no `x` to tell. */
  readonly time: number | null;
  readonly reversed: boolean;
  /** Whether the hidden states of all steps are wanted: the first output, which is missing otherwise. */
  readonly allSteps: boolean;
  /** Whether a gradient may be asked for: then the trace is the last output. */
  readonly traced: boolean;
};

const forward = register<
  "recurrentKernel" | "bias",
  "x" | "kernel" | "initialHidden" | "initialCell",
  Attributes
>({
  name: "AssayLstm",
  shapes(inputs, attributes) {
    const { allSteps, traced } = attributes;
    const shape = shapeOf(inputs, attributes);
    const { batch, time, features, units } = shape;
    for (
      const [name, found, wanted] of [
        ["kernel", inputs.kernel?.shape, [features, 4 * units]],
        ["recurrentKernel", inputs.recurrentKernel.shape, [units, 4 * units]],
        ["bias", inputs.bias.shape, [...(inputs.bias.shape.length > 1 ? [batch] : []), 4 * units]],
        ["initialHidden", inputs.initialHidden?.shape, [batch, units]],
        ["initialCell", inputs.initialCell?.shape, [batch, units]],
      ] as const
    ) {
      if (found !== undefined && `${found}` !== `${wanted}`) {
        throw new RangeError(
          `Cannot run an LSTM on x [${inputs.x?.shape}]: ${name} has the shape [${found}], but must have [${wanted}]`,
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
    const results = lstmOracle(arithmetics.strict, shapeOf(inputs, attributes), {
      x: x?.data ?? [],
      kernel: kernel?.data ?? [],
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
    runLstm(pool, shapeOf(inputs, attributes), {
      x: inputs.x?.data ?? 0,
      kernel: inputs.kernel?.data ?? 0,
      recurrentKernel: inputs.recurrentKernel.data,
      bias: inputs.bias.data,
      initialHidden: inputs.initialHidden?.data ?? 0,
      initialCell: inputs.initialCell?.data ?? 0,
      hidden: hidden?.data ?? 0,
      finalHidden: finalHidden.data,
      finalCell: finalCell.data,
      trace: trace?.data ?? 0,
      reversed: attributes.reversed,
      biasBySample: inputs.bias.shape.length > 1,
    });
  },
  webgpu(queue, inputs, outputs, attributes) {
    const { hidden, finalHidden, finalCell, trace } = named(outputs, attributes);
    dispatchLstm(queue, shapeOf(inputs, attributes), {
      x: inputs.x?.data,
      kernel: inputs.kernel?.data,
      recurrentKernel: inputs.recurrentKernel.data,
      bias: inputs.bias.data,
      initialHidden: inputs.initialHidden?.data,
      initialCell: inputs.initialCell?.data,
      hidden: hidden?.data,
      finalHidden: finalHidden.data,
      finalCell: finalCell.data,
      trace: trace?.data,
      reversed: attributes.reversed,
      biasBySample: inputs.bias.shape.length > 1,
    });
  },
});

type GradientAttributes = LstmShape & {
  readonly reversed: boolean;
  readonly biasBySample: boolean;
  /** Whether the gradients of the initial states are wanted: the last two outputs. */
  readonly statesWanted: boolean;
};

const backward = register<
  "trace" | "recurrentKernel" | "dFinalHidden" | "dFinalCell",
  "dHidden" | "initialCell",
  GradientAttributes
>({
  name: "AssayLstmGradient",
  shapes(_inputs, { batch, time, features, units, biasBySample, statesWanted }) {
    return [
      [dzSize({ batch, time, features, units })],
      [features, 4 * units],
      [units, 4 * units],
      biasBySample ? [batch, 4 * units] : [4 * units],
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
      biasBySample: attributes.biasBySample,
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
      biasBySample: attributes.biasBySample,
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
      biasBySample: attributes.biasBySample,
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
  /**
   * f32 `[batch, time, features]`. A sequence that repeats one vector has no use for it: the product of
   * that vector and the kernel is a bias of each sample.
   */
  readonly x?: tf.Tensor | undefined;
  /** f32 `[features, 4 units]`, where there is `x`. */
  readonly kernel?: tf.Tensor | undefined;
  /** f32 `[units, 4 units]`. */
  readonly recurrentKernel: tf.Tensor;
  /** f32 `[4 units]`, or `[batch, 4 units]`: each sample's own. */
  readonly bias: tf.Tensor;
  /** f32 of the same shape: where there are two biases, their sum acts. */
  readonly recurrentBias?: tf.Tensor | undefined;
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
  /** Number of steps, where there is no `x` to tell. */
  readonly time?: number;
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
  { reversed = false, allSteps, time }: LstmSequenceOptions,
): LstmOutputs {
  const traced = tf.engine().isTapeOn();
  const given: Record<string, tf.Tensor> = {};
  for (const [name, tensor] of Object.entries(inputs)) if (tensor) given[name] = tensor;
  const outputs = (tf.engine() as unknown as Engine).runKernelFunc({
    inputs: given,
    forwardFunc(_backend, save) {
      const { recurrentBias, ...operands } = inputs;
      const { kernel, recurrentKernel, initialCell } = operands;
      // Here, and not before: off the tape it costs one operation instead of six.
      if (recurrentBias) operands.bias = tf.add(operands.bias, recurrentBias);
      const results = forward(operands, { time: time ?? null, reversed, allSteps, traced });
      if (!traced) return results;
      const trace = results.pop()!;
      const optional = [kernel, initialCell].filter((tensor) => tensor !== undefined);
      save([trace, recurrentKernel, ...optional]);
      trace.dispose();
      return results;
    },
    backwardsFunc(dys, [trace, recurrentKernel, ...optional]) {
      const [dHidden, dFinalHidden, dFinalCell] = allSteps ? dys : [undefined, ...dys];
      const kernel = inputs.kernel && optional.shift();
      const [initialCell] = optional;
      const statesWanted = inputs.initialHidden !== undefined || initialCell !== undefined;
      const shape = shapeOf(inputs, { time: time ?? null });
      const [dz, dKernel, dRecurrentKernel, dBias, dInitialHidden, dInitialCell] = backward(
        {
          trace: trace!,
          recurrentKernel: recurrentKernel!,
          dHidden,
          dFinalHidden: dFinalHidden!,
          dFinalCell: dFinalCell!,
          initialCell,
        },
        { ...shape, reversed, biasBySample: inputs.bias.rank > 1, statesWanted },
      );
      return {
        ...(kernel && {
          x: () => inputGradient({ dz: dz!, kernel }, { ...shape, reversed })[0]!,
          kernel: () => dKernel!,
        }),
        recurrentKernel: () => dRecurrentKernel!,
        bias: () => dBias!,
        ...(inputs.recurrentBias && { recurrentBias: () => tf.clone(dBias!) }),
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

function shapeOf(
  { x, recurrentKernel, bias }: {
    readonly x?: { readonly shape: Shape } | undefined;
    readonly recurrentKernel: { readonly shape: Shape };
    readonly bias: { readonly shape: Shape };
  },
  attributes: { readonly time: number | null },
): LstmShape {
  const [units] = recurrentKernel.shape;
  const [batch, time, features] = x?.shape ?? [bias.shape[0], attributes.time ?? 0, 0];
  const fits = x === undefined ? bias.shape.length === 2 : x.shape.length === 3 && features! > 0;
  if (!fits || !(batch! > 0 && time! > 0 && units! > 0)) {
    throw new RangeError(
      `Cannot run an LSTM on x [${x?.shape}]: it must be [batch, time, features] with nothing empty, or be ` +
        "left out with time given and a bias for each sample",
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
