// Batch normalisation in training and its gradients, step for step `batch_norm/oracle.ts`. Lanes hold
// columns, and the threads take sixteen at a time; only the gradient of x, which sums nothing, is shared out
// by rows. In all kernels x, y, dy and dx are `[rows, n]`, all others `[n]`.

import { COLUMNS, weightSums } from "./column_sums";
import { loadLanes, madd, storeLanes } from "./lanes";
import { firstUnit, nextUnit, threadsOf } from "./team";

/** `y = (x - mean) * inverse * gamma + beta`; writes mean, variance and inverse too. */
export function batchNorm(
  team: usize, thread: i32, rows: i32, n: i32, x: usize, gamma: usize, beta: usize, epsilon: f32,
  y: usize, mean: usize, variance: usize, inverse: usize,
): void {
  for (let unit = firstUnit(team); unit * COLUMNS < n; unit = nextUnit(team)) {
    let column = unit * COLUMNS;
    const last = min(column + COLUMNS, n);
    if (last - column == COLUMNS) statistics(true, 4, column, rows, n, x, epsilon, mean, variance, inverse);
    else {
      for (let from = column; from < last; from += 4) {
        statistics(false, min(4, last - from), from, rows, n, x, epsilon, mean, variance, inverse);
      }
    }
    for (; column < last; column += 4) {
      normalise(min(4, last - column), column, rows, n, x, gamma, beta, y, mean, inverse);
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

// @ts-ignore: decorator
@inline
function normalise(
  count: i32, column: i32, rows: i32, n: i32, x: usize, gamma: usize, beta: usize, y: usize,
  mean: usize, inverse: usize,
): void {
  const step = <usize>n << 2, at = <usize>column << 2;
  const m = loadLanes(mean + at, count), r = loadLanes(inverse + at, count);
  const g = loadLanes(gamma + at, count), b = loadLanes(beta + at, count);
  const end = at + <usize>rows * step;
  for (let i = at; i != end; i += step) {
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
  const step = <usize>n << 2;
  const units = threadsOf(team) * 4;
  const chunk = (rows + units - 1) / units;
  const divisor = f32x4.splat(<f32>rows);
  for (let unit = firstUnit(team); unit * chunk < rows; unit = nextUnit(team)) {
    const first = <usize>(unit * chunk) * step, last = <usize>min((unit + 1) * chunk, rows) * step;
    for (let column = 0; column < n; column += 4) {
      const count = min(4, n - column);
      const at = <usize>column << 2;
      const m = loadLanes(mean + at, count), r = loadLanes(inverse + at, count);
      const scale = f32x4.mul(loadLanes(gamma + at, count), r);
      const slope = f32x4.div(loadLanes(dGamma + at, count), divisor);
      const shift = f32x4.div(loadLanes(dBeta + at, count), divisor);
      for (let i = first + at; i != last + at; i += step) {
        const unit = f32x4.mul(f32x4.sub(loadLanes(x + i, count), m), r);
        const rest = f32x4.sub(loadLanes(dy + i, count), madd(unit, slope, shift));
        storeLanes(dx + i, f32x4.mul(rest, scale), count);
      }
    }
  }
}
