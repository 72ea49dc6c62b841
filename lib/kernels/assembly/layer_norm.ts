// Layer normalisation and its gradients, step for step `layer_norm/oracle.ts`. The threads take rows; for
// the gradients of gamma and beta, columns. In all kernels x, y, dy and dx are `[rows, n]`, gamma and beta
// `[n]`, mean and inverse `[rows]`.

import { weightSums } from "./column_sums";
import { loadLanes, madd, storeLanes } from "./lanes";
import { chainsOf, rowSum, SHIFTS, SLOPES, SQUARES, VALUES } from "./row_sums";
import { firstUnit, nextUnit, threadsOf } from "./team";

/** Rows of a unit of work: four units for each thread even out a core that others use too. */
// @ts-ignore: decorator
@inline
function rowsOfUnit(team: usize, rows: i32): i32 {
  const units = threadsOf(team) * 4;
  return (rows + units - 1) / units;
}

/** `y = (x - mean) * inverse * gamma + beta` of up to four elements. */
// @ts-ignore: decorator
@inline
function normalise(
  x: usize, gamma: usize, beta: usize, y: usize, mean: v128, inverse: v128, count: i32,
): void {
  const unit = f32x4.mul(f32x4.sub(loadLanes(x, count), mean), inverse);
  storeLanes(y, madd(unit, loadLanes(gamma, count), loadLanes(beta, count)), count);
}

/** Also writes mean and inverse. `scratch` has `rowSumScratchBytes`. */
export function layerNorm(
  team: usize, thread: i32, rows: i32, n: i32, x: usize, gamma: usize, beta: usize, epsilon: f32,
  y: usize, mean: usize, inverse: usize, scratch: usize,
): void {
  const chains = chainsOf(scratch, thread);
  const zero = f32x4.splat(0);
  const bytes = <usize>n << 2, whole = bytes & ~15;
  const chunk = rowsOfUnit(team, rows);
  for (let unit = firstUnit(team); unit * chunk < rows; unit = nextUnit(team)) {
    const last = min((unit + 1) * chunk, rows);
    for (let row = unit * chunk; row < last; row++) {
      const from = x + <usize>row * bytes, to = y + <usize>row * bytes;
      const m = rowSum(VALUES, n, from, 0, 0, zero, zero, chains) / <f32>n;
      const means = f32x4.splat(m);
      const variance = rowSum(SQUARES, n, from, 0, 0, means, zero, chains) / <f32>n;
      const r = <f32>1 / sqrt<f32>(variance + epsilon);
      const inverses = f32x4.splat(r);
      let i: usize = 0;
      for (; i < whole; i += 16) normalise(from + i, gamma + i, beta + i, to + i, means, inverses, 4);
      if (i < bytes) {
        normalise(from + i, gamma + i, beta + i, to + i, means, inverses, n & 3);
      }
      store<f32>(mean + (<usize>row << 2), m);
      store<f32>(inverse + (<usize>row << 2), r);
    }
  }
}

/** `dx` of up to four elements. */
// @ts-ignore: decorator
@inline
function pull(
  x: usize, dy: usize, gamma: usize, dx: usize, mean: v128, inverse: v128, slope: v128, shift: v128,
  count: i32,
): void {
  const unit = f32x4.mul(f32x4.sub(loadLanes(x, count), mean), inverse);
  const scaled = f32x4.mul(loadLanes(dy, count), loadLanes(gamma, count));
  storeLanes(dx, f32x4.mul(f32x4.sub(scaled, madd(unit, slope, shift)), inverse), count);
}

/** The gradient of x. `scratch` has `rowSumScratchBytes`. */
export function layerNormInput(
  team: usize, thread: i32, rows: i32, n: i32, x: usize, dy: usize, gamma: usize, mean: usize,
  inverse: usize, dx: usize, scratch: usize,
): void {
  const chains = chainsOf(scratch, thread);
  const bytes = <usize>n << 2, whole = bytes & ~15;
  const chunk = rowsOfUnit(team, rows);
  for (let unit = firstUnit(team); unit * chunk < rows; unit = nextUnit(team)) {
    const last = min((unit + 1) * chunk, rows);
    for (let row = unit * chunk; row < last; row++) {
      const at = <usize>row * bytes;
      const a = x + at, b = dy + at, to = dx + at;
      const m = v128.load32_splat(mean + (<usize>row << 2));
      const r = v128.load32_splat(inverse + (<usize>row << 2));
      const shift = f32x4.splat(rowSum(SHIFTS, n, a, b, gamma, m, r, chains) / <f32>n);
      const slope = f32x4.splat(rowSum(SLOPES, n, a, b, gamma, m, r, chains) / <f32>n);
      let i: usize = 0;
      for (; i < whole; i += 16) pull(a + i, b + i, gamma + i, to + i, m, r, slope, shift, 4);
      if (i < bytes) pull(a + i, b + i, gamma + i, to + i, m, r, slope, shift, n & 3);
    }
  }
}

/** The gradients of gamma and beta. */
export function layerNormWeights(
  team: usize, thread: i32, rows: i32, n: i32, x: usize, dy: usize, mean: usize, inverse: usize,
  dGamma: usize, dBeta: usize,
): void {
  weightSums(false, team, rows, n, x, dy, mean, inverse, dGamma, dBeta);
}
