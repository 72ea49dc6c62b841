/**
 * A whole LSTM sequence as one differentiable operation. Composed of tfjs kernels, but arranged so that
 * few of them run: the input product of all steps is one matrix product, the gradients of all weights
 * are another, and everything in the backward pass that does not wait for the next step is computed for
 * all steps at once.
 *
 * @module
 */

import { tf } from "../device/tf.ts";
import { weightGradients } from "./weight_gradients.ts";

/** The tensors of a sequence. Gates stand in the order input, forget, cell, output. */
export interface LstmInputs {
  /** `[batch, time, features]`. */
  readonly x: tf.Tensor3D;
  /** `[features, 4 hidden]`. */
  readonly kernel: tf.Tensor2D;
  /** `[hidden, 4 hidden]`. */
  readonly recurrentKernel: tf.Tensor2D;
  /** `[4 hidden]`. */
  readonly bias: tf.Tensor1D;
}

/**
 * What the backward pass needs of the forward pass, of one step or of all of them, step by step along
 * the rows: f32 `[rows, hidden]`, `gates` `[rows, 4 hidden]`. A type, not an interface, for `tf.tidy`.
 */
type Trace = {
  /** Hidden states. */
  readonly hidden: tf.Tensor2D;
  /** Cell states. */
  readonly cell: tf.Tensor2D;
  /** `tanh` of the cell states. */
  readonly squashed: tf.Tensor2D;
  /** `sigmoid` of all four gates' sums; the third quarter is not used. */
  readonly gates: tf.Tensor2D;
  /** `tanh` of the cell gate's sums. */
  readonly candidate: tf.Tensor2D;
};

/**
 * Runs an LSTM over a sequence from a zero state:
 *
 * `i, f, o = sigmoid(z_i), sigmoid(z_f), sigmoid(z_o)`, `g = tanh(z_g)` with `z = x_t · kernel + bias +
 * h · recurrentKernel`; `c = f c + i g`; `h = o tanh(c)`.
 *
 * Differentiable in all inputs (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).
 *
 * @param allSteps Whether to return the hidden state of every step or of the last.
 * @returns f32 `[batch, time, hidden]` or `[batch, hidden]`.
 */
export function lstmSequence(
  { x, kernel, recurrentKernel, bias }: LstmInputs,
  allSteps: boolean,
): tf.Tensor {
  const recorded = tf.engine().isTapeOn();
  const op = tf.customGrad((...args) => {
    const [x, kernel, recurrentKernel, bias, save] = args as unknown as [
      tf.Tensor3D,
      tf.Tensor2D,
      tf.Tensor2D,
      tf.Tensor1D,
      tf.GradSaveFunc,
    ];
    const steps = timeMajor(x);
    const { last, hidden, trace } = forward(
      steps,
      kernel,
      recurrentKernel,
      bias,
      x.shape[1],
      allSteps || recorded,
      recorded,
    );
    if (trace !== null) {
      save([
        steps,
        kernel,
        recurrentKernel,
        trace.hidden,
        trace.cell,
        trace.squashed,
        trace.gates,
        trace.candidate,
      ]);
    }
    return {
      value: allSteps ? batchMajor(hidden!, x.shape[1]) : last,
      gradFunc: (dy, saved) => {
        const [steps, kernel, recurrentKernel, hidden, cell, squashed, gates, candidate] =
          saved as tf.Tensor2D[];
        return backward(
          steps!,
          kernel!,
          recurrentKernel!,
          {
            hidden: hidden!,
            cell: cell!,
            squashed: squashed!,
            gates: gates!,
            candidate: candidate!,
          },
          x.shape[1],
          allSteps ? timeMajor(dy as tf.Tensor3D) : dy as tf.Tensor2D,
          allSteps,
        );
      },
    };
  });
  return op(x, kernel, recurrentKernel, bias);
}

/** `[batch, time, n]` to `[time batch, n]`, so that the rows of one step lie together. */
function timeMajor(x: tf.Tensor3D): tf.Tensor2D {
  const [batch, time, width] = x.shape;
  return tf.reshape(tf.transpose(x, [1, 0, 2]), [time * batch, width]);
}

/** `[time batch, n]` to `[batch, time, n]`. */
function batchMajor(x: tf.Tensor2D, time: number): tf.Tensor3D {
  const [rows, width] = x.shape;
  return tf.transpose(tf.reshape(x, [time, rows / time, width]), [1, 0, 2]);
}

function forward(
  steps: tf.Tensor2D,
  kernel: tf.Tensor2D,
  recurrentKernel: tf.Tensor2D,
  bias: tf.Tensor1D,
  time: number,
  keepHidden: boolean,
  keepTrace: boolean,
): { last: tf.Tensor2D; hidden: tf.Tensor2D | null; trace: Trace | null } {
  const batch = steps.shape[0] / time;
  const hiddenSize = recurrentKernel.shape[0];
  const quarter = (z: tf.Tensor2D, gate: number): tf.Tensor2D =>
    tf.slice(z, [0, gate * hiddenSize], [batch, hiddenSize]) as tf.Tensor2D;
  const inputs = tf.fused.matMul({ a: steps, b: kernel, bias });

  const done: Trace[] = [];
  let previous: Trace | null = null;
  for (let t = 0; t < time; t++) {
    const now: Trace = tf.tidy(() => {
      const input = tf.slice(inputs, [t * batch, 0], [batch, 4 * hiddenSize]);
      const z = previous === null
        ? input as tf.Tensor2D
        : tf.add(input, tf.matMul(previous.hidden, recurrentKernel)) as tf.Tensor2D;
      const gates = tf.sigmoid(z) as tf.Tensor2D;
      const candidate = tf.tanh(quarter(z, 2));
      const fresh = tf.mul(quarter(gates, 0), candidate);
      const cell = previous === null
        ? fresh as tf.Tensor2D
        : tf.add(tf.mul(quarter(gates, 1), previous.cell), fresh) as tf.Tensor2D;
      const squashed = tf.tanh(cell);
      const hidden = tf.mul(quarter(gates, 3), squashed) as tf.Tensor2D;
      return { hidden, cell, squashed, gates, candidate };
    });
    if (keepTrace || keepHidden) done.push(now);
    previous = now;
  }
  const stack = (part: keyof Trace) => tf.concat(done.map((step) => step[part]), 0);
  const hidden = keepHidden ? stack("hidden") : null;
  return {
    last: previous!.hidden,
    hidden,
    trace: keepTrace
      ? {
        hidden: hidden!,
        cell: stack("cell"),
        squashed: stack("squashed"),
        gates: stack("gates"),
        candidate: stack("candidate"),
      }
      : null,
  };
}

/**
 * Back-propagation through time. With `dh`, `dc` the gradients of a step's states:
 * `dc += dh · o (1 − tanh²c)`, `dz = [dc g i(1−i), dc c₋ f(1−f), dc i (1−g²), dh tanh(c) o(1−o)]`,
 * then `dc₋ = dc f` and `dh₋ = dz · recurrentKernelᵀ`. All factors are computed for all steps at once.
 *
 * @param dy `[time batch, hidden]` when all steps were returned, else `[batch, hidden]`.
 * @returns Gradients of x `[batch, time, features]`, kernel, recurrent kernel and bias.
 */
function backward(
  steps: tf.Tensor2D,
  kernel: tf.Tensor2D,
  recurrentKernel: tf.Tensor2D,
  { hidden, cell, squashed, gates, candidate }: Trace,
  time: number,
  dy: tf.Tensor2D,
  allSteps: boolean,
): tf.Tensor[] {
  return tf.tidy(() => {
    const [rows, hiddenSize] = hidden.shape;
    const batch = rows / time;
    const quarter = (gate: number) => tf.slice(gates, [0, gate * hiddenSize], [rows, hiddenSize]);
    const one = tf.scalar(1);
    const [factors, toCell, forget] = tf.tidy(() => {
      const [i, f, o] = [quarter(0), quarter(1), quarter(3)];
      const slope = (gate: tf.Tensor2D) => tf.mul(gate, tf.sub(one, gate));
      const toCandidate = tf.mul(i, tf.sub(one, tf.square(candidate)));
      return [
        tf.concat([
          tf.mul(candidate, slope(i)),
          tf.mul(shifted(cell, batch), slope(f)),
          toCandidate,
          tf.mul(squashed, slope(o)),
        ] as tf.Tensor2D[], 1),
        tf.mul(o, tf.sub(one, tf.square(squashed))) as tf.Tensor2D,
        f,
      ];
    });
    const recurrentTransposed = tf.transpose(recurrentKernel);

    const dz: tf.Tensor2D[] = [];
    let dh: tf.Tensor | null = allSteps ? null : dy;
    let dcNext: tf.Tensor | null = null;
    for (let t = time - 1; t >= 0; t--) {
      const at = (stacked: tf.Tensor2D) =>
        tf.slice(stacked, [t * batch, 0], [batch, stacked.shape[1]]);
      const [z, c, h]: tf.Tensor[] = tf.tidy(() => {
        const here = allSteps ? (dh === null ? at(dy) : tf.add(dh, at(dy))) : dh!;
        const toHere = tf.mul(here, at(toCell!));
        const dc = dcNext === null ? toHere : tf.add(dcNext, toHere);
        const z = tf.mul(tf.concat([dc, dc, dc, here], 1), at(factors!)) as tf.Tensor2D;
        return t === 0 ? [z] : [z, tf.mul(dc, at(forget!)), tf.matMul(z, recurrentTransposed)];
      });
      dz[t] = z as tf.Tensor2D;
      dcNext = c ?? null;
      dh = h ?? null;
    }
    const all = tf.concat(dz, 0);
    return [
      batchMajor(tf.matMul(all, tf.transpose(kernel)), time),
      ...weightGradients([steps, shifted(hidden, batch)], all),
    ];
  });
}

/** What each step found: the states one step earlier, zeros first. */
function shifted(states: tf.Tensor2D, batch: number): tf.Tensor2D {
  const [rows, width] = states.shape;
  const first = tf.zeros([batch, width]) as tf.Tensor2D;
  return rows === batch
    ? first
    : tf.concat([first, tf.slice(states, [0, 0], [rows - batch, width])], 0);
}
