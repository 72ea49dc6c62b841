// Batch normalisation in training and its gradients, step for step `batch_norm/oracle.ts`. Lanes hold
// columns, and the threads take sixteen at a time; only the gradient of x, which sums nothing, is shared out
// by rows. In all kernels x, y, dy and dx are `[rows, n]`, all others `[n]`.

import { COLUMNS, weightSums } from "./column_sums";
import { loadLanes, madd, storeLanes } from "./lanes";
import { firstUnit, nextUnit, threadsOf } from "./team";

/**
 * Rows whose elements are written together, column after column: what a column needs is loaded once for
 * them, and their cache lines stay in the first cache meanwhile.
 */
const ROWS: i32 = 8;

/** `y = (x - mean) * inverse * gamma + beta`; writes mean, variance and inverse too. */
export function batchNorm(
  team: usize, thread: i32, rows: i32, n: i32, x: usize, gamma: usize, beta: usize, epsilon: f32,
  y: usize, mean: usize, variance: usize, inverse: usize,
): void {
  for (let unit = firstUnit(team); unit * COLUMNS < n; unit = nextUnit(team)) {
    const first = unit * COLUMNS, last = min(first + COLUMNS, n);
    if (last - first == COLUMNS) statistics(true, 4, first, rows, n, x, epsilon, mean, variance, inverse);
    else {
      for (let column = first; column < last; column += 4) {
        statistics(false, min(4, last - column), column, rows, n, x, epsilon, mean, variance, inverse);
      }
    }
    for (let row = 0; row < rows; row += ROWS) {
      const count = min(ROWS, rows - row);
      let column = first;
      for (; column + 4 <= last; column += 4) {
        normalise(4, column, row, count, n, x, gamma, beta, y, mean, inverse);
      }
      if (column < last) {
        normalise(last - column, column, row, count, n, x, gamma, beta, y, mean, inverse);
      }
    }
  }
}

/** Mean, variance and inverse of sixteen columns, or, if not `wide`, of `count` up to four. */
// @ts-ignore: decorator
@inline
function statistics(
  wide: bool, count: i32, column: i32, rows: i32, n: i32, x: usize, epsilon: f32,
  mean: usize, variance: usize, inverse: usize,
): void {
  const step = <usize>n << 2, at = <usize>column << 2;
  const from = x + at, end = from + <usize>rows * step;
  const divisor = f32x4.splat(<f32>rows);
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (let a = from; a != end; a += step) {
    s0 = f32x4.add(s0, loadLanes(a, count));
    if (wide) {
      s1 = f32x4.add(s1, v128.load(a, 16));
      s2 = f32x4.add(s2, v128.load(a, 32));
      s3 = f32x4.add(s3, v128.load(a, 48));
    }
  }
  const m0 = f32x4.div(s0, divisor), m1 = f32x4.div(s1, divisor);
  const m2 = f32x4.div(s2, divisor), m3 = f32x4.div(s3, divisor);
  s0 = f32x4.splat(0); s1 = s0; s2 = s0; s3 = s0;
  for (let a = from; a != end; a += step) {
    const c0 = f32x4.sub(loadLanes(a, count), m0);
    s0 = madd(c0, c0, s0);
    if (wide) {
      const c1 = f32x4.sub(v128.load(a, 16), m1);
      const c2 = f32x4.sub(v128.load(a, 32), m2);
      const c3 = f32x4.sub(v128.load(a, 48), m3);
      s1 = madd(c1, c1, s1);
      s2 = madd(c2, c2, s2);
      s3 = madd(c3, c3, s3);
    }
  }
  write(count, at, m0, f32x4.div(s0, divisor), epsilon, mean, variance, inverse);
  if (wide) {
    write(4, at + 16, m1, f32x4.div(s1, divisor), epsilon, mean, variance, inverse);
    write(4, at + 32, m2, f32x4.div(s2, divisor), epsilon, mean, variance, inverse);
    write(4, at + 48, m3, f32x4.div(s3, divisor), epsilon, mean, variance, inverse);
  }
}

// @ts-ignore: decorator
@inline
function write(
  count: i32, at: usize, m: v128, v: v128, epsilon: f32, mean: usize, variance: usize, inverse: usize,
): void {
  storeLanes(mean + at, m, count);
  storeLanes(variance + at, v, count);
  const deviation = f32x4.sqrt(f32x4.add(v, f32x4.splat(epsilon)));
  storeLanes(inverse + at, f32x4.div(f32x4.splat(1), deviation), count);
}

/** `y` of `count` columns, one to four, in `rows` rows. */
// @ts-ignore: decorator
@inline
function normalise(
  count: i32, column: i32, row: i32, rows: i32, n: i32, x: usize, gamma: usize, beta: usize,
  y: usize, mean: usize, inverse: usize,
): void {
  const step = <usize>n << 2, at = <usize>column << 2;
  const m = loadLanes(mean + at, count), r = loadLanes(inverse + at, count);
  const g = loadLanes(gamma + at, count), b = loadLanes(beta + at, count);
  let i = at + <usize>row * step;
  for (const end = i + <usize>rows * step; i != end; i += step) {
    const unit = f32x4.mul(f32x4.sub(loadLanes(x + i, count), m), r);
    storeLanes(y + i, madd(unit, g, b), count);
  }
}

/** The gradients of gamma and beta. */
export function batchNormWeights(
  team: usize, thread: i32, rows: i32, n: i32, x: usize, dy: usize, mean: usize, inverse: usize,
  dGamma: usize, dBeta: usize,
): void {
  weightSums(true, team, rows, n, x, dy, mean, inverse, dGamma, dBeta);
}

/** The gradient of x, from those of gamma and beta. */
export function batchNormInput(
  team: usize, thread: i32, rows: i32, n: i32, x: usize, dy: usize, gamma: usize, mean: usize,
  inverse: usize, dGamma: usize, dBeta: usize, dx: usize,
): void {
  const units = threadsOf(team) * 4;
  const chunk = (rows + units - 1) / units;
  for (let unit = firstUnit(team); unit * chunk < rows; unit = nextUnit(team)) {
    const last = min((unit + 1) * chunk, rows);
    for (let row = unit * chunk; row < last; row += ROWS) {
      const count = min(ROWS, last - row);
      let column = 0;
      for (; column + 4 <= n; column += 4) {
        pull(4, column, row, count, rows, n, x, dy, gamma, mean, inverse, dGamma, dBeta, dx);
      }
      if (column < n) {
        pull(n - column, column, row, count, rows, n, x, dy, gamma, mean, inverse, dGamma, dBeta, dx);
      }
    }
  }
}

/** `dx` of `count` columns, one to four, in `few` of the rows. */
// @ts-ignore: decorator
@inline
function pull(
  count: i32, column: i32, row: i32, few: i32, rows: i32, n: i32, x: usize, dy: usize, gamma: usize,
  mean: usize, inverse: usize, dGamma: usize, dBeta: usize, dx: usize,
): void {
  const step = <usize>n << 2, at = <usize>column << 2;
  const divisor = f32x4.splat(<f32>rows);
  const m = loadLanes(mean + at, count), r = loadLanes(inverse + at, count);
  const scale = f32x4.mul(loadLanes(gamma + at, count), r);
  const slope = f32x4.div(loadLanes(dGamma + at, count), divisor);
  const shift = f32x4.div(loadLanes(dBeta + at, count), divisor);
  let i = at + <usize>row * step;
  for (const end = i + <usize>few * step; i != end; i += step) {
    const unit = f32x4.mul(f32x4.sub(loadLanes(x + i, count), m), r);
    const rest = f32x4.sub(loadLanes(dy + i, count), madd(unit, slope, shift));
    storeLanes(dx + i, f32x4.mul(rest, scale), count);
  }
}
