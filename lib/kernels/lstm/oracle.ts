/**
 * The LSTM and its gradient as loops: what every other implementation must equal.
 *
 * @module
 */

import { add, type Arithmetic, multiply } from "../arithmetic/arithmetic.ts";
import { sigmoidf, tanhf } from "../arithmetic/elementary.ts";
import { gemmOracle } from "../gemm/oracle.ts";
import { type LstmShape, tracePlanes } from "./shape.ts";

/** What the forward pass reads, row by row; states that are missing are zero. */
export interface LstmOperands {
  /** `[batch, time, features]`, `features` possibly 0. */
  readonly x: ArrayLike<number>;
  /** `[features, 4 units]`, gates in the order input, forget, cell, output. */
  readonly kernel: ArrayLike<number>;
  /** `[units, 4 units]`. */
  readonly recurrentKernel: ArrayLike<number>;
  /** `[4 units]`, or `[batch, 4 units]` where it is each sample's own. */
  readonly bias: ArrayLike<number>;
  /** `[batch, units]`. */
  readonly initialHidden?: ArrayLike<number> | undefined;
  /** `[batch, units]`. */
  readonly initialCell?: ArrayLike<number> | undefined;
  /** Reads time from its end; what is returned by time keeps the order of `x`. */
  readonly reversed: boolean;
}

/** What the forward pass leaves. */
export interface LstmResults {
  /** `[batch, time, units]`. */
  readonly hidden: Float32Array;
  /** `[batch, units]`: after the step read last. */
  readonly finalHidden: Float32Array;
  /** `[batch, units]`. */
  readonly finalCell: Float32Array;
  /** See `tracePlanes()`. */
  readonly trace: Float32Array;
}

/**
 * The forward pass (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000):
 * `z = bias + x · kernel + h · recurrentKernel`, each sum one chain in that order;
 * `i, f, o = sigmoid(z_i), sigmoid(z_f), sigmoid(z_o)`, `g = tanh(z_g)`; `c = f c + i g`; `h = o tanh(c)`.
 */
export function lstmOracle(
  arithmetic: Arithmetic,
  shape: LstmShape,
  operands: LstmOperands,
): LstmResults {
  const { batch, time, features, units } = shape;
  const { x, kernel, recurrentKernel, bias, initialHidden, initialCell, reversed } = operands;
  const { madd } = arithmetic;
  const planes = tracePlanes(shape);
  const trace = new Float32Array(planes.size);
  const hidden = new Float32Array(batch * time * units);
  const h = Float32Array.from(initialHidden ?? new Float32Array(batch * units));
  const c = Float32Array.from(initialCell ?? new Float32Array(batch * units));
  const width = features + units + 1;
  const weights = [...Array.from(kernel), ...Array.from(recurrentKernel)];
  for (let s = 0; s < time; s++) {
    const t = reversed ? time - 1 - s : s;
    const inputs = trace.subarray(planes.inputs + s * batch * width).subarray(0, batch * width);
    for (let b = 0; b < batch; b++) {
      for (let f = 0; f < features; f++) {
        inputs[b * width + f] = x[(b * time + t) * features + f]!;
      }
      inputs.set(h.subarray(b * units, (b + 1) * units), b * width + features);
      inputs[(b + 1) * width - 1] = 1;
    }
    const joined = inputs.filter((_, i) => i % width < width - 1);
    const product = { m: batch, n: 4 * units, k: width - 1, start: "c" } as const;
    const starts = Array.from({ length: batch * 4 * units }, (_, i) => bias[i % bias.length]!);
    const z = gemmOracle(arithmetic, product, joined, weights, starts);
    for (let b = 0; b < batch; b++) {
      for (let u = 0; u < units; u++) {
        const at = b * units + u, row = s * batch * units + at;
        const gate = (which: number, f: typeof sigmoidf) => {
          const place = (b * 4 + which) * units + u;
          return trace[planes.gates + s * batch * 4 * units + place] = f(z[place]!, arithmetic);
        };
        const [i, f, g, o] = [
          gate(0, sigmoidf),
          gate(1, sigmoidf),
          gate(2, tanhf),
          gate(3, sigmoidf),
        ];
        c[at] = trace[planes.cells + row] = madd(f, c[at]!, multiply(i, g));
        const squashed = trace[planes.squashed + row] = tanhf(c[at]!, arithmetic);
        h[at] = hidden[(b * time + t) * units + u] = multiply(o, squashed);
      }
    }
  }
  return { hidden, finalHidden: h, finalCell: c, trace };
}

/** What the backward pass reads; gradients that are missing are zero. */
export interface LstmGradientOperands {
  /** The forward pass's. */
  readonly trace: ArrayLike<number>;
  /** `[units, 4 units]`. */
  readonly recurrentKernel: ArrayLike<number>;
  /** `[batch, time, units]`. */
  readonly dHidden?: ArrayLike<number> | undefined;
  /** `[batch, units]`. */
  readonly dFinalHidden?: ArrayLike<number> | undefined;
  /** `[batch, units]`. */
  readonly dFinalCell?: ArrayLike<number> | undefined;
  /** `[batch, units]`. */
  readonly initialCell?: ArrayLike<number> | undefined;
  readonly reversed: boolean;
  /** Whether each sample has a bias of its own. */
  readonly biasBySample: boolean;
}

/** What the backward pass leaves. */
export interface LstmGradients {
  /** `[time batch, 4 units]`: of the gates' sums, in the order of the trace. */
  readonly dz: Float32Array;
  /** `[features, 4 units]`. */
  readonly dKernel: Float32Array;
  /** `[units, 4 units]`. */
  readonly dRecurrentKernel: Float32Array;
  /** `[4 units]`; or `[batch, 4 units]`, sums over the steps from the last to the first. */
  readonly dBias: Float32Array;
  /** `[batch, units]`. */
  readonly dInitialHidden: Float32Array;
  /** `[batch, units]`. */
  readonly dInitialCell: Float32Array;
}

/**
 * Back-propagation through time. With `dh`, `dc` the gradients of a step's states and `q = tanh(c)`:
 * `dc += dh o (1 − q²)`, `dz = [dc g i (1−i), dc c₋ f (1−f), dc i (1−g²), dh q o (1−o)]`, then `dc₋ = dc f`
 * and `dh₋`, the chain of `dz · recurrentKernelᵀ` begun at that step's `dHidden`.
 */
export function lstmGradientOracle(
  arithmetic: Arithmetic,
  shape: LstmShape,
  operands: LstmGradientOperands,
): LstmGradients {
  const { batch, time, features, units } = shape;
  const { trace, recurrentKernel, dHidden, dFinalHidden, dFinalCell, initialCell } = operands;
  const { madd } = arithmetic;
  const planes = tracePlanes(shape);
  const zeros = new Float32Array(batch * units);
  const ofStep = (s: number) => {
    const t = operands.reversed ? time - 1 - s : s;
    return zeros.map((_, i) =>
      dHidden === undefined ? 0 : dHidden[(Math.floor(i / units) * time + t) * units + i % units]!
    );
  };
  const dz = new Float32Array(time * batch * 4 * units);
  const sums = new Float32Array(batch * 4 * units);
  const dc = Float32Array.from(dFinalCell ?? zeros);
  let dh: Float32Array = Float32Array.from(dFinalHidden ?? zeros);
  if (dHidden !== undefined) dh = ofStep(time - 1).map((dy, i) => add(dh[i]!, dy));
  for (let s = time - 1; s >= 0; s--) {
    const here = dz.subarray(s * batch * 4 * units, (s + 1) * batch * 4 * units);
    for (let b = 0; b < batch; b++) {
      for (let u = 0; u < units; u++) {
        const at = b * units + u, row = s * batch * units + at;
        const place = (which: number) => (b * 4 + which) * units + u;
        const gate = (which: number) => trace[planes.gates + s * batch * 4 * units + place(which)]!;
        const [i, f, g, o] = [gate(0), gate(1), gate(2), gate(3)];
        const q = trace[planes.squashed + row]!;
        const before = s > 0 ? trace[planes.cells + row - batch * units]! : initialCell?.[at] ?? 0;
        const d = madd(multiply(dh[at]!, o), madd(-q, q, 1), dc[at]!);
        const slope = (y: number) => multiply(y, add(1, -y));
        here[place(0)] = multiply(multiply(d, g), slope(i));
        here[place(1)] = multiply(multiply(d, before), slope(f));
        here[place(2)] = multiply(multiply(d, i), madd(-g, g, 1));
        here[place(3)] = multiply(multiply(dh[at]!, q), slope(o));
        dc[at] = multiply(d, f);
      }
    }
    here.forEach((v, i) => sums[i] = add(sums[i]!, v));
    const back = { m: batch, n: units, k: 4 * units, rightTransposed: true, start: "c" } as const;
    dh = gemmOracle(arithmetic, back, here, recurrentKernel, s > 0 ? ofStep(s - 1) : zeros);
  }
  const inputs = Float32Array.from(trace).subarray(planes.inputs);
  const m = features + units + 1, n = 4 * units;
  const weights = { m, n, k: time * batch, leftTransposed: true };
  const all = gemmOracle(arithmetic, weights, inputs, dz);
  return {
    dz,
    dKernel: all.slice(0, features * n),
    dRecurrentKernel: all.slice(features * n, (m - 1) * n),
    dBias: operands.biasBySample ? sums : all.slice((m - 1) * n),
    dInitialHidden: dh,
    dInitialCell: dc,
  };
}

/** `dx = dz · kernelᵀ`, f32 `[batch, time, features]`, in the order of `x`. */
export function lstmInputGradientOracle(
  arithmetic: Arithmetic,
  { batch, time, features, units }: LstmShape,
  { dz, kernel, reversed }: {
    readonly dz: ArrayLike<number>;
    readonly kernel: ArrayLike<number>;
    readonly reversed: boolean;
  },
): Float32Array {
  const product = { m: time * batch, n: features, k: 4 * units, rightTransposed: true };
  const steps = gemmOracle(arithmetic, product, dz, kernel);
  const dx = new Float32Array(steps.length);
  for (let row = 0; row < time * batch; row++) {
    const s = Math.floor(row / batch), b = row % batch;
    const t = reversed ? time - 1 - s : s;
    dx.set(steps.subarray(row * features, (row + 1) * features), (b * time + t) * features);
  }
  return dx;
}
