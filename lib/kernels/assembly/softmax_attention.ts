// Attention pooling, step for step `softmax_attention/oracle.ts`. The threads take samples: a sum over the
// time or the width is one chain. `values` is `[batch, time, width]`, `scores` and `weights` are
// `[batch, time]`, `context` is `[batch, width]`, rows without gaps.

import { exp4 } from "./elementary";
import { loadLanes, madd, storeLanes } from "./lanes";
import { firstUnit, nextUnit, threadsOf } from "./team";

/** Samples of a unit of work: four units for each thread even out a core that others use too. */
// @ts-ignore: decorator
@inline
function samplesOfUnit(team: usize, batch: i32): i32 {
  const units = threadsOf(team) * 4;
  return (batch + units - 1) / units;
}

/** The softmax of one sample; where `mask`, if there is one, is zero, the weight is. */
function softmax(time: i32, scores: usize, mask: usize, weights: usize): void {
  let greatest: f32 = -f32.MAX_VALUE;
  for (let t = 0; t < time; t++) {
    const at = <usize>t << 2;
    if (mask && load<f32>(mask + at) == 0) continue;
    const score = load<f32>(scores + at);
    if (greatest < score) greatest = score;
  }
  const most = f32x4.splat(greatest), zero = f32x4.splat(0);
  for (let t = 0; t < time; t += 4) {
    const at = <usize>t << 2, count = time - t;
    let e = exp4(f32x4.sub(loadLanes(scores + at, count), most));
    if (mask) e = v128.andnot(e, f32x4.eq(loadLanes(mask + at, count), zero));
    storeLanes(weights + at, e, count);
  }
  let sum: f32 = 0;
  for (let t = 0; t < time; t++) sum += load<f32>(weights + (<usize>t << 2));
  const total = f32x4.splat(sum == 0 ? 1 : sum);
  for (let t = 0; t < time; t += 4) {
    const at = weights + (<usize>t << 2), count = time - t;
    storeLanes(at, f32x4.div(loadLanes(at, count), total), count);
  }
}

/** `lanes` vectors of columns, the last with `count` of them, of one sample's weighted sum. */
// @ts-ignore: decorator
@inline
function weightedColumns(
  lanes: i32, count: i32, time: i32, row: usize, weights: usize, values: usize, context: usize,
): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
  for (let t = 0; t < time; t++, weights += 4, values += row) {
    if (load<f32>(weights) == 0) continue;
    const weight = v128.load32_splat(weights);
    c0 = madd(weight, lanes > 1 ? v128.load(values) : loadLanes(values, count), c0);
    if (lanes > 1) {
      c1 = madd(weight, v128.load(values + 16), c1);
      c2 = madd(weight, v128.load(values + 32), c2);
      c3 = madd(weight, v128.load(values + 48), c3);
    }
  }
  if (lanes > 1) {
    v128.store(context, c0);
    v128.store(context + 16, c1);
    v128.store(context + 32, c2);
    v128.store(context + 48, c3);
  } else storeLanes(context, c0, count);
}

/** Weights and context; `mask` is `[batch, time]`, or 0. */
export function softmaxAttention(
  team: usize, thread: i32, batch: i32, time: i32, width: i32, scores: usize, values: usize,
  mask: usize, context: usize, weights: usize,
): void {
  const row = <usize>width << 2, steps = <usize>time << 2;
  const chunk = samplesOfUnit(team, batch);
  for (let first = firstUnit(team) * chunk; first < batch; first = nextUnit(team) * chunk) {
    const last = min(first + chunk, batch);
    for (let sample = first; sample < last; sample++) {
      const at = <usize>sample * steps;
      softmax(time, scores + at, mask ? mask + at : 0, weights + at);
      const from = values + at * <usize>width, to = context + <usize>sample * row;
      let j = 0;
      for (; j + 16 <= width; j += 16) {
        const column = <usize>j << 2;
        weightedColumns(4, 4, time, row, weights + at, from + column, to + column);
      }
      for (; j < width; j += 4) {
        const column = <usize>j << 2;
        weightedColumns(1, width - j, time, row, weights + at, from + column, to + column);
      }
    }
  }
}

/**
 * `out[t] = start[t] + Σⱼ dy[j] · values[t, j]` of `steps` time steps, one to four, as many lanes: blocks of
 * four by four values are transposed, so that each lane adds up its own row.
 */
// @ts-ignore: decorator
@inline
function stepDots(
  steps: i32, width: i32, row: usize, values: usize, dy: usize, start: usize, out: usize,
): void {
  // Steps that are not there repeat the first one.
  const v1 = values + (steps > 1 ? row : 0);
  const v2 = values + (steps > 2 ? 2 * row : 0);
  const v3 = values + (steps > 3 ? 3 * row : 0);
  let sums = loadLanes(start, steps);
  for (let j = 0; j < width; j += 4) {
    const at = <usize>j << 2, count = width - j;
    const r0 = loadLanes(values + at, count), r1 = loadLanes(v1 + at, count);
    const r2 = loadLanes(v2 + at, count), r3 = loadLanes(v3 + at, count);
    const low = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), lower = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const high = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7), higher = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    const from = dy + at;
    sums = madd(v128.load32_splat(from), v128.shuffle<f32>(low, lower, 0, 1, 4, 5), sums);
    if (count > 1) {
      sums = madd(v128.load32_splat(from, 4), v128.shuffle<f32>(low, lower, 2, 3, 6, 7), sums);
    }
    if (count > 2) {
      sums = madd(v128.load32_splat(from, 8), v128.shuffle<f32>(high, higher, 0, 1, 4, 5), sums);
    }
    if (count > 3) {
      sums = madd(v128.load32_splat(from, 12), v128.shuffle<f32>(high, higher, 2, 3, 6, 7), sums);
    }
  }
  storeLanes(out, sums, steps);
}

/** The gradient of one sample's scores; `dScores` holds those of its weights first. */
function scoreGradients(
  time: i32, width: i32, row: usize, values: usize, weights: usize, dContext: usize,
  dWeights: usize, dScores: usize,
): void {
  for (let t = 0; t < time; t += 4) {
    const at = <usize>t << 2;
    stepDots(time - t, width, row, values + <usize>t * row, dContext, dWeights + at, dScores + at);
  }
  const zero = f32x4.splat(0);
  let mean = zero;
  for (let t = 0; t < time; t++) {
    const at = <usize>t << 2;
    if (load<f32>(weights + at) == 0) continue;
    mean = madd(v128.load32_splat(weights + at), v128.load32_splat(dScores + at), mean);
  }
  for (let t = 0; t < time; t += 4) {
    const at = <usize>t << 2, count = time - t;
    const weight = loadLanes(weights + at, count);
    const pull = f32x4.mul(weight, f32x4.sub(loadLanes(dScores + at, count), mean));
    storeLanes(dScores + at, v128.andnot(pull, f32x4.eq(weight, zero)), count);
  }
}

/** The gradients of scores and values from those of context and weights. */
export function softmaxAttentionGradient(
  team: usize, thread: i32, batch: i32, time: i32, width: i32, values: usize, weights: usize,
  dContext: usize, dWeights: usize, dScores: usize, dValues: usize,
): void {
  const row = <usize>width << 2, steps = <usize>time << 2;
  const chunk = samplesOfUnit(team, batch);
  for (let first = firstUnit(team) * chunk; first < batch; first = nextUnit(team) * chunk) {
    const last = min(first + chunk, batch);
    for (let sample = first; sample < last; sample++) {
      const at = <usize>sample * steps;
      const dy = dContext + <usize>sample * row;
      const from = values + at * <usize>width;
      scoreGradients(time, width, row, from, weights + at, dy, dWeights + at, dScores + at);
      let to = dValues + at * <usize>width;
      for (let t: usize = 0; t < steps; t += 4, to += row) {
        const weight = v128.load32_splat(weights + at + t);
        for (let j = 0; j < width; j += 4) {
          const column = <usize>j << 2, count = width - j;
          storeLanes(to + column, f32x4.mul(weight, loadLanes(dy + column, count)), count);
        }
      }
    }
  }
}
