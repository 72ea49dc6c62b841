// The one multiply-add of all kernels, four lanes of f32: fused where relaxed SIMD is enabled
// (and the CPU fuses it, which the loader probes), else a product and a sum, each rounded.

// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** The first `count` lanes from memory, one to four; zeros in the others. */
// @ts-ignore: decorator
@inline
export function loadLanes(from: usize, count: i32): v128 {
  if (count >= 4) return v128.load(from);
  if (count == 1) return v128.load32_zero(from);
  const two = v128.load64_zero(from);
  return count == 2 ? two : v128.load_lane<f32>(from + 8, two, 2);
}

/** The first `count` lanes, one to four, to memory. */
// @ts-ignore: decorator
@inline
export function storeLanes(to: usize, x: v128, count: i32): void {
  if (count >= 4) v128.store(to, x);
  else {
    v128.store_lane<f32>(to, x, 0);
    if (count >= 2) v128.store_lane<f32>(to + 4, x, 1);
    if (count == 3) v128.store_lane<f32>(to + 8, x, 2);
  }
}

/** `out[i] = madd(a[i], b[i], c[i])` for `i` below `n`: what the probe and the tests look at. */
export function multiplyAdd(a: usize, b: usize, c: usize, out: usize, n: i32): void {
  let i: usize = 0;
  const end = <usize>n << 2;
  for (; i + 16 <= end; i += 16) {
    v128.store(out + i, madd(v128.load(a + i), v128.load(b + i), v128.load(c + i)));
  }
  for (; i < end; i += 4) {
    const y = madd(v128.load32_zero(a + i), v128.load32_zero(b + i), v128.load32_zero(c + i));
    v128.store_lane<f32>(out + i, y, 0);
  }
}
