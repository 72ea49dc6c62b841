// The two loops of a self-organising map, four units at a time. AssemblyScript; `deno task build:wasm`
// compiles it into ../kernel_binary.ts. Plain SIMD without fused instructions: every CPU gives the same
// bits, those of ../testing.ts. Nothing is kept between calls: every pointer comes from the caller.
//
// Weights lie in blocks of eight units, [block][half][dimension][unit of the half] f32; units that the map
// does not have are far from everything and have rate 0. Samples are lists of their known cells: those of
// sample s are the `starts[s]`th to the one before `starts[s + 1]`, each the byte offset of its dimension
// in half a block and its value.

const LANE_NUMBERS = v128(0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0);

/**
 * Moves the weights to each of `count` samples in turn: with the best unit c, unit k goes by
 * `rates[class of k seen from c]` of the way.
 *
 * @param half Bytes of half a block of weights.
 * @param classes u16 by parity of c's row, row of k minus row of c, column of k minus column of c.
 * @param parityBytes From the classes of even rows to those of odd ones; 0 when they are the same.
 * @param spread Room for a rate of each unit; those beyond the map's are 0.
 */
export function train(
  weights: usize, blocks: i32, half: usize, starts: usize, offsets: usize, values: usize,
  samples: usize, count: i32, classes: usize, parityBytes: usize, rows: i32, columns: i32,
  rates: usize, spread: usize,
): void {
  for (let i = 0; i < count; i++) {
    const bounds = starts + (<usize>load<u32>(samples + (<usize>i << 2)) << 2);
    const first = load<u32>(bounds), cells = (load<u32>(bounds, 4) - first) << 2;
    const at = offsets + (<usize>first << 2), x = values + (<usize>first << 2);
    const unit = best(weights, blocks, half, at, x, cells);
    spreadRates(unit, classes, parityBytes, rows, columns, rates, spread);
    move(weights, blocks, half, at, x, cells, spread);
  }
}

/**
 * The nearest and the second nearest unit of each of `count` samples and the squared distance to the
 * nearest; of units as near as each other the one with the lower number.
 */
export function bestTwo(
  weights: usize, blocks: i32, half: usize, starts: usize, offsets: usize, values: usize, count: i32,
  nearest: usize, second: usize, distances: usize,
): void {
  for (let s = 0; s < count; s++) {
    const bounds = starts + (<usize>s << 2);
    const first = load<u32>(bounds), cells = (load<u32>(bounds, 4) - first) << 2;
    const at = offsets + (<usize>first << 2), x = values + (<usize>first << 2);
    let near = f32x4.splat(Infinity), next = near;
    let nearUnit = i32x4.splat(0), nextUnit = nearUnit, unit = LANE_NUMBERS;
    let w = weights;
    for (let b = 0; b < blocks; b++, w += 2 * half) {
      let d = f32x4.splat(0), e = d;
      for (let c: usize = 0; c < cells; c += 4) {
        const cell = v128.load32_splat(x + c), place = w + load<u32>(at + c);
        const p = f32x4.sub(cell, v128.load(place)), q = f32x4.sub(cell, v128.load(place + half));
        d = f32x4.add(d, f32x4.mul(p, p));
        e = f32x4.add(e, f32x4.mul(q, q));
      }
      for (let h = 0; h < 2; h++) {
        const nearer = f32x4.lt(d, near);
        const between = f32x4.lt(d, next);
        nextUnit = v128.bitselect(nearUnit, v128.bitselect(unit, nextUnit, between), nearer);
        nearUnit = v128.bitselect(unit, nearUnit, nearer);
        next = f32x4.pmin(next, f32x4.pmax(d, near));
        near = f32x4.pmin(near, d);
        unit = i32x4.add(unit, i32x4.splat(4));
        d = e;
      }
    }
    let d1: f32 = Infinity, d2: f32 = Infinity, k1 = i32.MAX_VALUE, k2 = i32.MAX_VALUE;
    for (let lane = 0; lane < 8; lane++) {
      const d = f32x4.extract_lane(near, 0);
      const k = i32x4.extract_lane(nearUnit, 0);
      if (d < d1 || (d == d1 && k < k1)) {
        d2 = d1;
        k2 = k1;
        d1 = d;
        k1 = k;
      } else if (d < d2 || (d == d2 && k < k2)) {
        d2 = d;
        k2 = k;
      }
      if (lane == 3) {
        near = next;
        nearUnit = nextUnit;
      } else {
        near = v128.shuffle<i32>(near, near, 1, 2, 3, 0);
        nearUnit = v128.shuffle<i32>(nearUnit, nearUnit, 1, 2, 3, 0);
      }
    }
    store<i32>(nearest + (<usize>s << 2), k1);
    store<i32>(second + (<usize>s << 2), k2);
    store<f32>(distances + (<usize>s << 2), d1);
  }
}

/** The nearest unit; of units as near as each other the one with the lower number. */
// @ts-ignore: decorator
@inline
function best(weights: usize, blocks: i32, half: usize, at: usize, x: usize, cells: usize): i32 {
  let near = f32x4.splat(Infinity), nearUnit = i32x4.splat(0), unit = LANE_NUMBERS;
  let w = weights;
  for (let b = 0; b < blocks; b++, w += 2 * half) {
    // Two sums side by side: neither waits for the other's last addition.
    let d = f32x4.splat(0), e = d;
    for (let c: usize = 0; c < cells; c += 4) {
      const cell = v128.load32_splat(x + c), place = w + load<u32>(at + c);
      const p = f32x4.sub(cell, v128.load(place)), q = f32x4.sub(cell, v128.load(place + half));
      d = f32x4.add(d, f32x4.mul(p, p));
      e = f32x4.add(e, f32x4.mul(q, q));
    }
    let nearer = f32x4.lt(d, near);
    near = v128.bitselect(d, near, nearer);
    nearUnit = v128.bitselect(unit, nearUnit, nearer);
    unit = i32x4.add(unit, i32x4.splat(4));
    nearer = f32x4.lt(e, near);
    near = v128.bitselect(e, near, nearer);
    nearUnit = v128.bitselect(unit, nearUnit, nearer);
    unit = i32x4.add(unit, i32x4.splat(4));
  }
  let d1 = f32x4.extract_lane(near, 0), k1 = i32x4.extract_lane(nearUnit, 0);
  for (let lane = 1; lane < 4; lane++) {
    near = v128.shuffle<i32>(near, near, 1, 2, 3, 0);
    nearUnit = v128.shuffle<i32>(nearUnit, nearUnit, 1, 2, 3, 0);
    const d = f32x4.extract_lane(near, 0), k = i32x4.extract_lane(nearUnit, 0);
    if (d < d1 || (d == d1 && k < k1)) {
      d1 = d;
      k1 = k;
    }
  }
  return k1;
}

/** The rate of every unit of the map when `unit` is the best. */
// @ts-ignore: decorator
@inline
function spreadRates(
  unit: i32, classes: usize, parityBytes: usize, rows: i32, columns: i32, rates: usize, spread: usize,
): void {
  const row = unit / columns, column = unit - row * columns, width = 2 * columns - 1;
  let line = classes + (row & 1) * parityBytes +
    (<usize>((rows - 1 - row) * width + columns - 1 - column) << 1);
  let to = spread;
  for (let i = 0; i < rows; i++, line += <usize>width << 1) {
    for (let j: usize = 0; j < <usize>columns; j++, to += 4) {
      store<f32>(to, load<f32>(rates + (<usize>load<u16>(line + (j << 1)) << 2)));
    }
  }
}

/** Moves every unit by its rate towards the known cells. */
// @ts-ignore: decorator
@inline
function move(
  weights: usize, blocks: i32, half: usize, at: usize, x: usize, cells: usize, spread: usize,
): void {
  let w = weights, rates = spread;
  for (let b = 0; b < blocks; b++, w += 2 * half, rates += 32) {
    const r = v128.load(rates), s = v128.load(rates, 16);
    if (!v128.any_true(v128.or(r, s))) continue;
    for (let c: usize = 0; c < cells; c += 4) {
      const cell = v128.load32_splat(x + c), place = w + load<u32>(at + c);
      const p = v128.load(place), q = v128.load(place + half);
      v128.store(place, f32x4.add(p, f32x4.mul(r, f32x4.sub(cell, p))));
      v128.store(place + half, f32x4.add(q, f32x4.mul(s, f32x4.sub(cell, q))));
    }
  }
}
