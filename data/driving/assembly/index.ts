// A camera's frame, the four samples of a pixel at a time. AssemblyScript; `deno task build:wasm` compiles
// it into ../kernel_binary.ts. Plain SIMD without fused instructions: every CPU gives the same bits, those
// of ../testing.ts. Nothing is kept between calls: every pointer comes from the caller.

/** Units of an offset from the centre line: half the road, half an edge line around it, half a dash. */
const ROAD = f32x4.splat(1.75 * 32767 / 8), EDGE = f32x4.splat(0.15 * 32767 / 8);
const DASH = f32x4.splat(0.08 * 32767 / 8);

/**
 * Renders a frame.
 *
 * @param rows What is the same in all of a row, by row: f32 [4] each of metres ahead, metres to the right for a
 * pixel to the right, what of the ground is seen through the haze, and the haze; lanes 0 and 1 are the
 * row's upper samples, 2 and 3 its lower ones.
 * @param side Pixels.
 * @param offsets i16 `[height, width]`, as ../track_grid.ts has them.
 * @param arcs u16 `[height, width]`.
 * @param x Where the camera is, in nodes of the grid.
 * @param aheadX What a metre ahead is in nodes.
 * @param grain How uneven the ground is: 1, or 0 for not at all.
 * @param dashes What a unit of an arc is in dashes with their gaps.
 * @param gain What a sample is multiplied by to be a level of 0 to 255, and what is then added.
 * @param out u8 `[side, side]`, written.
 */
export function render(
  rows: usize, side: i32, offsets: usize, arcs: usize, width: i32, height: i32, x: f32, y: f32,
  aheadX: f32, aheadY: f32, seed: i32, grain: f32, edgePaint: f32, dashPaint: f32, dashes: f32,
  gain: f32, bias: f32, out: usize,
): void {
  const first = f32x4.add(
    f32x4.splat(0.5 - 0.5 * <f32>side),
    f32x4(-0.25, 0.25, -0.25, 0.25),
  );
  const lastX = f32x4.splat(<f32>(width - 2)), lastY = f32x4.splat(<f32>(height - 2));
  const zero = f32x4.splat(0), half = f32x4.splat(0.5), row2 = 2 * <usize>width;
  const grassGrain = f32x4.splat(<f32>0.15 * grain), roadGrain = f32x4.splat(<f32>0.03 * grain);
  const edge = f32x4.splat(edgePaint), dash = f32x4.splat(dashPaint);
  const end = out + side * side;
  for (; out < end; rows += 64) {
    const ahead = v128.load(rows), right = v128.load(rows, 16);
    const seen = v128.load(rows, 32), haze = v128.load(rows, 48);
    const startX = f32x4.add(f32x4.splat(x), f32x4.mul(ahead, f32x4.splat(aheadX)));
    const startY = f32x4.add(f32x4.splat(y), f32x4.mul(ahead, f32x4.splat(aheadY)));
    const stepX = f32x4.mul(right, f32x4.splat(aheadY)), stepY = f32x4.mul(right, f32x4.splat(aheadX));
    let column = first;
    for (const last = out + side; out < last; out++, column = f32x4.add(column, f32x4.splat(1))) {
      if (!v128.any_true(seen)) {
        store<u8>(out, level(haze, gain, bias));
        continue;
      }
      const atX = f32x4.add(startX, f32x4.mul(column, stepX));
      const atY = f32x4.sub(startY, f32x4.mul(column, stepY));
      const nearX = f32x4.pmin(f32x4.pmax(atX, zero), lastX);
      const nearY = f32x4.pmin(f32x4.pmax(atY, zero), lastY);
      const nodeX = i32x4.trunc_sat_f32x4_s(nearX), nodeY = i32x4.trunc_sat_f32x4_s(nearY);
      const fx = f32x4.sub(nearX, f32x4.convert_i32x4_s(nodeX));
      const fy = f32x4.sub(nearY, f32x4.convert_i32x4_s(nodeY));
      const node = i32x4.shl(i32x4.add(i32x4.mul(nodeY, i32x4.splat(width)), nodeX), 1);
      const lower = pairs(offsets, node), upper = pairs(offsets + row2, node);
      const low = between(lower, fx), high = between(upper, fx);
      const offset = f32x4.add(low, f32x4.mul(fy, f32x4.sub(high, low)));
      const away = f32x4.abs(offset);

      const uneven = noise(f32x4.mul(atX, half), f32x4.mul(atY, half), seed);
      const grass = f32x4.add(f32x4.splat(0.55), f32x4.mul(grassGrain, uneven));
      const road = f32x4.add(f32x4.splat(0.3), f32x4.mul(roadGrain, uneven));
      let ground = v128.bitselect(road, grass, f32x4.lt(away, ROAD));
      ground = v128.bitselect(edge, ground, f32x4.lt(f32x4.abs(f32x4.sub(away, ROAD)), EDGE));
      const middle = f32x4.lt(away, DASH);
      if (v128.any_true(middle)) {
        const here = pairs(arcs, node), start = v128.and(here, i32x4.splat(0xffff));
        const arc = f32x4.add(
          f32x4.convert_i32x4_s(start),
          f32x4.add(
            f32x4.mul(fx, ringWay(start, i32x4.shr_u(here, 16))),
            f32x4.mul(fy, ringWay(start, pairs(arcs + row2, node))),
          ),
        );
        const place = f32x4.mul(arc, f32x4.splat(dashes));
        const painted = f32x4.lt(f32x4.sub(place, f32x4.floor(place)), half);
        ground = v128.bitselect(dash, ground, v128.and(middle, painted));
      }
      store<u8>(out, level(f32x4.add(f32x4.mul(ground, seen), haze), gain, bias));
    }
  }
}

/** The 16 bits at each of four addresses in the lower half of a lane, those that follow in the upper. */
// @ts-ignore: decorator
@inline
function pairs(base: usize, at: v128): v128 {
  let found = v128.load32_zero(base + i32x4.extract_lane(at, 0));
  found = v128.load32_lane(base + i32x4.extract_lane(at, 1), found, 1);
  found = v128.load32_lane(base + i32x4.extract_lane(at, 2), found, 2);
  return v128.load32_lane(base + i32x4.extract_lane(at, 3), found, 3);
}

/** Between the signed numbers of a pair. */
// @ts-ignore: decorator
@inline
function between(pair: v128, share: v128): v128 {
  const from = f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.shl(pair, 16), 16));
  const to = f32x4.convert_i32x4_s(i32x4.shr_s(pair, 16));
  return f32x4.add(from, f32x4.mul(share, f32x4.sub(to, from)));
}

/** The shorter way on a ring of 16 bits. */
// @ts-ignore: decorator
@inline
function ringWay(from: v128, to: v128): v128 {
  return f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.shl(i32x4.sub(to, from), 16), 16));
}

/** From −1/2 to 1/2, one number for each square of 0.5 m. */
// @ts-ignore: decorator
@inline
function noise(x: v128, y: v128, seed: i32): v128 {
  const i = i32x4.trunc_sat_f32x4_s(f32x4.floor(x)), j = i32x4.trunc_sat_f32x4_s(f32x4.floor(y));
  let h = i32x4.add(
    i32x4.add(i32x4.mul(i, i32x4.splat(0x9e3779b1)), i32x4.mul(j, i32x4.splat(0x85ebca77))),
    i32x4.splat(seed),
  );
  h = v128.xor(h, i32x4.shr_u(h, 15));
  h = i32x4.mul(h, i32x4.splat(0x2c1b3c6d));
  h = v128.xor(h, i32x4.shr_u(h, 12));
  const unit = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(h, 8)), f32x4.splat(2 ** -24));
  return f32x4.sub(unit, f32x4.splat(0.5));
}

/** The mean of four samples as a level. */
// @ts-ignore: decorator
@inline
function level(samples: v128, gain: f32, bias: f32): u8 {
  const left = f32x4.extract_lane(samples, 0) + f32x4.extract_lane(samples, 2);
  const right = f32x4.extract_lane(samples, 1) + f32x4.extract_lane(samples, 3);
  const value = (left + right) * gain + bias;
  return <u8>min<f32>(max<f32>(value, 0), 255);
}
