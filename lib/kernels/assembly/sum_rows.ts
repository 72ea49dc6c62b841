// Sums over the rows of a matrix, each one chain over the rows ascending.

import { firstUnit, nextUnit } from "./team";

/** `out[j] = Σᵢ x[i, j]`, `[rows, columns]`, by all threads: the gradient of a bias. */
export function sumRows(team: usize, thread: i32, x: usize, out: usize, rows: i32, columns: i32): void {
  const all = (columns + 15) / 16;
  for (let unit = firstUnit(team); unit < all; unit = nextUnit(team)) {
    let column = unit * 16;
    const end = min(column + 16, columns);
    const row = <usize>columns << 2;
    if (end - column == 16) {
      // Four chains, or each addition would wait for the last one.
      let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
      let from = x + (<usize>column << 2);
      for (let i = 0; i < rows; i++, from += row) {
        s0 = f32x4.add(s0, v128.load(from));
        s1 = f32x4.add(s1, v128.load(from, 16));
        s2 = f32x4.add(s2, v128.load(from, 32));
        s3 = f32x4.add(s3, v128.load(from, 48));
      }
      const to = out + (<usize>column << 2);
      v128.store(to, s0);
      v128.store(to, s1, 16);
      v128.store(to, s2, 32);
      v128.store(to, s3, 48);
      continue;
    }
    for (; column < end; column++) {
      let sum: f32 = 0, from = x + (<usize>column << 2);
      for (let i = 0; i < rows; i++, from += row) sum += load<f32>(from);
      store<f32>(out + (<usize>column << 2), sum);
    }
  }
}
